"""The optimizers of the trainer, with its constants (its toolkit/optimizer.py)."""

import importlib.util
from collections.abc import Callable

import torch
from torch import nn

from darkroom_engine.training.plan import Settings

EPSILON = 1e-6
PACKAGES = {"prodigy": "prodigyopt", "lion": "lion_pytorch"}


def make_optimizer(
    weights: list[nn.Parameter], settings: Settings, device: torch.device, warn: Callable[[str], None]
) -> torch.optim.Optimizer:
    """AdamW stands in, with a warning, for one that this installation or device cannot run."""
    name = settings.optimizer
    if (lack := missing_for(name, device)) is not None:
        warn(f"The optimizer {name} needs {lack}; adamw is used in its place.")
        name = "adamw"
    rate, decay = settings.learning_rate, settings.weight_decay
    match name:
        case "adamw":
            return torch.optim.AdamW(weights, lr=rate, eps=EPSILON, weight_decay=decay)
        case "adam":
            return torch.optim.Adam(weights, lr=rate, eps=EPSILON, weight_decay=decay)
        case "adagrad":
            return torch.optim.Adagrad(weights, lr=rate, weight_decay=decay)
        case "adafactor":
            return torch.optim.Adafactor(weights, lr=rate, weight_decay=decay)
        case "prodigy":
            from prodigyopt import Prodigy

            return Prodigy(weights, lr=rate, eps=EPSILON, weight_decay=decay)
        case "lion":
            from lion_pytorch import Lion

            return Lion(weights, lr=rate, weight_decay=decay)
        case _:
            return make_8bit(name, weights, rate, decay)


def make_8bit(name: str, weights: list[nn.Parameter], rate: float, decay: float) -> torch.optim.Optimizer:
    import bitsandbytes

    match name:
        case "adamw8bit":
            return bitsandbytes.optim.AdamW8bit(weights, lr=rate, eps=EPSILON, weight_decay=decay)
        case "adam8bit":
            return bitsandbytes.optim.Adam8bit(weights, lr=rate, eps=EPSILON, weight_decay=decay)
        case _:
            return bitsandbytes.optim.Lion8bit(weights, lr=rate, weight_decay=decay)


def missing_for(name: str, device: torch.device) -> str | None:
    """What an optimizer lacks here; None when it runs."""
    if name.endswith("8bit"):
        has_package = importlib.util.find_spec("bitsandbytes") is not None
        return None if device.type == "cuda" and has_package else "an NVIDIA GPU and the package bitsandbytes"
    package = PACKAGES.get(name)
    lacks = package is not None and importlib.util.find_spec(package) is None
    return f"the package {package}" if lacks else None


def usual_rate(settings: Settings) -> float:
    """Prodigy finds the rate itself and takes ours as a factor: one below 0.1 is meant for others."""
    return 1.0 if settings.optimizer == "prodigy" and settings.learning_rate < 0.1 else settings.learning_rate
