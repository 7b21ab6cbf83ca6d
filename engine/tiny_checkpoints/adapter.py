"""Draws a LoRA for a set of modules and writes it under the names that a trainer gives its files."""

import json
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn

RANK = 4
STRENGTH = 0.4
"""Size of the change in parts of the size of the weight it changes: visible, and the picture survives it."""

Pairs = dict[str, tuple[torch.Tensor, torch.Tensor]]
"""Module name to (down, up)."""


def linear_shapes(module: nn.Module, inside: tuple[str, ...]) -> dict[str, torch.Size]:
    """Weight shapes of every linear layer whose path starts with one of `inside`, by path."""
    return {
        name: layer.weight.shape
        for name, layer in module.named_modules()
        if isinstance(layer, nn.Linear) and name.startswith(inside)
    }


def draw_pairs(shapes: Mapping[str, torch.Size], seed: int) -> Pairs:
    """Random factors for weights of these shapes; a convolution's kernel goes into the down half."""
    generator = torch.Generator().manual_seed(seed)
    pairs: Pairs = {}
    for name, shape in shapes.items():
        out, fan_in = shape[0], shape[1:].numel()
        down = torch.randn((RANK, *shape[1:]), generator=generator) / fan_in**0.5
        up = torch.randn((out, RANK, *(1 for _ in shape[2:])), generator=generator) * STRENGTH / RANK**0.5
        pairs[name] = (down, up)
    return pairs


def peft_keys(pairs: Pairs, prefix: str, alpha: float | None = None) -> dict[str, torch.Tensor]:
    """`<prefix><path>.lora_A.weight` and `.lora_B.weight`, with `.alpha` where one is given."""
    tensors: dict[str, torch.Tensor] = {}
    for path, (down, up) in pairs.items():
        tensors[f"{prefix}{path}.lora_A.weight"] = down
        tensors[f"{prefix}{path}.lora_B.weight"] = up
        if alpha is not None:
            tensors[f"{prefix}{path}.alpha"] = torch.tensor(alpha)
    return tensors


def kohya_keys(pairs: Pairs, prefix: str, alpha: float) -> dict[str, torch.Tensor]:
    """`<prefix><path with underscores>.lora_down.weight`, `.lora_up.weight` and `.alpha`."""
    tensors: dict[str, torch.Tensor] = {}
    for path, (down, up) in pairs.items():
        name = prefix + path.replace(".", "_")
        tensors[f"{name}.lora_down.weight"] = down
        tensors[f"{name}.lora_up.weight"] = up
        tensors[f"{name}.alpha"] = torch.tensor(alpha)
    return tensors


def trainer_metadata(base: str, trigger: str) -> dict[str, str]:
    """What ai-toolkit writes into a file's header."""
    return {
        "format": "pt",
        "software": json.dumps(
            {"name": "ai-toolkit", "repo": "https://github.com/ostris/ai-toolkit", "version": "0.12.11"}
        ),
        "training_info": json.dumps({"step": 500, "epoch": 1}),
        "ss_base_model_version": base,
        "ss_output_name": f"tiny_{trigger}",
        "ss_tag_frequency": json.dumps({f"1_{trigger}": {trigger: 1}}),
        "name": f"tiny_{trigger}",
        "version": "1.0",
    }


def save_adapter(
    file: Path,
    tensors: Mapping[str, torch.Tensor],
    dtype: torch.dtype,
    metadata: dict[str, str] | None = None,
) -> None:
    """Writes the tensors in `dtype`, making the folder where it is missing. The same bytes every time."""
    file.parent.mkdir(parents=True, exist_ok=True)
    save_file({key: tensor.to(dtype).contiguous() for key, tensor in tensors.items()}, file, metadata)
    sort_metadata(file)


def sort_metadata(file: Path) -> None:
    """Puts the metadata of a safetensors file in order: the library writes it in another one every time."""
    content = file.read_bytes()
    length = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + length])
    header["__metadata__"] = dict(sorted(header.get("__metadata__", {}).items()))
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    padded = text + b" " * (-len(text) % 8)
    file.write_bytes(len(padded).to_bytes(8, "little") + padded + content[8 + length :])
