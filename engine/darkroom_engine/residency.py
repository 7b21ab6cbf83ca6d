"""Pipelines kept in memory: as many as fit, least recently used first out."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import torch

from darkroom_engine.adapters.merge import Merger
from darkroom_engine.device import available_bytes, free_caches
from darkroom_engine.host_memory import HostMemory
from darkroom_engine.loading import load_pipeline
from darkroom_engine.offloading import (
    GIB,
    MODES,
    Offload,
    choose_offload,
    device_need,
    refuse_what_host_cannot_hold,
)
from darkroom_engine.plan import PipelineSpec
from darkroom_engine.text_encodings import TextEncodings
from darkroom_engine.weighing import Weights, weigh

HOST_RESERVE = 2 * GIB
"""Host memory that is left to others while several pipelines are kept."""


@dataclass
class Resident:
    """A loaded pipeline and what is merged into its weights."""

    pipeline: Any
    merger: Merger
    offload: Offload
    host_bytes: int
    """What offloading keeps in the host's memory."""
    texts: TextEncodings = field(default_factory=TextEncodings)


class Residency:
    """Owns the resident pipelines, by the hash of their spec: at most `limit` of them, or all that fit for 0.

    `on_dropped` hears which were dropped to make room. `modes` are the ways to hold weights on this device,
    lightest last. `host` says what the host's memory can still give.
    """

    def __init__(
        self,
        device: torch.device,
        limit: int,
        on_dropped: Callable[[list[str]], None] = lambda _keys: None,
        modes: tuple[Offload, ...] | None = None,
        host: HostMemory | None = None,
    ) -> None:
        self._device = device
        self._host = host or HostMemory()
        self._limit = limit
        self._on_dropped = on_dropped
        self._modes = modes or (MODES if device.type == "cuda" else MODES[:1])
        self._lightest: dict[str, Offload] = {}
        self._residents: OrderedDict[str, Resident] = OrderedDict()
        self.loads = 0

    def get(self, key: str) -> Resident | None:
        if key in self._residents:
            self._residents.move_to_end(key)
        return self._residents.get(key)

    def load(self, key: str, spec: PipelineSpec) -> float:
        """Make `key` resident. Returns seconds, 0.0 when it already was. Raises JobFailure as
        `load_pipeline` does, and MODEL_TOO_LARGE when it cannot fit.
        """
        if self.get(key):
            return 0.0
        started = time.perf_counter()
        offload = self._lightest.get(key, "none")
        weights = weigh(spec, self._device)
        offload = max(self._make_room(spec, weights), offload, key=MODES.index)
        try:
            pipeline = load_pipeline(spec, self._device, offload)
        finally:
            free_caches(self._device)
        host_bytes = 0 if offload == "none" else weights.total
        self._residents[key] = Resident(pipeline, Merger(pipeline, self._device), offload, host_bytes)
        self.loads += 1
        return time.perf_counter() - started

    def lighten(self, key: str, spec: PipelineSpec) -> Offload | None:
        """After a render ran out of memory: drop the pipeline and every other one, and hold it in the next
        lighter way when it is loaded again, now and later. None when there is none, or when the settings name
        the way.
        """
        held = self._residents[key].offload
        lighter = self._modes[self._modes.index(held) + 1 :]
        if spec.offload != "auto" or not lighter:
            return None
        self._lightest[key] = lighter[0]
        self.drop_all()
        return lighter[0]

    def drop_all(self) -> None:
        """Make all the room that there is, and tell."""
        while self._residents:
            self._drop_oldest()

    def _make_room(self, spec: PipelineSpec, weights: Weights) -> Offload:
        """Drop what has to go, oldest first, and say how the new pipeline is to be held."""
        while self._limit and len(self._residents) >= self._limit:
            self._drop_oldest()
        if self._device.type != "cuda":
            while self._residents and device_need(weights, "none") + HOST_RESERVE > self._host.available():
                self._drop_oldest()
            refuse_what_host_cannot_hold(spec, weights, self._host.available(), self._host.limit)
            return "none"
        return self._make_room_on_gpu(spec, weights)

    def _make_room_on_gpu(self, spec: PipelineSpec, weights: Weights) -> Offload:
        # Both count what dropping every other pipeline would give back.
        device_bytes = available_bytes(self._device) + torch.cuda.memory_allocated(self._device)
        host_bytes = self._host.available() + sum(each.host_bytes for each in self._residents.values())
        offload = choose_offload(spec, weights, device_bytes, host_bytes, self._host.limit)
        while self._residents and not self._has_room(weights, offload):
            self._drop_oldest()
        return offload

    def _has_room(self, weights: Weights, offload: Offload) -> bool:
        on_host = 0 if offload == "none" else weights.total + HOST_RESERVE
        return (
            device_need(weights, offload) <= available_bytes(self._device)
            and on_host <= self._host.available()
        )

    def _drop_oldest(self) -> None:
        key, _ = self._residents.popitem(last=False)
        free_caches(self._device)
        self._on_dropped([key])

    def forget(self, key: str) -> None:
        """Drop a pipeline that cannot be used any more."""
        del self._residents[key]
        free_caches(self._device)
        self._on_dropped([key])

    def unload(self, key: str | None) -> list[str]:
        """Drop one pipeline, or all of them for None. Returns the keys that were dropped."""
        dropped = [known for known in self._residents if key in (None, known)]
        for known in dropped:
            del self._residents[known]
        free_caches(self._device)
        return dropped
