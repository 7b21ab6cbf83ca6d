"""Control images as OmniGen2's VAE sees them, and the size at which a picture is drawn."""

import torch
from diffusers.image_processor import VaeImageProcessor
from PIL import Image

MOST_PIXELS = 1024 * 1024
LONGEST_SIDE = 1024
GRID = 16
"""Pixels of one token a side."""


def drawn_size(width: int, height: int) -> tuple[int, int]:
    """(width, height) within a megapixel: what is larger is drawn at this size and enlarged."""
    return on_grid(width, height, min((MOST_PIXELS / (width * height)) ** 0.5, 1.0))


def shown_size(width: int, height: int) -> tuple[int, int]:
    """(width, height) of a control image: within a megapixel and 1024 pixels a side, never enlarged."""
    side = LONGEST_SIDE / max(width, height)
    return on_grid(width, height, min((MOST_PIXELS / (width * height)) ** 0.5, side, 1.0))


def on_grid(width: int, height: int, ratio: float) -> tuple[int, int]:
    return int(width * ratio) // GRID * GRID, int(height * ratio) // GRID * GRID


def to_pixels(image: Image.Image) -> torch.Tensor:
    """(1, 3, height, width) from -1 to 1, at the size that the VAE gets."""
    width, height = shown_size(*image.size)
    return VaeImageProcessor(vae_scale_factor=GRID, resample="lanczos").preprocess(image, height, width)
