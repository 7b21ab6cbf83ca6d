"""Control images as the trainer opens them."""

from typing import Any

from PIL import Image


def open_controls(case: dict[str, Any]) -> list[Image.Image]:
    """All of the case's, as RGB."""
    return [Image.open(file).convert("RGB") for file in case["control_images"]]
