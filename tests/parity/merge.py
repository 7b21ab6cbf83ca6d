"""A LoRA merged the plain way: weight + scale * (up @ down) * alpha / rank in float32, cast back once."""

import re
from collections import defaultdict
from typing import Any

import torch
from safetensors.torch import load_file

from names import destinations

PARTS = {
    ".lora_A.weight": "down",
    ".lora_B.weight": "up",
    ".lora_down.weight": "down",
    ".lora_up.weight": "up",
    ".lora_magnitude_vector.weight": "magnitude",
    **{f".{part}": part for part in ("lokr_w1", "lokr_w2_a", "lokr_w2_b")},
    **{f".hada_{half}": f"hada_{half}" for half in ("w1_a", "w1_b", "w2_a", "w2_b")},
    ".alpha": "alpha",
}


@torch.no_grad()
def merge_lora(pipeline: Any, file: str, scale: float, expert: str | None = None) -> None:
    """Adds the LoRA into the pipeline's weights, of the low-noise transformer for the expert `low`. Fails on
    any key that it does not know.
    """
    for name, parts in read_lora(file).items():
        layers = destinations(pipeline, name, expert)
        if "magnitude" in parts:
            stretch_rows(layers[0].weight, parts, scale)
            continue
        delta = change_of(parts, scale)
        sizes = [layer.weight.shape[0] for layer in layers]
        for layer, change in zip(layers, delta.split(sizes), strict=True):
            merged = layer.weight.float() + change.reshape(layer.weight.shape)
            layer.weight.copy_(merged.to(layer.weight.dtype))


def read_lora(file: str) -> dict[str, dict[str, torch.Tensor]]:
    """The file's tensors by module name as spelled there, then by part."""
    modules: dict[str, dict[str, torch.Tensor]] = defaultdict(dict)
    for key, tensor in load_file(file).items():
        suffix = next(suffix for suffix in PARTS if key.endswith(suffix))
        modules[re.sub(f"{re.escape(suffix)}$", "", key)][PARTS[suffix]] = tensor
    return modules


def change_of(parts: dict[str, torch.Tensor], scale: float) -> torch.Tensor:
    """The whole change, by the form that the parts are in."""
    if "lokr_w1" in parts:
        return change_of_lokr(parts, scale)
    return change_of_loha(parts, scale) if "hada_w1_a" in parts else change_of_lora(parts, scale)


def change_of_lora(parts: dict[str, torch.Tensor], scale: float) -> torch.Tensor:
    """scale * (up @ down) * alpha / rank."""
    rank = parts["down"].shape[0]
    alpha = parts["alpha"].item() if "alpha" in parts else rank
    return scale * multiply(parts["up"].float(), parts["down"].float()) * (alpha / rank)


def change_of_lokr(parts: dict[str, torch.Tensor], scale: float) -> torch.Tensor:
    """The Kronecker product of a whole side and a side of two factors, * alpha / rank, * scale."""
    right = parts["lokr_w2_a"].float() @ parts["lokr_w2_b"].float()
    rank = parts["lokr_w2_b"].shape[0]
    return torch.kron(parts["lokr_w1"].float(), right) * (parts["alpha"].item() / rank) * scale


def change_of_loha(parts: dict[str, torch.Tensor], scale: float) -> torch.Tensor:
    """Two products multiplied value by value, * alpha / rank, * scale."""
    one, two = (parts[f"hada_w{n}_a"].float() @ parts[f"hada_w{n}_b"].float() for n in (1, 2))
    return one * two * (parts["alpha"].item() / parts["hada_w1_b"].shape[0]) * scale


def stretch_rows(weight: torch.Tensor, parts: dict[str, torch.Tensor], scale: float) -> None:
    """DoRA: the weight and its change, with every row brought to the length that the file gives, is where
    scale 1 leads; smaller scales go there in part.
    """
    plain = weight.float()
    adapted = plain + change_of_lora(parts, 1.0)
    there = parts["magnitude"].float()[:, None] / adapted.norm(dim=1, keepdim=True) * adapted
    weight.copy_((plain + scale * (there - plain)).to(weight.dtype))


def multiply(up: torch.Tensor, down: torch.Tensor) -> torch.Tensor:
    """The whole change as a matrix; the up half of a convolution is always 1x1."""
    return up.flatten(1) @ down.flatten(1)
