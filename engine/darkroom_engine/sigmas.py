"""Noise schedules that a pipeline is given in the place of its own, by their names in the plan."""

import math

import numpy
import torch

from darkroom_engine.plan import Call


def call_sigmas(call: Call) -> list[float] | None:
    """One sigma a step, from 1 down and without the last 0; None where the pipeline's own are right."""
    match call.sigmas:
        case None:
            return None
        case "linear_1_to_1_over_n":
            return list(numpy.linspace(1.0, 1 / call.steps, call.steps))
        case "shifted_by_area":
            return shifted_by_area(call.steps, call.width, call.height)


def shifted_by_area(steps: int, width: int, height: int) -> list[float]:
    """BFL's `get_schedule` for FLUX.2, as the trainer keeps it (flux2/src/sampling.py): time shifted by
    exp(mu), mu growing with the number of 16x16 tokens from 0.5 at 256 to 1.15 at 4096.
    """
    tokens = (width // 16) * (height // 16)
    slope = (1.15 - 0.5) / (4096 - 256)
    shift = math.exp(slope * tokens + (0.5 - slope * 256))
    time = torch.linspace(1, 0, steps + 1)
    return (shift / (shift + (1 / time - 1) ** 1.0)).tolist()[:-1]
