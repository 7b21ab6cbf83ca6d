"""Which function builds what, by model id."""

from collections.abc import Callable
from pathlib import Path

from . import flux, flux_loras, sdxl, sdxl_loras

RECIPES: dict[str, Callable[[Path], None]] = {**flux.RECIPES, **sdxl.RECIPES}
"""Each takes the folder that holds `<owner>/<name>/` and writes every repository that the model id reads."""

LORA_RECIPES: dict[str, Callable[[Path], None]] = {**flux_loras.LORA_RECIPES, **sdxl_loras.LORA_RECIPES}
"""Each takes a folder and writes one LoRA per key form into it."""
