"""FLUX.1 and models of its shape."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch

from darkroom_engine.training.families.parts import Inputs, encode_with, packed, stacked, unpacked
from darkroom_engine.training.plan import Item, Method


def encode_text(pipeline: Any, method: Method, caption: str, _item: Item) -> dict[str, torch.Tensor]:
    embeds, pooled, _ = pipeline.encode_prompt(prompt=caption, prompt_2=None, **method.text)
    return {"embeds": embeds, "pooled": pooled}


def encode_images(pipeline: Any, pixels: torch.Tensor) -> torch.Tensor:
    return encode_with(pipeline.vae, pixels)


def tokens_of(latents: torch.Tensor) -> int:
    return latents.shape[-2] * latents.shape[-1] // 4


def predict(model: Any, method: Method, inputs: Inputs) -> torch.Tensor:
    """The velocity, at the guidance that the method feeds."""
    count, _, height, width = inputs.noisy.shape
    device, dtype = inputs.noisy.device, model.dtype
    embeds = stacked(inputs.texts, "embeds", device, dtype)
    with guidance_bypassed(model, method):
        answer = model(
            hidden_states=packed(inputs.noisy).to(dtype),
            timestep=inputs.times,
            guidance=guidance_of(model, method, count, device),
            pooled_projections=stacked(inputs.texts, "pooled", device, dtype),
            encoder_hidden_states=embeds,
            txt_ids=torch.zeros(embeds.shape[1], 3, device=device),
            img_ids=position_ids(height, width, 0, device),
            return_dict=False,
        )[0]
    return unpacked(answer, height, width)


def guidance_of(model: Any, method: Method, count: int, device: torch.device) -> torch.Tensor | None:
    if not model.config.guidance_embeds:
        return None
    return torch.full((count,), method.guidance or 0.0, device=device)


@contextmanager
def guidance_bypassed(model: Any, method: Method) -> Iterator[None]:
    """While open, a model that was distilled with guidance computes as if it were not, where none is fed."""
    embedding = model.time_text_embed
    if method.guidance is not None or not hasattr(embedding, "guidance_embedder"):
        yield
        return

    def without(time: torch.Tensor, _guidance: Any, pooled: torch.Tensor) -> torch.Tensor:
        projected = embedding.time_proj(time).to(dtype=pooled.dtype)
        return embedding.timestep_embedder(projected) + embedding.text_embedder(pooled)

    embedding.forward = without
    try:
        yield
    finally:
        del embedding.forward


def position_ids(height: int, width: int, picture: int, device: torch.device) -> torch.Tensor:
    """(tokens, 3): number of the picture, row and column, for latents of this size."""
    ids = torch.zeros(height // 2, width // 2, 3, device=device)
    ids[..., 0] = picture
    ids[..., 1] += torch.arange(height // 2, device=device)[:, None]
    ids[..., 2] += torch.arange(width // 2, device=device)[None, :]
    return ids.reshape(-1, 3)
