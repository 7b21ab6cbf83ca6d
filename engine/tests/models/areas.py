"""Some models scale every picture to a fixed area, up to a megapixel: minutes on a laptop.

Here that area is of test size in the plan, in the engine's pipeline and in the plain reference alike. What it
really is is tested in `test_qwen_pictures.py` and, for the plan, beside `src/render/build-plan.ts`.
"""

import importlib
from typing import Any

import pytest

AREA = 96 * 96
QWEN = "diffusers.pipelines.qwenimage.pipeline_qwenimage_edit"


def shrink_areas(patch: pytest.MonkeyPatch) -> None:
    """Until `patch` is undone, pictures are scaled to AREA."""
    from tests.models.plain import import_parity

    for name in ("qwen_image_edit", "qwen_image_edit_plus"):
        patch.setattr(importlib.import_module(f"darkroom_engine.pipelines.{name}"), "READER_AREA", AREA)
    for name in ("EDIT_READER_AREA", "PLUS_READER_AREA"):
        patch.setattr(import_parity("qwen_image"), name, AREA)
    patch.setattr(import_parity("hidream"), "AREA", AREA)
    for name in ("darkroom_engine.pipelines.qwen_image_edit_plus", f"{QWEN}_plus"):
        patch.setattr(importlib.import_module(name), "VAE_IMAGE_SIZE", AREA)
    stock = importlib.import_module(QWEN)
    dimensions = stock.calculate_dimensions

    def small_dimensions(_area: int, ratio: float) -> Any:
        return dimensions(AREA, ratio)

    patch.setattr(stock, "calculate_dimensions", small_dimensions)
