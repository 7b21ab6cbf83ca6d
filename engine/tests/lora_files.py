"""LoRA files for the tests, and what they should do to a weight."""

import hashlib
from pathlib import Path

import torch
from safetensors.torch import save_file

from darkroom_engine.adapters.reading import read_adapter
from darkroom_engine.adapters.source import AdapterFile
from darkroom_engine.plan import Adapter

RANK = 4


def pair(rows: int, columns: int, seed: int, *kernel: int) -> tuple[torch.Tensor, torch.Tensor]:
    """down and up of a LoRA, fp16 as ai-toolkit saves them."""
    generator = torch.Generator().manual_seed(seed)
    down = torch.randn(RANK, columns, *kernel, generator=generator)
    up = torch.randn(rows, RANK, *([1] * len(kernel)), generator=generator)
    return (down * 0.3).half(), (up * 0.3).half()


def save(folder: Path, name: str, tensors: dict[str, torch.Tensor]) -> Path:
    file = folder / f"{name}.safetensors"
    save_file({key: tensor.contiguous().clone() for key, tensor in tensors.items()}, file)
    return file


TARGETS = {
    "flux": ["transformer", "text_encoder", "text_encoder_2"],
    "sdxl": ["unet", "text_encoder", "text_encoder_2"],
}


def opened(
    file: Path, scale: float = 1.0, component: str = "transformer", family: str = "flux"
) -> tuple[Adapter, AdapterFile]:
    """A file as a job of that family names it."""
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    adapter = Adapter(
        name=file.stem,
        file=str(file),
        sha256=digest,
        component=component,
        scale=scale,
        family=family,
        targets=[*TARGETS[family], component],
    )
    return adapter, read_adapter(file.stem, file, digest)
