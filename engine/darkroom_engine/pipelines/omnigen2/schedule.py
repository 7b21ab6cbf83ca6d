"""OmniGen2's time, which runs from 0 (noise) to 1 (picture), and one step along it."""

import math

import numpy
import torch

SIDE_WITHOUT_SHIFT = 40
"""Latents a side (320 pixels) at which steps are even; larger pictures stay longer near the noise."""


def shifted_times(steps: int, latents: int, device: torch.device) -> torch.Tensor:
    """(steps + 1,) float32 from 0 to 1, for a picture of so many latents."""
    even = numpy.linspace(0, 1, steps + 1, dtype=numpy.float32)[:-1].astype(numpy.float64)
    shift = math.sqrt(latents) / SIDE_WITHOUT_SHIFT
    times = even / (shift - shift * even + even)
    return torch.tensor([*times, 1.0], dtype=torch.float32, device=device)


def step(
    latents: torch.Tensor, velocity: torch.Tensor, time: torch.Tensor, following: torch.Tensor
) -> torch.Tensor:
    """Euler's step, rounded to the latents' precision. Times are tensors without dimensions, as in the
    trainer: they leave the precision of the velocity as it is.
    """
    return (latents.float() + (following - time) * velocity).to(velocity.dtype)
