"""Flex, a FLUX.1 with weights of its own."""

from pathlib import Path
from typing import Any

import torch
from diffusers import FluxPipeline

Case = dict[str, Any]
Call = dict[str, Any]


def flex1(case: Case) -> tuple[FluxPipeline, Call]:
    """Flex.1: the scheduler of its repository, guidance embedded in the model."""
    folder = Path(case["checkpoints"]) / "ostris/Flex.1-alpha"
    return FluxPipeline.from_pretrained(folder, dtype=torch.float32), {}


MODELS = {"flex1": flex1}
