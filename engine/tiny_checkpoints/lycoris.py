"""The forms of a change that are no product of two factors: LoKr, LoHa and DoRA."""

from collections.abc import Mapping

import torch

from .adapter import RANK, STRENGTH, draw_pairs, peft_keys

Shapes = Mapping[str, torch.Size]
SIDES = (4, 2, 1)
"""Height and width of the whole side of a Kronecker product: the first that divides those of the weight."""


def lokr_keys(shapes: Shapes, seed: int, prefix: str, alpha: float) -> dict[str, torch.Tensor]:
    """A Kronecker product for each weight: a whole left side, a right side of two factors, and alpha."""
    generator = torch.Generator().manual_seed(seed)
    tensors: dict[str, torch.Tensor] = {}
    for path, (rows, columns) in shapes.items():
        stem = f"{prefix}{path}"
        height, width = (next(side for side in SIDES if size % side == 0) for size in (rows, columns))
        tensors[f"{stem}.lokr_w1"] = torch.randn(height, width, generator=generator) / width
        tensors[f"{stem}.lokr_w2_a"] = torch.randn(rows // height, RANK, generator=generator) / 2
        right = torch.randn(RANK, columns // width, generator=generator)
        tensors[f"{stem}.lokr_w2_b"] = right / columns**0.5
        tensors[f"{stem}.alpha"] = torch.tensor(alpha)
    return tensors


def loha_keys(shapes: Shapes, seed: int, prefix: str, alpha: float) -> dict[str, torch.Tensor]:
    """Two products multiplied value by value, under LyCORIS' flat names."""
    generator = torch.Generator().manual_seed(seed)
    tensors: dict[str, torch.Tensor] = {}
    for path, (rows, columns) in shapes.items():
        stem = prefix + path.replace(".", "_")
        for half, size in (("w1", 1.0), ("w2", 2 * STRENGTH / columns**0.5)):
            tensors[f"{stem}.hada_{half}_a"] = torch.randn(rows, RANK, generator=generator) * size
            tensors[f"{stem}.hada_{half}_b"] = torch.randn(RANK, columns, generator=generator) / RANK**0.5
        tensors[f"{stem}.alpha"] = torch.tensor(alpha)
    return tensors


def dora_keys(shapes: Shapes, seed: int, prefix: str) -> dict[str, torch.Tensor]:
    """PEFT's two factors, and the length that each row of the weight is given."""
    tensors = peft_keys(draw_pairs(shapes, seed), prefix)
    generator = torch.Generator().manual_seed(seed + 1)
    for path, shape in shapes.items():
        lengths = 1 + STRENGTH * torch.rand(shape[0], generator=generator)
        tensors[f"{prefix}{path}.lora_magnitude_vector.weight"] = lengths
    return tensors
