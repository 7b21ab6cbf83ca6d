"""The weights of ComfyUI's quantised files, as the values that they stand for.

A quantised layer `x` is marked by `x.comfy_quant`, which is JSON in bytes. Two formats are known:

int8_tensorwise  `x.weight` is int8, (rows, columns); `x.weight_scale` float32, one a row. With `convrot`,
                 each `convrot_groupsize` columns of a row were multiplied by a regular Hadamard matrix
                 before they were rounded. The matrix is its own inverse. Embeddings have this format too.
nvfp4            `x.weight` is uint8, (rows, columns / 2): two 4-bit floats a byte, the first one in the high
                 half. `x.weight_scale` holds an e4m3 for every 16 columns, in the order of cuBLAS' tiles;
                 `x.weight_scale_2` is one float32 for all. `x.pre_quant_scale`, where there is one, is
                 multiplied into the layer's input (AWQ) and is left to the reader of the file.

Sources: the trainer's toolkit/util/comfy_quant_import.py, convrot_quant.py and nvfp4_quant.py.
"""

import json
import math
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from torch import nn
from torch.nn.functional import linear

MARKER = ".comfy_quant"
PACKED = ("weight", "weight_scale", "weight_scale_2")
UNUSED = ("comfy_quant", "input_scale")
REGULAR = ((1, 1, 1, -1), (1, 1, -1, 1), (1, -1, 1, 1), (-1, 1, 1, 1))
E2M1 = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0)
BLOCK = 16
"""Columns that share a scale in nvfp4."""
DEFAULT_GROUP = 256


def read_comfy_weights(
    file: str | Path, dtype: torch.dtype, packed: tuple[str, ...] = ()
) -> dict[str, torch.Tensor]:
    """All tensors of the file: quantised weights in `dtype`, everything else as it is stored.

    Layers of the formats in `packed` stay as they are stored too, for a `FourBitLinear`. Raises ValueError
    for a format that is not known.
    """
    tensors: dict[str, torch.Tensor] = {}
    with safe_open(file, framework="pt", device="cpu") as opened:
        names = list(opened.keys())
        marked = {
            name.removesuffix(MARKER): parse_marker(opened.get_tensor(name))
            for name in names
            if name.endswith(MARKER)
        }
        for name in names:
            layer, _, part = name.rpartition(".")
            whole = layer not in marked or marked[layer].get("format") in packed
            if part in UNUSED and layer in marked:
                continue
            if whole or part not in PACKED:
                tensors[name] = opened.get_tensor(name)
            elif part == "weight":
                stored = (f"{layer}.{other}" for other in PACKED)
                parts = {one.rpartition(".")[2]: opened.get_tensor(one) for one in stored if one in names}
                tensors[name] = dequantize(layer, marked[layer], parts).to(dtype)
    return tensors


def parse_marker(marker: torch.Tensor) -> dict[str, Any]:
    return json.loads(bytes(marker.tolist()))


def dequantize(layer: str, marker: dict[str, Any], parts: dict[str, torch.Tensor]) -> torch.Tensor:
    """A weight in float32, (rows, columns)."""
    match marker.get("format"):
        case "int8_tensorwise":
            group = marker.get("convrot_groupsize", DEFAULT_GROUP) if marker.get("convrot") else 1
            return dequantize_rows(parts["weight"], parts["weight_scale"], group)
        case "nvfp4":
            return dequantize_blocks(parts["weight"], parts["weight_scale"], parts["weight_scale_2"])
        case other:
            raise ValueError(
                f"{layer} is stored as {other}, and only int8_tensorwise and nvfp4 can be read from files of "
                "ComfyUI. Use the file that the catalog entry names."
            )


def dequantize_rows(codes: torch.Tensor, scales: torch.Tensor, group: int) -> torch.Tensor:
    """int8 times the scale of its row, turned back by `group` columns at a time; 1 leaves them as they
    are.
    """
    values = codes.float() * scales.float().reshape(-1, 1)
    if group == 1:
        return values
    turned = values.unflatten(1, (-1, group)) @ regular_hadamard(group)
    return turned.flatten(1)


def regular_hadamard(size: int) -> torch.Tensor:
    """Orthonormal and symmetric, (size, size). Raises ValueError when `size` is no power of 4."""
    matrix = block = torch.tensor(REGULAR, dtype=torch.float32)
    while matrix.shape[0] < size:
        matrix = torch.kron(matrix, block)
    if matrix.shape[0] != size:
        raise ValueError(f"a rotation by {size} columns is not possible: it must be a power of 4")
    return matrix / math.sqrt(size)


def dequantize_blocks(packed: torch.Tensor, tiles: torch.Tensor, overall: torch.Tensor) -> torch.Tensor:
    """4-bit floats times the scale of their block of 16."""
    rows, columns = packed.shape[0], packed.shape[1] * 2
    codes = torch.stack([packed >> 4, packed & 15], dim=-1).flatten(1)
    levels = torch.tensor([*E2M1, *(-value for value in E2M1)], device=packed.device)
    values = levels[codes.int()]
    scales = untile(tiles.view(torch.float8_e4m3fn), rows, columns // BLOCK).float() * overall.float()
    return (values.unflatten(1, (-1, BLOCK)) * scales.unsqueeze(-1)).flatten(1)


def untile(tiles: torch.Tensor, rows: int, columns: int) -> torch.Tensor:
    """(rows, columns) of a matrix that lies in tiles of 128 by 4, filled up to whole ones.

    Within a tile, 32 lines of 16 values hold rows 0 to 31, each beside the rows 32, 64 and 96 further down.
    """
    down, across = math.ceil(rows / 128), math.ceil(columns / 4)
    laid_out = tiles.reshape(down, across, 32, 4, 4).permute(0, 3, 2, 1, 4)
    return laid_out.reshape(down * 128, across * 4)[:rows, :columns]


class FourBitLinear(nn.Module):
    """A layer whose weight stays in nvfp4 and is made whole while it computes, as in the trainer.

    Its tensors have the names and the forms of the file. It computes in the precision of its input.
    """

    def __init__(self, tensors: dict[str, torch.Tensor]) -> None:
        super().__init__()
        for name in (*PACKED, "pre_quant_scale"):
            value = tensors.get(name)
            held = None if value is None else nn.Parameter(value, requires_grad=False)
            self.register_parameter(name, held)

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        weight = dequantize_blocks(self.weight, self.weight_scale, self.weight_scale_2)
        if self.pre_quant_scale is not None:
            values = values * self.pre_quant_scale.to(values.dtype)
        return linear(values, weight.to(values.dtype))
