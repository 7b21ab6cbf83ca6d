"""The learning rate as a function of the step, as diffusers' schedules have it (its optimization.py)."""

import math

from darkroom_engine.training.plan import Settings

POLYNOMIAL_END = 1e-7


def rate_at(settings: Settings, updates: int) -> float:
    """For the update after so many."""
    highest, warmup = settings.learning_rate, settings.warmup_steps
    if updates < warmup:
        return highest * updates / warmup if settings.lr_scheduler != "constant" else highest
    progress = min(1.0, (updates - warmup) / max(1, settings.steps - warmup))
    match settings.lr_scheduler:
        case "constant" | "constant_with_warmup":
            return highest
        case "linear":
            return highest * (1 - progress)
        case "cosine":
            return highest * 0.5 * (1 + math.cos(math.pi * progress))
        case "polynomial":
            return POLYNOMIAL_END + (highest - POLYNOMIAL_END) * (1 - progress)
