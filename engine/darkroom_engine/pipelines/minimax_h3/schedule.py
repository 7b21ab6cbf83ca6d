"""The noise left at each step: two schedules over the same steps, one for pictures and one for sound."""

import torch

VIDEO_SHIFT, SOUND_SHIFT = 12.0, 3.0


def video_sigmas(steps: int) -> torch.Tensor:
    """From 1 to 0, `steps` + 1 values in float32: as many evaluations as steps.

    The released sampler and diffusers' count the last value as a step, and evaluate once less.
    """
    even = torch.linspace(1.0, 0.0, steps + 1, dtype=torch.float32)
    return torch.unique_consecutive(shifted(even, VIDEO_SHIFT))


def sound_sigmas(video: torch.Tensor) -> torch.Tensor:
    """The same points of the way under the shift of sound."""
    even = video / (VIDEO_SHIFT + video * (1.0 - VIDEO_SHIFT))
    return shifted(even, SOUND_SHIFT)


def shifted(sigmas: torch.Tensor, shift: float) -> torch.Tensor:
    return shift * sigmas / (1.0 + (shift - 1.0) * sigmas)


def step(
    sample: torch.Tensor, velocity: torch.Tensor, sigma: torch.Tensor, following: torch.Tensor
) -> torch.Tensor:
    """Euler's step for a velocity that points at the clean sample."""
    clean = sample + sigma * velocity
    left = following / sigma
    return left * sample + (1.0 - left) * clean
