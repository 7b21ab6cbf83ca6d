"""Stable Diffusion XL."""

from typing import Any

import torch

from darkroom_engine.training.families.parts import Inputs, encode_with, stacked
from darkroom_engine.training.plan import Item, Method


def encode_text(pipeline: Any, _method: Method, caption: str, _item: Item) -> dict[str, torch.Tensor]:
    embeds, _, pooled, _ = pipeline.encode_prompt(caption, do_classifier_free_guidance=False)
    return {"embeds": embeds, "pooled": pooled}


def encode_images(pipeline: Any, pixels: torch.Tensor) -> torch.Tensor:
    """In float32 where the checkpoint asks for it: in half precision its autoencoder overflows."""
    vae = pipeline.vae
    if vae.dtype != torch.float16 or not vae.config.force_upcast:
        return encode_with(vae, pixels)
    vae.float()
    try:
        return encode_with(vae, pixels)
    finally:
        vae.half()


def tokens_of(latents: torch.Tensor) -> int:
    return latents.shape[-2] * latents.shape[-1]


def predict(model: Any, _method: Method, inputs: Inputs) -> torch.Tensor:
    """At the picture's own size, not cut: so the trainer tells it."""
    device, (width, height) = inputs.noisy.device, inputs.size
    sizes = torch.tensor([[height, width, 0, 0, height, width]] * len(inputs.texts), device=device)
    added = {
        "text_embeds": stacked(inputs.texts, "pooled", device, model.dtype),
        "time_ids": sizes.to(model.dtype),
    }
    embeds = stacked(inputs.texts, "embeds", device, model.dtype)
    noisy = inputs.noisy.to(model.dtype)
    return model(noisy, inputs.times, embeds, added_cond_kwargs=added, return_dict=False)[0]
