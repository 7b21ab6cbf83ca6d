"""What families share: the shape of a question to a denoiser, and how latents are packed."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch.nn import functional


@dataclass
class Inputs:
    """A batch: noisy latents in float32 with their times, encoded texts, and the latents of control pictures
    for each, in the order in which the model takes them.
    """

    noisy: torch.Tensor
    times: torch.Tensor
    texts: list[dict[str, torch.Tensor]]
    controls: list[list[torch.Tensor]]
    size: tuple[int, int]
    """Width and height in pixels."""


def row_by_row(inputs: Inputs) -> Iterator[Inputs]:
    """Each picture as a batch of its own."""
    for place, text in enumerate(inputs.texts):
        here = slice(place, place + 1)
        controls = [inputs.controls[place]]
        yield Inputs(inputs.noisy[here], inputs.times[here], [text], controls, inputs.size)


def encode_with(vae: Any, pixels: torch.Tensor) -> torch.Tensor:
    """The middle of what an AutoencoderKL sees in pictures from -1 to 1, scaled as the denoiser takes it."""
    latents = vae.encode(pixels.to(vae.device, vae.dtype)).latent_dist.mean
    return vae.config.scaling_factor * (latents - (vae.config.shift_factor or 0))


def stacked(
    texts: list[dict[str, torch.Tensor]], name: str, device: torch.device, dtype: torch.dtype | None = None
) -> torch.Tensor:
    """One of the tensors of all texts; each has one row."""
    return torch.cat([text[name] for text in texts]).to(device, dtype)


def padded(
    texts: list[dict[str, torch.Tensor]], name: str, device: torch.device, dtype: torch.dtype | None = None
) -> torch.Tensor:
    """As `stacked`, for texts of different lengths: the shorter are filled with zeros."""
    longest = max(text[name].shape[1] for text in texts)
    rows = [fill(text[name], longest) for text in texts]
    return torch.cat(rows).to(device, dtype)


def fill(row: torch.Tensor, length: int) -> torch.Tensor:
    missing = [0, 0] * (row.ndim - 2) + [0, length - row.shape[1]]
    return functional.pad(row, missing)


def packed(latents: torch.Tensor) -> torch.Tensor:
    """(count, channels, height, width) as tokens of 2x2."""
    count, channels, height, width = latents.shape
    blocks = latents.view(count, channels, height // 2, 2, width // 2, 2)
    return blocks.permute(0, 2, 4, 1, 3, 5).reshape(count, height * width // 4, channels * 4)


def unpacked(tokens: torch.Tensor, height: int, width: int) -> torch.Tensor:
    """The inverse of `packed`, for latents of this size."""
    count, _, size = tokens.shape
    blocks = tokens.view(count, height // 2, width // 2, size // 4, 2, 2)
    return blocks.permute(0, 3, 1, 4, 2, 5).reshape(count, size // 4, height, width)
