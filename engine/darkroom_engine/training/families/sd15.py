"""Stable Diffusion 1.5."""

from typing import Any

import torch

from darkroom_engine.training.families.parts import Inputs, encode_with, stacked
from darkroom_engine.training.plan import Item, Method


def encode_text(pipeline: Any, _method: Method, caption: str, _item: Item) -> dict[str, torch.Tensor]:
    embeds, _ = pipeline.encode_prompt(
        caption, pipeline._execution_device, num_images_per_prompt=1, do_classifier_free_guidance=False
    )
    return {"embeds": embeds}


def encode_images(pipeline: Any, pixels: torch.Tensor) -> torch.Tensor:
    return encode_with(pipeline.vae, pixels)


def tokens_of(latents: torch.Tensor) -> int:
    return latents.shape[-2] * latents.shape[-1]


def predict(model: Any, _method: Method, inputs: Inputs) -> torch.Tensor:
    embeds = stacked(inputs.texts, "embeds", inputs.noisy.device, model.dtype)
    return model(inputs.noisy.to(model.dtype), inputs.times, embeds, return_dict=False)[0]
