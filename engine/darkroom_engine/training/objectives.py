"""What the denoiser is asked, and what it should have answered."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch.nn import functional

from darkroom_engine.training.draws import tensors_for
from darkroom_engine.training.plan import Settings
from darkroom_engine.training.times import diffusion_time, flow_time


@dataclass
class Question:
    """A batch of noisy latents with their times, float32 on the device. `times` are 0 (clear) to 1 (noise)
    for flow matching, whole steps of the schedule for diffusion.
    """

    noisy: torch.Tensor
    times: torch.Tensor
    target: torch.Tensor
    weights: torch.Tensor


def draw_noise(settings: Settings, like: torch.Tensor, update: int, slots: list[int]) -> torch.Tensor:
    shape = like.shape[1:]
    drawn = [
        torch.randn(shape, generator=tensors_for(settings.seed, "noise", update, slot)) for slot in slots
    ]
    return torch.stack(drawn).to(like.device)


def ask_flow(
    latents: torch.Tensor, settings: Settings, scheduler: Any, tokens: int, update: int, slots: list[int]
) -> Question:
    """Between picture and noise in a straight line; the answer is the way from one to the other."""
    noise = draw_noise(settings, latents, update, slots)
    drawn = [flow_time(settings, scheduler, tokens, update, slot) for slot in slots]
    times = torch.tensor([time for time, _ in drawn], device=latents.device)
    weights = torch.tensor([weight for _, weight in drawn], device=latents.device)
    along = broadcast(times, latents)
    return Question((1 - along) * latents + along * noise, times, noise - latents, weights)


def ask_epsilon(
    latents: torch.Tensor, settings: Settings, scheduler: Any, _tokens: int, update: int, slots: list[int]
) -> Question:
    """A step of the scheduler's diffusion; the answer is the noise, or v where the checkpoint predicts it."""
    noise = draw_noise(settings, latents, update, slots)
    times = torch.tensor([diffusion_time(settings, update, slot) for slot in slots], device=latents.device)
    predicts_v = scheduler.config.prediction_type == "v_prediction"
    target = scheduler.get_velocity(latents, noise, times) if predicts_v else noise
    weights = snr_weights(scheduler, times, settings.min_snr_gamma, predicts_v)
    return Question(scheduler.add_noise(latents, noise, times), times, target, weights)


def snr_weights(scheduler: Any, times: torch.Tensor, gamma: float | None, predicts_v: bool) -> torch.Tensor:
    """Min-SNR: no time counts more than one whose ratio of signal to noise is gamma."""
    if gamma is None:
        return torch.ones(len(times), device=times.device)
    clear = scheduler.alphas_cumprod.to(times.device)[times]
    ratio = clear / (1 - clear)
    return torch.clamp(ratio, max=gamma) / (ratio + 1 if predicts_v else ratio)


ASK: dict[str, Callable[..., Question]] = {"flow": ask_flow, "epsilon": ask_epsilon}


def loss_of(answer: torch.Tensor, question: Question) -> torch.Tensor:
    """Mean squared error of each picture in float32, times its weight: one number for each."""
    error = functional.mse_loss(answer.float(), question.target.float(), reduction="none")
    return error.mean(dim=list(range(1, error.ndim))) * question.weights


def broadcast(values: torch.Tensor, like: torch.Tensor) -> torch.Tensor:
    return values.view(-1, *[1] * (like.ndim - 1))
