"""Merge adapters into a pipeline's weights.

Every changed weight is computed from its untouched bytes: float32, plus each adapter's change in the order
of the request, cast once to the weight's dtype, written into the parameter's own storage. That is what the
trainer does for its previews. The untouched bytes are those of the checkpoint's file or a copy
(`pristine.py`), or, for weights that lie on a GPU, computed back exactly (`reversing.py`); so a thousand
switches leave no trace. Quantised weights are left alone: what would change them is added beside them
(`live.py`).
"""

from typing import Any, Literal

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
from darkroom_engine.adapters.reversing import WayBack, can_reverse, go_back, way_back
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

    def __init__(
        self, pipeline: Any, device: torch.device, ways: Literal["auto", "kept", "computed"] = "auto"
    ) -> None:
        """`ways`: whether untouched weights are kept or computed back; by default what lies on a GPU is
        computed.
        """
        self._pipeline = pipeline
        self._device = device
        self._computes = device.type == "cuda" if ways == "auto" else ways == "computed"
        self._ways: dict[Slot, WayBack] = {}
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
        merged_before = Deltas(self._device, self._untouched)
        for slot in self._changed - changes.keys():
            storage = self._storage(slot)
            storage.copy_(self._base(slot, storage, merged_before))
            self._ways.pop(slot, None)
            self._changed.discard(slot)
        for slot, wanted in changes.items():
            self._merge(slot, wanted, merged_before, deltas)

    def _merge(self, slot: Slot, wanted: list[Change], merged_before: Deltas, deltas: Deltas) -> None:
        """Write the merged weight: computed in float32, and rounded once, to the nearest value of the
        dtype.
        """
        storage = self._storage(slot)
        base = self._base(slot, storage, merged_before)
        whole = base.to(self._device).float()
        merged, delta = whole, None
        for change in wanted:
            added = deltas.of(slot, whole, change)
            if added is not None:
                merged = merged + added
                delta = added if delta is None else delta + added
        rounded = merged.to(storage.dtype)
        if not rounded.isfinite().all():
            raise JobFailure("LORA_INVALID", explain_overflow(slot.name, storage.dtype))
        way = None
        if self._is_computed(slot, storage) and can_reverse(storage, wanted):
            way = way_back(base.to(self._device), rounded, delta, wanted)
        else:
            self._pristine_of(slot).remember(slot.name, base)
        storage.copy_(rounded)
        self._changed.add(slot)
        self._ways.pop(slot, None)
        if way is not None:
            self._ways[slot] = way

    def _storage(self, slot: Slot) -> torch.Tensor:
        """The memory that the pipeline computes with."""
        return storage_of(module_of(self._pipeline, slot), slot.attribute)

    def _base(self, slot: Slot, storage: torch.Tensor, merged: Deltas) -> torch.Tensor:
        """The untouched weight, only to be read. `merged` computes what is in it now."""
        if (way := self._ways.get(slot)) is not None:
            return go_back(slot.name, storage, merged.sum_of(slot, storage, way.changes), way)
        return self._pristine_of(slot).read(slot.name) if slot in self._changed else storage

    def _is_computed(self, slot: Slot, storage: torch.Tensor) -> bool:
        """What rests elsewhere than on the device is kept: the way there is as long as to the file."""
        is_there = storage.device.type == self._device.type
        return self._computes and is_there and not self._pristine_of(slot).knows(slot.name)

    def _pristine_of(self, slot: Slot) -> PristineWeights:
        if slot.component not in self._pristine:
            self._pristine[slot.component] = PristineWeights(getattr(self._pipeline, slot.component))
        return self._pristine[slot.component]

    def _untouched(self, slot: Slot) -> torch.Tensor:
        module = module_of(self._pipeline, slot)
        if is_quantized(module):
            return whole_weight(module).to(self._device).float()
        base = self._base(slot, self._storage(slot), Deltas(self._device, self._untouched))
        return base.to(self._device).float()
