"""What the adapters of a job do to each parameter of a pipeline."""

from typing import NamedTuple

import torch

from darkroom_engine.adapters.forms import bias_change, dora, weight_change
from darkroom_engine.adapters.placement import Placement
from darkroom_engine.adapters.source import AdapterFile, Source
from darkroom_engine.adapters.targets import Placed, is_zero
from darkroom_engine.plan import Adapter


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


Changes = dict[Slot, list[Change]]


def list_changes(active: list[tuple[Adapter, AdapterFile, Placed]]) -> Changes:
    """Changes by parameter, in the order of the adapters. Zeros are no change: the weight keeps its bytes."""
    changes: Changes = {}
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


class Deltas:
    """Computes changes on `device`, in float32.

    The last whole one is kept: the parts of a fused module follow one another.
    """

    def __init__(self, device: torch.device) -> None:
        self.device = device
        self._last: tuple[tuple[int, float], torch.Tensor] | None = None

    def of(self, slot: Slot, base: torch.Tensor, change: Change) -> torch.Tensor | None:
        """What `change` adds to the parameter whose untouched value is `base`; None: nothing."""
        source, placement, strength = change
        if slot.attribute == "bias":
            delta = bias_change(source, strength, self.device)
            return (
                delta if delta is None or placement.rows is None else delta[placement.rows.to(delta.device)]
            )
        if "dora" in source.parts:
            plain = placement.select(self._whole(source, 1.0)).reshape(base.shape)
            magnitude = source.parts["dora"].to(self.device).float()
            if placement.rows is not None:
                magnitude = magnitude[placement.rows.to(magnitude.device)]
            return dora(base, plain, magnitude, strength)
        return placement.select(self._whole(source, strength))

    def _whole(self, source: Source, strength: float) -> torch.Tensor:
        key = (id(source), strength)
        if self._last is None or self._last[0] != key:
            self._last = None  # its memory first
            self._last = (key, weight_change(source, strength, self.device))
        return self._last[1]
