"""Merge adapters into a pipeline's weights.

Every changed weight is computed from its untouched bytes: float32, plus each adapter's change in the order
of the request, cast once to the weight's dtype, written into the parameter's own storage. That is what the
trainer does for its previews; nothing is ever subtracted, so a thousand switches leave no trace. Quantised
weights are left alone: what would change them is added beside them (`live.py`).
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

import torch

from darkroom_engine.adapters.forms import bias_change, dora, weight_change
from darkroom_engine.adapters.live import (
    LiveAdapters,
    Term,
    bias,
    dense,
    is_quantized,
    low_rank,
    refuse_unsupported,
    whole_weight,
)
from darkroom_engine.adapters.placement import Placement
from darkroom_engine.adapters.pristine import PristineWeights
from darkroom_engine.adapters.source import AdapterFile, Source
from darkroom_engine.adapters.storage import storage_of
from darkroom_engine.adapters.targets import Placed, is_zero, place_sources
from darkroom_engine.adapters.wording import explain_incompatible, explain_left_out
from darkroom_engine.failures import JobFailure
from darkroom_engine.plan import Adapter

PLACED_FILES = 64  # files whose places in one pipeline are remembered; the tensors are the cache's to keep
Memo = dict[tuple[int, float], torch.Tensor]


class Slot(NamedTuple):
    """One parameter of the pipeline."""

    component: str
    path: str
    attribute: str

    @property
    def name(self) -> str:
        return f"{self.path}.{self.attribute}"


class Change(NamedTuple):
    source: Source
    placement: Placement
    strength: float


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

    def apply(self, adapters: list[tuple[Adapter, AdapterFile]]) -> tuple[bool, list[str]]:
        """Bring the weights to exactly these adapters. Returns whether weights were written, and what to
        warn about.

        Adapters that are already merged cost nothing. What the client has been told of before is not told
        again. Raises JobFailure LORA_INCOMPATIBLE when nothing of a
        file fits; the weights then stay as they were.
        """
        placed = [self._place(adapter, file) for adapter, file in adapters]
        warnings = [
            explain_left_out(
                adapter.name, self._pipeline, found.homeless, len(file.sources) + len(file.unknown)
            )
            for (adapter, file), found in zip(adapters, placed, strict=True)
            if len(found.homeless) > adapter.ignored
        ]
        active = [
            (adapter, file, found)
            for (adapter, file), found in zip(adapters, placed, strict=True)
            if adapter.scale != 0
        ]
        wanted = tuple((adapter.sha256, adapter.component, adapter.scale) for adapter, _, _ in active)
        if wanted == self._current:
            return False, warnings
        # Until all is written, nothing is known: a failure half-way makes the next call start over.
        self._current = None
        self._write(list_changes(active))
        self._current = wanted
        return True, warnings

    def _place(self, adapter: Adapter, file: AdapterFile) -> Placed:
        key = (adapter.sha256, adapter.component)
        placed = self._placed.pop(key, None) or place_sources(self._pipeline, file, adapter.component)
        if not placed.placements:
            raise JobFailure("LORA_INCOMPATIBLE", explain_incompatible(adapter.name, self._pipeline, file))
        self._placed[key] = placed
        while len(self._placed) > PLACED_FILES:
            self._placed.pop(next(iter(self._placed)))
        return placed

    @torch.inference_mode()
    def _write(self, all_changes: dict[Slot, list[Change]]) -> None:
        beside = {slot for slot in all_changes if is_quantized(self._module(slot))}
        self._live.replace(self._terms({slot: all_changes[slot] for slot in beside}))
        changes = {slot: wanted for slot, wanted in all_changes.items() if slot not in beside}
        for slot in self._changed - changes.keys():
            pristine, storage = self._open(slot)
            storage.copy_(pristine)
        self._changed &= changes.keys()
        memo: Memo = {}
        for slot, wanted in changes.items():
            pristine, storage = self._open(slot)
            self._changed.add(slot)
            storage.copy_(self._merge(slot, pristine, wanted, memo))

    def _module(self, slot: Slot) -> torch.nn.Module:
        return getattr(self._pipeline, slot.component).get_submodule(slot.path)

    def _terms(self, changes: dict[Slot, list[Change]]) -> dict[torch.nn.Module, list[Term]]:
        """What is added to the output of each quantised layer, in the order of the adapters."""
        terms: dict[torch.nn.Module, list[Term]] = {}
        memo: Memo = {}
        for slot, wanted in changes.items():
            module = self._module(slot)
            refuse_unsupported(module, slot.name)
            dtype = getattr(self._pipeline, slot.component).dtype
            found = [self._term(slot, module, change, dtype, memo) for change in wanted]
            terms.setdefault(module, []).extend(term for term in found if term is not None)
        return terms

    def _term(
        self, slot: Slot, module: torch.nn.Module, change: Change, dtype: torch.dtype, memo: Memo
    ) -> Term | None:
        source, placement, strength = change
        if slot.attribute == "weight" and (term := low_rank(source, placement, strength, dtype)):
            return term
        base = whole_weight(module).to(self._device)
        delta = self._delta(slot, base, change, memo)
        if delta is None:
            return None
        return bias(delta, dtype) if slot.attribute == "bias" else dense(delta.reshape(base.shape), dtype)

    def _open(self, slot: Slot) -> tuple[torch.Tensor, torch.Tensor]:
        """The untouched weight, and the memory that the pipeline computes with."""
        component = getattr(self._pipeline, slot.component)
        storage = storage_of(self._module(slot), slot.attribute)
        if slot.component not in self._pristine:
            self._pristine[slot.component] = PristineWeights(component)
        pristine = self._pristine[slot.component]
        pristine.remember(slot.name, storage)
        return pristine.read(slot.name), storage

    def _merge(
        self, slot: Slot, pristine: torch.Tensor, changes: Iterable[Change], memo: Memo
    ) -> torch.Tensor:
        """The merged weight in float32. Writing it rounds once, to the nearest value of the dtype."""
        base = pristine.to(self._device).float()
        merged = base
        for change in changes:
            delta = self._delta(slot, base, change, memo)
            if delta is not None:
                merged = merged + delta.reshape(base.shape)
        return merged

    def _delta(self, slot: Slot, base: torch.Tensor, change: Change, memo: Memo) -> torch.Tensor | None:
        source, placement, strength = change
        if slot.attribute == "bias":
            delta = bias_change(source, strength, self._device)
            return (
                delta if delta is None or placement.rows is None else delta[placement.rows.to(delta.device)]
            )
        if "dora" in source.parts:
            plain = placement.select(self._whole(source, 1.0, memo)).reshape(base.shape)
            magnitude = source.parts["dora"].to(self._device).float()
            if placement.rows is not None:
                magnitude = magnitude[placement.rows.to(magnitude.device)]
            return dora(base, plain, magnitude, strength)
        return placement.select(self._whole(source, strength, memo))

    def _whole(self, source: Source, strength: float, memo: Memo) -> torch.Tensor:
        """The source's whole change. The last one is kept: the parts of a fused module follow one another."""
        key = (id(source), strength)
        if key not in memo:
            memo.clear()
            memo[key] = weight_change(source, strength, self._device)
        return memo[key]


def list_changes(active: list[tuple[Adapter, AdapterFile, Placed]]) -> dict[Slot, list[Change]]:
    """Changes by parameter, in the order of the adapters. Zeros are no change: the weight keeps its bytes."""
    changes: dict[Slot, list[Change]] = {}
    for adapter, file, placed in active:
        for number, placement in placed.placements:
            source = file.sources[number]
            if is_zero(source):
                continue
            change = Change(source, placement, adapter.scale)
            if source.parts.keys() - {"alpha", "dora", "diff_b"}:
                changes.setdefault(Slot(placement.component, placement.path, "weight"), []).append(change)
            if source.parts.keys() & {"diff_b", "up_bias"}:
                changes.setdefault(Slot(placement.component, placement.path, "bias"), []).append(change)
    return changes
