"""Pipelines kept in memory, least recently used first out."""

import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

import torch

from darkroom_engine.adapters.merge import Merger
from darkroom_engine.device import free_caches
from darkroom_engine.loading import load_pipeline
from darkroom_engine.plan import PipelineSpec


@dataclass
class Resident:
    """A loaded pipeline and what is merged into its weights."""

    pipeline: Any
    merger: Merger


class Residency:
    """Owns the resident pipelines: at most `limit` of them, by the hash of their spec."""

    def __init__(self, device: torch.device, limit: int) -> None:
        self._device = device
        self._limit = limit
        self._residents: OrderedDict[str, Resident] = OrderedDict()
        self.loads = 0

    def get(self, key: str) -> Resident | None:
        if key in self._residents:
            self._residents.move_to_end(key)
        return self._residents.get(key)

    def load(self, key: str, spec: PipelineSpec) -> float:
        """Make `key` resident. Returns seconds, 0.0 when it already was. Raises JobFailure as
        `load_pipeline` does.
        """
        if self.get(key):
            return 0.0
        started = time.perf_counter()
        # Room is made first: two large models rarely fit side by side.
        while len(self._residents) >= self._limit:
            self._residents.popitem(last=False)
            free_caches(self._device)
        try:
            pipeline = load_pipeline(spec, self._device)
        finally:
            free_caches(self._device)
        self._residents[key] = Resident(pipeline, Merger(pipeline, self._device))
        self.loads += 1
        return time.perf_counter() - started

    def unload(self, key: str | None) -> list[str]:
        """Drop one pipeline, or all of them for None. Returns the keys that were dropped."""
        dropped = [known for known in self._residents if key in (None, known)]
        for known in dropped:
            del self._residents[known]
        free_caches(self._device)
        return dropped
