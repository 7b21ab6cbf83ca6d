"""Parsed LoRA files, by the sha256 of their bytes and their strength, least recently used first out."""

from collections import OrderedDict
from pathlib import Path

from darkroom_engine.adapters.reading import AS_TRAINED, read_adapter
from darkroom_engine.adapters.source import AdapterFile
from darkroom_engine.plan import Adapter, Contents


class AdapterCache:
    """Owns up to `limit_bytes` of parsed tensors in host memory. The newest file stays even when it alone is
    larger.
    """

    def __init__(self, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self._files: OrderedDict[Contents, AdapterFile] = OrderedDict()

    def read(self, adapter: Adapter) -> AdapterFile:
        """Raises JobFailure LORA_INVALID as `read_adapter` does."""
        contents = adapter.contents
        file = self._files.get(contents)
        if file is None:
            strength = adapter.strength or AS_TRAINED
            file = read_adapter(adapter.name, Path(adapter.file), adapter.sha256, strength)
            self._files[contents] = file
        self._files.move_to_end(contents)
        while len(self._files) > 1 and self.size_bytes > self._limit_bytes:
            self._files.popitem(last=False)
        return file

    @property
    def size_bytes(self) -> int:
        return sum(file.size_bytes for file in self._files.values())
