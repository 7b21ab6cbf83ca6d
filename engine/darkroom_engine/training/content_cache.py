"""Encoded texts and pictures on disk, by the hash of what they are encoded from and with.

All trainings share them. An entry is whole or absent, and a hash names the same content for ever, so nothing
here is ever stale. The least recently used go first when the folder has more bytes than it may; those of the
training at work stay.
"""

import hashlib
import os
from collections import OrderedDict
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file

from darkroom_engine.training.lora_file import write_whole

IN_MEMORY_BYTES = 1 << 30

Entry = dict[str, torch.Tensor]


def content_key(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


class ContentCache:
    """Owns a folder of entries, and the most recently used of them in memory."""

    def __init__(self, folder: Path, limit_bytes: float) -> None:
        self._folder = folder
        self._limit = limit_bytes
        self._memory: OrderedDict[str, Entry] = OrderedDict()
        self._used: set[str] = set()
        folder.mkdir(parents=True, exist_ok=True)

    def has(self, key: str) -> bool:
        return self.find(key) is not None

    def find(self, key: str) -> Entry | None:
        """None when it is absent. What is found is kept as long as this training works."""
        self._used.add(key)
        if key in self._memory:
            self._memory.move_to_end(key)
            return self._memory[key]
        file = self._file(key)
        try:
            entry = load_file(file)
            os.utime(file)
        except (OSError, SafetensorError):
            return None
        self._remember(key, entry)
        return entry

    def put(self, key: str, entry: Entry) -> None:
        file = self._file(key)
        file.parent.mkdir(exist_ok=True)
        own = {name: tensor.detach().to("cpu").clone().contiguous() for name, tensor in entry.items()}
        write_whole(file, own, {})
        self._used.add(key)
        self._remember(key, own)

    def make_room(self) -> None:
        """Remove what was not used for longest until the folder is within its limit."""
        files = sorted(self._folder.glob("*/*.safetensors"), key=lambda file: file.stat().st_mtime)
        total = sum(file.stat().st_size for file in files)
        for file in files:
            if total <= self._limit:
                return
            if file.stem not in self._used:
                total -= file.stat().st_size
                file.unlink(missing_ok=True)

    def _file(self, key: str) -> Path:
        return self._folder / key[:2] / f"{key}.safetensors"

    def _remember(self, key: str, entry: Entry) -> None:
        self._memory[key] = entry
        held = sum(tensor.nbytes for each in self._memory.values() for tensor in each.values())
        while held > IN_MEMORY_BYTES and len(self._memory) > 1:
            _, oldest = self._memory.popitem(last=False)
            held -= sum(tensor.nbytes for tensor in oldest.values())
