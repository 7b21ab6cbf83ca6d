"""Lumina 2, whose time runs from noise (0) to clear (1) and whose answer points the other way."""

from typing import Any

import torch

from darkroom_engine.training.families.parts import Inputs, encode_with, stacked
from darkroom_engine.training.plan import Item, Method


def encode_text(pipeline: Any, method: Method, caption: str, _item: Item) -> dict[str, torch.Tensor]:
    embeds, mask, *_ = pipeline.encode_prompt(caption, do_classifier_free_guidance=False, **method.text)
    return {"embeds": embeds, "mask": mask.to(torch.int64)}


def encode_images(pipeline: Any, pixels: torch.Tensor) -> torch.Tensor:
    return encode_with(pipeline.vae, pixels)


def tokens_of(latents: torch.Tensor) -> int:
    return latents.shape[-2] * latents.shape[-1] // 4


def predict(model: Any, _method: Method, inputs: Inputs) -> torch.Tensor:
    device = inputs.noisy.device
    return -model(
        hidden_states=inputs.noisy.to(model.dtype),
        timestep=1 - inputs.times,
        encoder_hidden_states=stacked(inputs.texts, "embeds", device, model.dtype),
        encoder_attention_mask=stacked(inputs.texts, "mask", device),
        return_dict=False,
    )[0]
