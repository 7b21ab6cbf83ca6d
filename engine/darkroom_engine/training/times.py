"""When, between clear (0) and noise (1), a picture is trained: drawn as the trainer draws it (its
toolkit/samplers/custom_flowmatch_sampler.py and BaseSDTrainProcess.process_general_training_batch).
"""

from typing import Any

import torch

from darkroom_engine.training.draws import tensors_for
from darkroom_engine.training.plan import Settings
from darkroom_engine.training.timestep_weights import WEIGHTS

COUNT = 1000


def draw_index(settings: Settings, update: int, slot: int) -> int:
    """Place in the 1000 times from noise to clear; the last is never drawn, as in the trainer."""
    generator = tensors_for(settings.seed, "time", update, slot)
    if settings.timestep_bias == "balanced":
        return int(torch.randint(0, COUNT - 1, (1,), generator=generator))
    drawn = torch.rand(1, generator=generator)
    place = drawn**3 if settings.timestep_bias == "content" else 1 - drawn**3
    return int((place * (COUNT - 1)).long().clamp(0, COUNT - 1))


def flow_time(settings: Settings, scheduler: Any, tokens: int, update: int, slot: int) -> tuple[float, float]:
    """The time, from 0 (clear) to 1 (noise), and how much the loss counts there. `tokens`: how many the
    picture is to the denoiser, which decides the shift of some schedulers.
    """
    if settings.timesteps == "sigmoid":
        drawn = torch.randn(1, generator=tensors_for(settings.seed, "time", update, slot))
        return float(torch.sigmoid(drawn)), 1.0
    index = draw_index(settings, update, slot)
    if settings.timesteps == "shift":
        return float(shifted_times(scheduler, tokens)[index]), 1.0
    weight = WEIGHTS[index] if settings.timesteps == "weighted" else 1.0
    return float(torch.linspace(COUNT, 1, COUNT)[index]) / COUNT, weight


def shifted_times(scheduler: Any, tokens: int) -> torch.Tensor:
    """The 1000 times as the scheduler spreads the steps of a render."""
    config = scheduler.config
    times = torch.linspace(1, 1 / COUNT, COUNT)
    if config.get("use_dynamic_shifting"):
        low, high = config.get("base_image_seq_len", 256), config.get("max_image_seq_len", 4096)
        least, most = config.get("base_shift", 0.5), config.get("max_shift", 1.16)
        mu = least + (tokens - low) * (most - least) / (high - low)
        times = scheduler.time_shift(mu, 1.0, times)
    else:
        times = scheduler.config.shift * times / (1 + (scheduler.config.shift - 1) * times)
    return scheduler.stretch_shift_to_terminal(times) if config.get("shift_terminal") else times


def diffusion_time(settings: Settings, update: int, slot: int) -> int:
    """A whole step of a diffusion schedule, from 2 to 998: the trainer keeps off both ends."""
    if settings.timestep_bias != "balanced":
        return COUNT - 1 - draw_index(settings, update, slot)
    generator = tensors_for(settings.seed, "time", update, slot)
    return COUNT - 1 - int(torch.randint(1, COUNT - 2, (1,), generator=generator))
