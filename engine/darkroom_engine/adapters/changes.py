"""What the adapters of a job do to each parameter of a pipeline."""

from collections.abc import Callable
from typing import NamedTuple

import torch

from darkroom_engine.adapters.forms import (
    bias_change,
    dora,
    glora_turned,
    is_by_column,
    is_glora,
    weight_change,
)
from darkroom_engine.adapters.placement import Placement
from darkroom_engine.adapters.source import AdapterFile, Source, is_idle
from darkroom_engine.adapters.targets import Placed
from darkroom_engine.plan import Adapter


class Slot(NamedTuple):
    """One parameter of the pipeline."""

    component: str
    path: str
    attribute: str

    @property
    def name(self) -> str:
        return f"{self.path}.{self.attribute}" if self.path else self.attribute


class Change(NamedTuple):
    source: Source
    placement: Placement
    strength: float


Changes = dict[Slot, list[Change]]
Untouched = Callable[[Slot], torch.Tensor]
"""The untouched value of a parameter, float32."""


def list_changes(active: list[tuple[Adapter, AdapterFile, Placed]]) -> Changes:
    """Changes by parameter, in the order of the adapters. Zeros are no change: the weight keeps its bytes."""
    changes: Changes = {}
    for adapter, file, placed in active:
        for number, placement in placed.placements:
            source = file.sources[number]
            if is_idle(source):
                continue
            slot = Slot(placement.component, placement.path, placement.attribute)
            changes.setdefault(slot, []).append(Change(source, placement, adapter.scale))
    return changes


class Deltas:
    """Computes changes on `device`, in float32.

    The last whole one is kept: the parts of a fused module follow one another.
    """

    def __init__(self, device: torch.device, untouched: Untouched) -> None:
        self.device = device
        self._untouched = untouched
        self._last: tuple[tuple[int, float], torch.Tensor] | None = None

    def of(self, slot: Slot, base: torch.Tensor, change: Change) -> torch.Tensor | None:
        """What `change` adds to the parameter whose untouched value is `base`, in its shape; None:
        nothing.
        """
        source, placement, strength = change
        if slot.attribute == "bias":
            delta = bias_change(source, strength, self.device)
            return None if delta is None else placement.widen(placement.select(delta), base)
        part = placement.part(base)
        if "dora" in source.parts:
            return placement.widen(self._dora(slot, part, change), base)
        return placement.widen(self._plain(part, source, placement, strength), base)

    def sum_of(self, slot: Slot, base: torch.Tensor, changes: list[Change]) -> torch.Tensor | None:
        """What they add together, one after the other."""
        total: torch.Tensor | None = None
        for change in changes:
            delta = self.of(slot, base, change)
            if delta is not None:
                total = delta if total is None else total + delta
        return total

    def _dora(self, slot: Slot, base: torch.Tensor, change: Change) -> torch.Tensor:
        source, placement, strength = change
        magnitude = source.parts["dora"].to(self.device).float()
        plain = self._plain(base, source, placement, 1.0)
        if not is_by_column(magnitude, base.shape[0]):
            return dora(base, plain, placement.select(magnitude), strength)
        whole = [
            self._plain(other, source, sharer, 1.0) + other
            for sharer in placement.sharers
            for other in [self._untouched(slot._replace(path=sharer.path))]
        ]
        return dora(base, plain, magnitude, strength, torch.cat(whole) if whole else None)

    def _plain(
        self, base: torch.Tensor, source: Source, placement: Placement, strength: float
    ) -> torch.Tensor:
        """The change of the rows `base`, in its shape, without DoRA's normalization."""
        added = placement.select(self._whole(source, strength)).reshape(base.shape)
        if not is_glora(source):
            return added
        return added + glora_turned(source, base.flatten(1), strength).reshape(base.shape)

    def _whole(self, source: Source, strength: float) -> torch.Tensor:
        key = (id(source), strength)
        if self._last is None or self._last[0] != key:
            self._last = None  # its memory first
            self._last = (key, weight_change(source, strength, self.device))
        return self._last[1]
