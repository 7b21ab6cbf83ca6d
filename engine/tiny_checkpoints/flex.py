"""Flex.1-alpha: FLUX.1's parts under another name."""

from pathlib import Path

from diffusers import FluxPipeline

from .flux import CLASSES, flux_components
from .flux_loras import build_flux_loras
from .publish import publish


def build_flex1(checkpoints: Path) -> None:
    """Flex.1-alpha."""
    publish(FluxPipeline(**flux_components(220)), checkpoints / "ostris/Flex.1-alpha", CLASSES)


RECIPES = {"flex1": build_flex1}
LORA_RECIPES = {"flex1": build_flux_loras}
