"""The untouched weights of a component, to start every merge from.

Where the checkpoint's own file holds a tensor under the parameter's name, the file is the copy: it is mapped
into memory and read again when needed. Where it does not (a converted single file, names that a library
changes while loading), the weight is cloned to host memory before its first change. Which of the two holds
is tested bit by bit, not assumed.
"""

from collections.abc import Callable
from pathlib import Path

import torch
from safetensors import safe_open

Read = Callable[[], torch.Tensor]


class PristineWeights:
    """Owns the way back for every weight of one component that was ever changed."""

    def __init__(self, component: torch.nn.Module) -> None:
        self._files = checkpoint_files(component)
        self._reads: dict[str, Read] = {}

    def remember(self, name: str, weight: torch.Tensor) -> None:
        """Make sure that `weight`, the parameter `name` as it is now, can be had again. Only the first call
        counts.
        """
        if name not in self._reads:
            self._reads[name] = self._from_file(name, weight) or from_clone(weight)

    def knows(self, name: str) -> bool:
        return name in self._reads

    def read(self, name: str) -> torch.Tensor:
        """The untouched weight in its own dtype. Only to be read: it may lie in the file's mapping."""
        return self._reads[name]()

    def _from_file(self, name: str, weight: torch.Tensor) -> Read | None:
        dtype = (
            weight.dtype
        )  # not the tensor itself: offloading replaces it, and nothing may keep the old one
        for file in self._files:
            if name not in file.keys():  # noqa: SIM118 - not a mapping
                continue

            def read(file: safe_open = file) -> torch.Tensor:
                return file.get_tensor(name).to(dtype)

            stored = read()
            if stored.shape == weight.shape and same_bits(stored, weight.cpu()):
                return read
        return None


def from_clone(weight: torch.Tensor) -> Read:
    clone = weight.detach().to("cpu", copy=True)
    return lambda: clone


def same_bits(one: torch.Tensor, other: torch.Tensor) -> bool:
    """Equality of bytes: a NaN equals itself, and 0.0 is not -0.0."""
    return torch.equal(one.contiguous().view(torch.uint8), other.contiguous().view(torch.uint8))


def checkpoint_files(component: torch.nn.Module) -> list[safe_open]:
    """The safetensors files that the component was loaded from, open; empty when there is no folder of
    them.
    """
    config = getattr(component, "config", None)
    origin = getattr(config, "_name_or_path", None)
    folder = Path(origin) if origin else None
    if folder is None or not folder.is_dir():
        return []
    return [safe_open(file, framework="pt", device="cpu") for file in sorted(folder.glob("*.safetensors"))]
