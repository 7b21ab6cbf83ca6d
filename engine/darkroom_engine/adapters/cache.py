"""Parsed LoRA files, by the sha256 of their bytes, least recently used first out."""

from collections import OrderedDict
from pathlib import Path

from darkroom_engine.adapters.reading import read_adapter
from darkroom_engine.adapters.source import AdapterFile
from darkroom_engine.plan import Adapter


class AdapterCache:
    """Owns up to `limit_bytes` of parsed tensors in host memory. The newest file stays even when it alone is
    larger.
    """

    def __init__(self, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self._files: OrderedDict[str, AdapterFile] = OrderedDict()

    def read(self, adapter: Adapter) -> AdapterFile:
        """Raises JobFailure LORA_INVALID as `read_adapter` does."""
        file = self._files.get(adapter.sha256)
        if file is None:
            file = read_adapter(adapter.name, Path(adapter.file), adapter.sha256)
            self._files[adapter.sha256] = file
        self._files.move_to_end(adapter.sha256)
        while len(self._files) > 1 and self.size_bytes > self._limit_bytes:
            self._files.popitem(last=False)
        return file

    @property
    def size_bytes(self) -> int:
        return sum(file.size_bytes for file in self._files.values())
