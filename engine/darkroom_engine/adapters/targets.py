"""Find the parameters of a pipeline that a file's sources belong to."""

from dataclasses import dataclass, replace
from typing import Any

import torch

from darkroom_engine.adapters.fitting import Find, Spot
from darkroom_engine.adapters.grammar import family
from darkroom_engine.adapters.modules import ModuleIndex
from darkroom_engine.adapters.placement import Placement
from darkroom_engine.adapters.placing import Model, Module, component_of, place_modules
from darkroom_engine.adapters.source import AdapterFile, Source, is_idle

NO_FORM = "of no known adapter form"


@dataclass(frozen=True)
class Placed:
    """Where a file's sources go, by their number in the file, and what has no place, with the reason.

    It holds no tensors of the file, so that it may outlive them.
    """

    placements: tuple[tuple[int, Placement], ...]
    left_out: tuple[tuple[str, str], ...]


def place_sources(
    pipeline: Any, file: AdapterFile, component: str, family_name: str, targets: tuple[str, ...]
) -> Placed:
    """Match every source to parameters of the pipeline by the grammar of `family_name`.

    `component` takes those that name no component of their own. Components that are not among `targets` are
    not changed. What a file holds for the other side of a mixture of experts is passed over.
    """
    indexes: dict[str, ModuleIndex | None] = {}

    def index_of(name: str) -> ModuleIndex | None:
        if name not in indexes:
            module = getattr(pipeline, name, None)
            indexes[name] = ModuleIndex(name, module) if isinstance(module, torch.nn.Module) else None
        return indexes[name]

    def find_in(name: str) -> Find | None:
        index = index_of(name)
        return index and index.known

    model = Model(family(family_name), targets, component, find_in)
    numbered = [
        (number, module_of(source))
        for number, source in enumerate(file.sources)
        if not is_for_other_side(pipeline, module_of(source), model)
    ]
    placing = place_modules([module for _, module in numbered], model)
    placements = tuple(
        (number, placement_of(spot, placing.spots[position], index_of))
        for position, (number, _) in enumerate(numbered)
        for spot in placing.spots.get(position, ())
    )
    left_out = tuple(
        (numbered[position][1].key, why)
        for position, why in placing.left_out
        if not numbered[position][1].is_idle
    )
    return Placed(placements, left_out + tuple((key, NO_FORM) for key in file.unknown))


def module_of(source: Source) -> Module:
    return Module(source.key, source.component, source.module, source.shape, is_idle(source))


def is_for_other_side(pipeline: Any, module: Module, model: Model) -> bool:
    """Whether the module names another denoiser of the same kind than the one that the file was sent for."""
    component = component_of(module, model)
    if component == model.component or component not in model.targets:
        return False
    named = getattr(pipeline, component, None)
    return named is not None and type(named) is type(getattr(pipeline, model.component, None))


def placement_of(spot: Spot, spots: list[Spot], index_of: Any) -> Placement:
    """`spots` are all of the same source."""
    plain = [
        plain_placement(other, index_of)
        for other in spots
        if (other.component, other.attribute) == (spot.component, spot.attribute)
    ]
    sharers = tuple(plain) if len(plain) > 1 else ()
    return replace(plain_placement(spot, index_of), sharers=sharers)


def plain_placement(spot: Spot, index_of: Any) -> Placement:
    found = index_of(spot.component).find(spot.name)
    return Placement(spot.component, found.path, found.bare or spot.attribute, spot.take, spot.into)
