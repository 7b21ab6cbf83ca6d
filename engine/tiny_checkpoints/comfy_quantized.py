"""Writes weights as ComfyUI's quantised files hold them."""

import json

import torch

from darkroom_engine.readers.comfy_weights import BLOCK, E2M1, regular_hadamard

Tensors = dict[str, torch.Tensor]
GROUP = 16
LARGEST_E2M1, LARGEST_E4M3 = 6.0, 448.0


def marker(**content: object) -> torch.Tensor:
    return torch.tensor(list(json.dumps(content).encode()), dtype=torch.uint8)


def in_rotated_int8(path: str, weight: torch.Tensor, group: int = GROUP) -> Tensors:
    """int8 rows of the rotated weight, as the layers of a denoiser are stored."""
    turned = (weight.float().unflatten(1, (-1, group)) @ regular_hadamard(group)).flatten(1)
    told = marker(format="int8_tensorwise", convrot=True, convrot_groupsize=group)
    return {**in_int8(path, turned), f"{path}.comfy_quant": told}


def in_int8(path: str, weight: torch.Tensor) -> Tensors:
    """int8 rows, as embeddings are stored."""
    scales = weight.float().abs().amax(dim=1) / 127
    return {
        f"{path}.weight": (weight.float() / scales[:, None]).round().to(torch.int8),
        f"{path}.weight_scale": scales,
        f"{path}.comfy_quant": marker(format="int8_tensorwise"),
    }


def in_nvfp4(path: str, weight: torch.Tensor, input_scale: torch.Tensor | None = None) -> Tensors:
    """4-bit floats in blocks; `input_scale` is divided out of the columns first, as AWQ does."""
    whole = weight.float() if input_scale is None else weight.float() / input_scale
    blocks = whole.unflatten(1, (-1, BLOCK))
    overall = whole.abs().max() / (LARGEST_E2M1 * LARGEST_E4M3)
    scales = (blocks.abs().amax(dim=-1) / (LARGEST_E2M1 * overall)).to(torch.float8_e4m3fn)
    units = blocks / (scales.float() * overall)[..., None]
    levels = torch.tensor(E2M1)
    codes = (units.abs()[..., None] - levels).abs().argmin(dim=-1) + 8 * (units < 0)
    halves = codes.flatten(1).to(torch.uint8)
    tensors = {
        f"{path}.weight": (halves[:, ::2] << 4) | halves[:, 1::2],
        f"{path}.weight_scale": in_tiles(scales),
        f"{path}.weight_scale_2": overall,
        f"{path}.comfy_quant": marker(format="nvfp4", full_precision_matrix_mult=True),
    }
    return tensors if input_scale is None else tensors | {f"{path}.pre_quant_scale": input_scale}


def in_tiles(scales: torch.Tensor) -> torch.Tensor:
    """Filled up to tiles of 128 by 4, in the order of cuBLAS: value by value."""
    rows, columns = scales.shape
    down, across = -(-rows // 128), -(-columns // 4)
    flat = torch.zeros(down * across * 512, dtype=torch.uint8)
    row, column = torch.meshgrid(torch.arange(rows), torch.arange(columns), indexing="ij")
    tile = row // 128 * across + column // 4
    flat[tile * 512 + row % 32 * 16 + row % 128 // 32 * 4 + column % 4] = scales.view(torch.uint8)
    return flat.view(torch.float8_e4m3fn).reshape(down * 128, across * 4)
