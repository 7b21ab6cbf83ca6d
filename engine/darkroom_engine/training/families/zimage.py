"""Z-Image, whose time runs from noise (0) to clear (1) and whose answer points the other way."""

from typing import Any

import torch

from darkroom_engine.training.families.parts import Inputs, encode_with
from darkroom_engine.training.plan import Item, Method


def encode_text(pipeline: Any, _method: Method, caption: str, _item: Item) -> dict[str, torch.Tensor]:
    embeds, _ = pipeline.encode_prompt(caption, do_classifier_free_guidance=False)
    return {"embeds": embeds[0][None]}


def encode_images(pipeline: Any, pixels: torch.Tensor) -> torch.Tensor:
    return encode_with(pipeline.vae, pixels)


def tokens_of(latents: torch.Tensor) -> int:
    return latents.shape[-2] * latents.shape[-1] // 4


def predict(model: Any, _method: Method, inputs: Inputs) -> torch.Tensor:
    device = inputs.noisy.device
    pictures = list(inputs.noisy.to(model.dtype).unsqueeze(2).unbind(0))
    texts = [text["embeds"][0].to(device, model.dtype) for text in inputs.texts]
    answers = model(pictures, 1 - inputs.times, texts, return_dict=False)[0]
    return -torch.stack([answer.float() for answer in answers]).squeeze(2)
