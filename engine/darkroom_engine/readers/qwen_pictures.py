"""The processor of Qwen2.5-VL and Qwen3-VL for prompts with pictures that are tensors, as in the trainer.

There it is transformers' Qwen2VLProcessor or Qwen3VLProcessor on torchvision. This gives the same bits
(compared with transformers 5.23: Qwen2VLProcessor on torchvision 0.29 in float32 and bfloat16,
Qwen3VLProcessor on 0.28 in float32, which is all that it gets).
"""

import json
import math
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch.nn.functional import interpolate
from transformers import AutoTokenizer, BatchFeature, PreTrainedTokenizerBase

PLACEHOLDER = "<|image_pad|>"
SETTINGS = "preprocessor_config.json"


class Settings(NamedTuple):
    """What the checkpoint says about pictures."""

    patch: int
    frames: int
    merge: int
    least_pixels: int
    most_pixels: int
    mean: tuple[float, ...]
    deviation: tuple[float, ...]


class QwenPictureProcessor:
    """A tokenizer, and the arithmetic that makes patches of pictures."""

    def __init__(self, tokenizer: PreTrainedTokenizerBase, settings: Settings) -> None:
        self._tokenizer = tokenizer
        self._settings = settings

    @classmethod
    def from_pretrained(
        cls, folder: str | Path, subfolder: str = "", **options: Any
    ) -> "QwenPictureProcessor":
        """Read `folder`/`subfolder`. Raises OSError when the tokenizer or the settings are not there."""
        tokenizer = AutoTokenizer.from_pretrained(folder, subfolder=subfolder, **options)
        return cls(tokenizer, read_settings(Path(folder) / subfolder / SETTINGS))

    def __call__(
        self,
        text: list[str],
        images: torch.Tensor | list[torch.Tensor],
        do_rescale: bool = True,
        **options: Any,
    ) -> BatchFeature:
        """Tokens with a placeholder for every merged patch, and the patches of all pictures in a row.

        `images` are batches of RGB from 0 to 1, of one text each; `do_rescale` divides them by 255 all the
        same, as transformers does when it is not told that they are scaled already. `options` are the
        tokenizer's.
        """
        batches = images if isinstance(images, list) else [images]
        pictures = [picture for batch in batches for picture in batch]
        resized = [resize(picture, self._settings) for picture in pictures]
        grids = [[1, *(side // self._settings.patch for side in picture.shape[-2:])] for picture in resized]
        counts = [math.prod(grid) // self._settings.merge**2 for grid in grids]
        tokens = self._tokenizer(fill_placeholders(text, counts), **options)
        brightest = 255.0 if do_rescale else 1.0
        patches = [
            patchify(normalize(picture, self._settings, brightest), self._settings) for picture in resized
        ]
        return BatchFeature(
            {**tokens, "pixel_values": torch.cat(patches), "image_grid_thw": torch.tensor(grids)}
        )


def read_settings(file: Path) -> Settings:
    """Of a file for pictures alone, or of one for the whole processor, which newer releases write."""
    content = json.loads(file.read_text(encoding="utf-8"))
    content = content.get("image_processor", content)
    size = content.get("size", {})
    return Settings(
        patch=content["patch_size"],
        frames=content["temporal_patch_size"],
        merge=content["merge_size"],
        least_pixels=content.get("min_pixels") or size["shortest_edge"],
        most_pixels=content.get("max_pixels") or size["longest_edge"],
        mean=tuple(content["image_mean"]),
        deviation=tuple(content["image_std"]),
    )


def fill_placeholders(texts: list[str], counts: list[int]) -> list[str]:
    """One placeholder becomes as many as its picture has merged patches."""
    left = iter(counts)
    filled = []
    for text in texts:
        first, *rest = text.split(PLACEHOLDER)
        filled.append(first + "".join(PLACEHOLDER * next(left) + part for part in rest))
    return filled


def resize(picture: torch.Tensor, settings: Settings) -> torch.Tensor:
    """To sides that are multiples of a merged patch, within the limits of area: bicubic, in float32."""
    size = whole_patches(*picture.shape[-2:], settings)
    if size == tuple(picture.shape[-2:]):
        return picture
    resized = interpolate(
        picture.unsqueeze(0).float(), size=size, mode="bicubic", align_corners=False, antialias=True
    )
    return resized.squeeze(0).to(picture.dtype)


def whole_patches(height: int, width: int, settings: Settings) -> tuple[int, int]:
    """transformers' `smart_resize`."""
    side = settings.patch * settings.merge
    rounded = round(height / side) * side, round(width / side) * side
    if rounded[0] * rounded[1] > settings.most_pixels:
        shrink = math.sqrt(height * width / settings.most_pixels)
        return tuple(max(side, math.floor(length / shrink / side) * side) for length in (height, width))
    if rounded[0] * rounded[1] < settings.least_pixels:
        grow = math.sqrt(settings.least_pixels / (height * width))
        return tuple(math.ceil(length * grow / side) * side for length in (height, width))
    return rounded


def normalize(picture: torch.Tensor, settings: Settings, brightest: float) -> torch.Tensor:
    """By the checkpoint's mean and deviation, `brightest` being full light.

    Qwen-Image-Edit of the trainer says 255 although the picture runs to 1 only, so the reader sees it almost
    black.
    """
    mean, deviation = (
        torch.tensor(values, device=picture.device).view(-1, 1, 1) * brightest
        for values in (settings.mean, settings.deviation)
    )
    return (picture.float() - mean) / deviation


def patchify(picture: torch.Tensor, settings: Settings) -> torch.Tensor:
    """(patches, values of a patch): squares of merged patches in reading order, each patch once a frame."""
    channels, height, width = picture.shape
    patch, merge = settings.patch, settings.merge
    squares = picture.reshape(
        channels, height // patch // merge, merge, patch, width // patch // merge, merge, patch
    ).permute(1, 4, 2, 5, 0, 3, 6)
    frames = squares.unsqueeze(5).expand(-1, -1, -1, -1, -1, settings.frames, -1, -1)
    return frames.reshape(height // patch * (width // patch), -1)
