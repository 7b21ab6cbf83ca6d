"""Qwen-Image: texts of any length, and an autoencoder for videos that sees one frame."""

from typing import Any

import torch

from darkroom_engine.training.families.parts import Inputs, packed, padded, unpacked
from darkroom_engine.training.plan import Item, Method


def encode_text(pipeline: Any, _method: Method, caption: str, _item: Item) -> dict[str, torch.Tensor]:
    embeds, mask = pipeline.encode_prompt(caption)
    # Without a mask every token counts.
    ones = torch.ones(embeds.shape[:2], dtype=torch.int64, device=embeds.device)
    return {"embeds": embeds, "mask": ones if mask is None else mask.to(torch.int64)}


def encode_images(pipeline: Any, pixels: torch.Tensor) -> torch.Tensor:
    vae = pipeline.vae
    latents = vae.encode(pixels.to(vae.device, vae.dtype).unsqueeze(2)).latent_dist.mean
    mean, deviation = (
        torch.tensor(values).view(1, -1, 1, 1, 1).to(latents.device, latents.dtype)
        for values in (vae.config.latents_mean, vae.config.latents_std)
    )
    return ((latents - mean) / deviation).squeeze(2)


def tokens_of(latents: torch.Tensor) -> int:
    return latents.shape[-2] * latents.shape[-1] // 4


def predict(model: Any, _method: Method, inputs: Inputs) -> torch.Tensor:
    count, _, height, width = inputs.noisy.shape
    device = inputs.noisy.device
    answer = model(
        hidden_states=packed(inputs.noisy).to(model.dtype),
        timestep=inputs.times,
        guidance=None,
        encoder_hidden_states=padded(inputs.texts, "embeds", device, model.dtype),
        encoder_hidden_states_mask=padded(inputs.texts, "mask", device),
        img_shapes=[[(1, height // 2, width // 2)]] * count,
        return_dict=False,
    )[0]
    return unpacked(answer, height, width)
