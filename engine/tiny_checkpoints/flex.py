"""Flex.1-alpha, and Flex.2-preview with its inputs for a picture to fill in, a mask and a control picture."""

from pathlib import Path

import torch
from diffusers import FluxPipeline

from .flux import CLASSES, build_flux_transformer, flux_components
from .flux_loras import build_flux_loras
from .publish import publish

FLEX2_CLASS = {"_class_name": "Flex2Pipeline"}


def build_flex1(checkpoints: Path) -> None:
    """Flex.1-alpha."""
    publish(FluxPipeline(**flux_components(220)), checkpoints / "ostris/Flex.1-alpha", CLASSES)


def build_flex2(checkpoints: Path) -> None:
    """Flex.2-preview, whose index names a class that comes as code with the repository."""
    components = flux_components(230) | {"transformer": build_flux_transformer(232, 196).to(torch.bfloat16)}
    publish(FluxPipeline(**components), checkpoints / "ostris/Flex.2-preview", CLASSES | FLEX2_CLASS)


RECIPES = {"flex1": build_flex1, "flex2": build_flex2}
LORA_RECIPES = dict.fromkeys(RECIPES, build_flux_loras)
