"""Qwen2.5-VL's processor in plain torch, since transformers only has it beside torchvision."""

from pathlib import Path
from typing import Any

import torch
from transformers import BatchFeature, Qwen2Tokenizer

PATCH, MERGE, FRAMES = 14, 2, 2
MEAN = torch.tensor([0.48145466, 0.4578275, 0.40821073])
DEVIATION = torch.tensor([0.26862954, 0.26130258, 0.27577711])


class PlainProcessor:
    """For pictures of ordinary sizes only: its limits of area are not reached here."""

    def __init__(self, folder: Path) -> None:
        self.tokenizer = Qwen2Tokenizer.from_pretrained(folder)

    def __call__(self, text: list[str], images: Any, padding: bool, return_tensors: str) -> BatchFeature:
        (words,) = text
        patches, grids = [], []
        for picture in images if isinstance(images, list) else [images]:
            values, grid = cut(picture[0])
            patches.append(values)
            grids.append(grid)
            tokens = "<|image_pad|>" * (grid[1] * grid[2] // MERGE**2)
            words = words.replace("<|image_pad|>", tokens.replace("image_pad", "done"), 1)
        words = words.replace("<|done|>", "<|image_pad|>")
        encoded = self.tokenizer([words], padding=padding, return_tensors=return_tensors)
        return BatchFeature(
            {**encoded, "pixel_values": torch.cat(patches), "image_grid_thw": torch.tensor(grids)}
        )


def cut(picture: torch.Tensor) -> tuple[torch.Tensor, list[int]]:
    """Bicubic to whole merged patches, divided by 255 a second time, then patch by patch."""
    rows, columns = (round(side / (PATCH * MERGE)) for side in picture.shape[1:])
    size = (rows * PATCH * MERGE, columns * PATCH * MERGE)
    if size != tuple(picture.shape[1:]):
        picture = torch.nn.functional.interpolate(picture[None], size=size, mode="bicubic", antialias=True)[0]
    picture = (picture - 255.0 * MEAN[:, None, None]) / (255.0 * DEVIATION[:, None, None])
    patches = [
        picture[:, top : top + PATCH, left : left + PATCH].unsqueeze(1).repeat(1, FRAMES, 1, 1).flatten()
        for row in range(rows)
        for column in range(columns)
        for top in range(row * PATCH * MERGE, (row + 1) * PATCH * MERGE, PATCH)
        for left in range(column * PATCH * MERGE, (column + 1) * PATCH * MERGE, PATCH)
    ]
    return torch.stack(patches), [1, rows * MERGE, columns * MERGE]
