"""Which function builds what, by model id: the `RECIPES` and `LORA_RECIPES` of every family's modules."""

from collections.abc import Callable
from pathlib import Path

from . import (
    chroma,
    flex,
    flux,
    flux2,
    flux2_loras,
    flux_loras,
    hidream,
    krea2,
    ltx2,
    lumina2,
    minimax_h3,
    omnigen2,
    qwen_image,
    qwen_image_loras,
    sd15,
    sdxl,
    sdxl_loras,
    wan,
    wan_loras,
    zimage,
)

Recipe = Callable[[Path], None]
FAMILIES = (
    chroma,
    flex,
    flux,
    flux2,
    flux2_loras,
    flux_loras,
    hidream,
    krea2,
    ltx2,
    lumina2,
    minimax_h3,
    omnigen2,
    qwen_image,
    qwen_image_loras,
    sd15,
    sdxl,
    sdxl_loras,
    wan,
    wan_loras,
    zimage,
)

RECIPES: dict[str, Recipe] = {
    model: build for family in FAMILIES for model, build in getattr(family, "RECIPES", {}).items()
}
"""Each takes the folder that holds `<owner>/<name>/` and writes every repository that the model id reads."""

LORA_RECIPES: dict[str, Recipe] = {
    model: build for family in FAMILIES for model, build in getattr(family, "LORA_RECIPES", {}).items()
}
"""Each takes a folder and writes one LoRA per key form into it."""
