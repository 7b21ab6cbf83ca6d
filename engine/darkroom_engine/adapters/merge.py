"""Merge adapters into a pipeline's weights.

Every changed weight is computed from its untouched bytes: float32, plus each adapter's change in the order
of the request, cast once to the weight's dtype, written into the parameter's own storage. That is what the
trainer does for its previews; nothing is ever subtracted, so a thousand switches leave no trace. Quantised
weights are left alone: what would change them is added beside them (`live.py`).
"""

from collections.abc import Iterable
from typing import Any

import torch

from darkroom_engine.adapters.changes import Change, Changes, Deltas, Slot, list_changes
from darkroom_engine.adapters.live import (
    LiveAdapters,
    is_quantized,
    live_terms,
    module_of,
    whole_weight,
)
from darkroom_engine.adapters.pristine import PristineWeights
from darkroom_engine.adapters.source import AdapterFile, is_idle
from darkroom_engine.adapters.storage import storage_of
from darkroom_engine.adapters.targets import Placed, place_sources
from darkroom_engine.adapters.wording import (
    explain_idle,
    explain_incompatible,
    explain_left_out,
    explain_overflow,
)
from darkroom_engine.failures import JobFailure
from darkroom_engine.plan import DENOISERS, Adapter

PLACED_FILES = 64  # files whose places in one pipeline are remembered; the tensors are the cache's to keep


class Merger:
    """Owns the state of one pipeline's weights: what is merged into them, and the way back."""

    def __init__(self, pipeline: Any, device: torch.device) -> None:
        self._pipeline = pipeline
        self._device = device
        self._pristine: dict[str, PristineWeights] = {}
        self._changed: set[Slot] = set()
        self._live = LiveAdapters()
        self._placed: dict[tuple[str, str], Placed] = {}
        self._current: tuple | None = ()
        self._in_encoders: tuple = ()

    def apply(self, adapters: list[tuple[Adapter, AdapterFile]]) -> tuple[bool, list[str]]:
        """Bring the weights to exactly these adapters. Returns whether weights were written, and what to
        warn about.

        Adapters that are already merged cost nothing. What the client has been told of before is not told
        again. Raises JobFailure LORA_INCOMPATIBLE when nothing of a
        file fits; the weights then stay as they were.
        """
        placed = [self._place(adapter, file) for adapter, file in adapters]
        warnings = [
            explain_left_out(adapter.name, self._pipeline, found.left_out)
            for (adapter, _), found in zip(adapters, placed, strict=True)
            if len(found.left_out) > adapter.ignored
        ]
        active = [
            (adapter, file, found)
            for (adapter, file), found in zip(adapters, placed, strict=True)
            if adapter.scale != 0
        ]
        warnings += [
            explain_idle(adapter.name)
            for adapter, file, found in active
            if all(is_idle(file.sources[number]) for number, _ in found.placements)
        ]
        wanted = tuple((adapter.contents, adapter.component, adapter.scale) for adapter, _, _ in active)
        is_new = wanted != self._current
        if is_new:
            # Until all is written, nothing is known: a failure half-way makes the next call start over.
            self._current = None
            changes = list_changes(active)
            self._write(changes)
            self._current = wanted
            is_beyond = any(slot.component not in DENOISERS for slot in changes)
            self._in_encoders = wanted if is_beyond else ()
        return is_new, warnings

    @property
    def in_encoders(self) -> tuple:
        """What is merged into the parts of the pipeline that are not its denoisers, text encoders among them;
        equal for equal weights.
        """
        return self._in_encoders

    def _place(self, adapter: Adapter, file: AdapterFile) -> Placed:
        key = (adapter.sha256, adapter.component)
        placed = self._placed.pop(key, None) or place_sources(
            self._pipeline, file, adapter.component, adapter.family, tuple(adapter.targets)
        )
        if not placed.placements:
            raise JobFailure(
                "LORA_INCOMPATIBLE", explain_incompatible(adapter.name, self._pipeline, placed.left_out)
            )
        self._placed[key] = placed
        while len(self._placed) > PLACED_FILES:
            self._placed.pop(next(iter(self._placed)))
        return placed

    @torch.inference_mode()
    def _write(self, all_changes: Changes) -> None:
        deltas = Deltas(self._device, self._untouched)
        beside = {slot for slot in all_changes if is_quantized(module_of(self._pipeline, slot))}
        live = {slot: wanted for slot, wanted in all_changes.items() if slot in beside}
        self._live.replace(live_terms(self._pipeline, live, deltas))
        changes = {slot: wanted for slot, wanted in all_changes.items() if slot not in beside}
        for slot in self._changed - changes.keys():
            pristine, storage = self._open(slot)
            storage.copy_(pristine)
        self._changed &= changes.keys()
        for slot, wanted in changes.items():
            pristine, storage = self._open(slot)
            self._changed.add(slot)
            storage.copy_(self._merge(slot, pristine, wanted, deltas))
            if not storage.isfinite().all():
                raise JobFailure("LORA_INVALID", explain_overflow(slot.name, storage.dtype))

    def _open(self, slot: Slot) -> tuple[torch.Tensor, torch.Tensor]:
        """The untouched weight, and the memory that the pipeline computes with."""
        component = getattr(self._pipeline, slot.component)
        storage = storage_of(module_of(self._pipeline, slot), slot.attribute)
        if slot.component not in self._pristine:
            self._pristine[slot.component] = PristineWeights(component)
        pristine = self._pristine[slot.component]
        pristine.remember(slot.name, storage)
        return pristine.read(slot.name), storage

    def _untouched(self, slot: Slot) -> torch.Tensor:
        module = module_of(self._pipeline, slot)
        value = whole_weight(module) if is_quantized(module) else self._open(slot)[0]
        return value.to(self._device).float()

    def _merge(
        self, slot: Slot, pristine: torch.Tensor, changes: Iterable[Change], deltas: Deltas
    ) -> torch.Tensor:
        """The merged weight in float32. Writing it rounds once, to the nearest value of the dtype."""
        base = pristine.to(self._device).float()
        merged = base
        for change in changes:
            delta = deltas.of(slot, base, change)
            if delta is not None:
                merged = merged + delta
        return merged
