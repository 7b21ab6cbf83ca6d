"""CLIP's preparation of pictures, with the bits of transformers' own on torchvision."""

import json
from pathlib import Path
from typing import Any

import numpy
import torch
from PIL import Image
from torch.nn.functional import interpolate
from transformers import BatchFeature

SETTINGS = "preprocessor_config.json"


class ClipPictureProcessor:
    """The shorter side to one length, the middle cut out, and the channels normalized."""

    def __init__(self, side: int, cut: int, mean: list[float], deviation: list[float]) -> None:
        self._side, self._cut = side, cut
        self._mean, self._deviation = (
            torch.tensor(values).view(1, 3, 1, 1) * 255.0 for values in (mean, deviation)
        )

    @classmethod
    def from_pretrained(
        cls, folder: str | Path, subfolder: str = "", **_options: Any
    ) -> "ClipPictureProcessor":
        """Read `folder`/`subfolder`. Raises OSError when the settings are not there."""
        content = json.loads((Path(folder) / subfolder / SETTINGS).read_text(encoding="utf-8"))
        side, cut = content["size"]["shortest_edge"], content["crop_size"]["height"]
        return cls(side, cut, content["image_mean"], content["image_std"])

    def __call__(self, images: Image.Image, return_tensors: str = "pt") -> BatchFeature:
        """`pixel_values` of one picture, shape (1, 3, side, side), float32."""
        picture = torch.from_numpy(numpy.array(images.convert("RGB"))).permute(2, 0, 1).unsqueeze(0)
        size = shorter_side(*picture.shape[-2:], self._side)
        # On bytes, as torchvision does: the result is rounded before it is normalized.
        resized = interpolate(picture.contiguous(), size=size, mode="bicubic", antialias=True)
        top, left = ((length - self._cut) // 2 for length in size)
        middle = resized[:, :, top : top + self._cut, left : left + self._cut].float()
        return BatchFeature({"pixel_values": (middle - self._mean) / self._deviation})


def shorter_side(height: int, width: int, side: int) -> tuple[int, int]:
    if height <= width:
        return side, int(side * width / height)
    return int(side * height / width), side
