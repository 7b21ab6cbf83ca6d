"""How the trainer shows control pictures to Qwen2.5-VL."""

import math
from typing import Any

import numpy
import torch
from PIL import Image
from torch.nn.functional import interpolate

from darkroom_engine.failures import JobFailure

LONGEST = 3968
"""Tokens of words and pictures together. The transformer has 4096 places, which the words share with half of
the longer side of a picture in tokens: 128 at most.
"""


def read_with_pictures(
    pipeline: Any, prompt: str, images: Image.Image | list[Image.Image], area: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """The prompt's embeddings with `images` scaled to about `area` pixels, and a mask of ones.

    One picture or a list: the pipelines put other words around the two. Raises JobFailure for more than the
    transformer has places for.
    """
    if isinstance(images, list):
        shown = [scale_to_area(pipeline, image, area) for image in images]
    else:
        shown = scale_to_area(pipeline, images, area)
    embeds, mask = pipeline.encode_prompt(prompt, image=shown)
    if embeds.shape[1] > LONGEST:
        raise JobFailure(
            "RENDER_FAILED",
            f"The prompt or its negative prompt is too long: with the pictures it has {embeds.shape[1]} "
            f"tokens, and the model takes up to {LONGEST}. Shorten it, or send fewer pictures.",
        )
    if mask is None:
        mask = torch.ones(embeds.shape[:2], device=embeds.device, dtype=torch.int64)
    return embeds, mask


def scale_to_area(pipeline: Any, image: Image.Image, area: int) -> torch.Tensor:
    """RGB from 0 to 1 in the reader's dtype, (1, 3, height, width): bilinear without antialiasing, sides
    rounded to 32.
    """
    pixels = torch.from_numpy(numpy.array(image)).permute(2, 0, 1).contiguous().float().div(255)
    tensor = pixels.unsqueeze(0).to(pipeline._execution_device, dtype=pipeline.text_encoder.dtype)
    return interpolate(tensor, size=size_of_area(*tensor.shape[2:], area), mode="bilinear")


def size_of_area(height: int, width: int, area: int) -> tuple[int, int]:
    """Height and width of about `area` pixels in the aspect of these, rounded to 32."""
    ratio = height / width
    tall = math.sqrt(area * ratio)
    return round(tall / 32) * 32, round(tall / ratio / 32) * 32
