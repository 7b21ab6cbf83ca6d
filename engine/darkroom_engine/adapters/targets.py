"""Find the modules of a pipeline that a file's sources belong to."""

from dataclasses import dataclass
from typing import Any

import torch

from darkroom_engine.adapters.converters import convert_by_diffusers
from darkroom_engine.adapters.modules import ModuleIndex
from darkroom_engine.adapters.names import BY_HEAD
from darkroom_engine.adapters.original_names import original_places, swapped_place
from darkroom_engine.adapters.placement import Placement
from darkroom_engine.adapters.source import AdapterFile, Source, fits, weight_shape


@dataclass(frozen=True)
class Placed:
    """Where a file's sources go, by their number in the file, and the names of those that fit nothing.

    It holds no tensors of the file, so that it may outlive them.
    """

    placements: tuple[tuple[int, Placement], ...]
    homeless: tuple[str, ...]


def place_sources(pipeline: Any, file: AdapterFile, component: str) -> Placed:
    """Match every source to modules of the pipeline. `component` takes those that name no component of their
    own.

    By name first (dotted, or kohya's underscores), then by the names of original checkpoints, then by
    diffusers' own converters. A place counts only when the shapes fit. What a file holds for the other side
    of a mixture of experts is passed over.
    """
    sources = [source for source in file.sources if not is_for_other_side(pipeline, source, component)]
    indexes: dict[str, ModuleIndex] = {}
    found: dict[int, list[Placement]] = {}
    left: list[Source] = []
    for source in sources:
        name = source.component or component
        module = getattr(pipeline, name, None)
        if not isinstance(module, torch.nn.Module):
            left.append(source)
            continue
        index = indexes.setdefault(name, ModuleIndex(name, module))
        places = by_name(source, index) or by_original_name(source, index)
        if places:
            found[id(source)] = places
        else:
            left.append(source)
    denoiser = indexes.get(component)
    if left and denoiser:
        unresolved = [source for source in left if source.component in (None, component)]
        found.update(convert_by_diffusers(pipeline, denoiser, unresolved))
    placements = tuple(
        (number, place) for number, source in enumerate(file.sources) for place in found.get(id(source), ())
    )
    homeless = tuple(source.module for source in sources if id(source) not in found and not is_zero(source))
    return Placed(placements, homeless + file.unknown)


def is_for_other_side(pipeline: Any, source: Source, component: str) -> bool:
    """Whether the source names another denoiser of the same kind than the one that the file was sent for."""
    if source.component in (None, component):
        return False
    named = getattr(pipeline, source.component, None)
    return named is not None and type(named) is type(getattr(pipeline, component, None))


def by_name(source: Source, index: ModuleIndex) -> list[Placement]:
    path = index.find(source.module)
    if path is None:
        return []
    shape, weight = weight_shape(source), index.weight_shape(path)
    if shape is not None and (weight is None or not fits(shape, weight)):
        return []
    if shape is None and not ("diff_b" in source.parts and index.has_bias(path)):
        return []
    return [Placement(index.component, path, None, None)]


def by_original_name(source: Source, index: ModuleIndex) -> list[Placement]:
    """Rows of a fused module, dealt out in order by the row counts of the modules that share them."""
    shape = weight_shape(source)
    if shape is None:
        return []
    swapped = swapped_place(source.flat_name)
    if swapped and index.weight_shape(swapped) == shape[:2]:
        halves = torch.arange(shape[0]).chunk(2)
        return [Placement(index.component, swapped, torch.cat(halves[::-1]), None)]
    for paths in original_places(source.flat_name):
        weights = [index.weight_shape(path) for path in paths]
        if any(weight is None for weight in weights):
            continue
        if sum(weight[0] for weight in weights) != shape[0]:
            continue
        if all(fits((weight[0], *shape[1:]), weight) for weight in weights):
            if source.module.endswith(BY_HEAD):
                return deal_heads(index, paths, shape[0])
            return deal_rows(index.component, paths, [weight[0] for weight in weights])
    return []


def deal_rows(component: str, paths: tuple[str, ...], counts: list[int]) -> list[Placement]:
    if len(paths) == 1:
        return [Placement(component, paths[0], None, None)]
    starts = [sum(counts[:position]) for position in range(len(counts))]
    return [
        Placement(component, path, torch.arange(start, start + count), None)
        for path, start, count in zip(paths, starts, counts, strict=True)
    ]


def deal_heads(index: ModuleIndex, paths: tuple[str, ...], count: int) -> list[Placement]:
    """Rows that hold the query, the key and the value of one head, then those of the next."""
    normed = index.weight_shape(paths[0].replace(".to_q", ".norm_q"))
    if normed is None:
        return []
    rows = torch.arange(count).view(-1, len(paths), normed[0])
    return [
        Placement(index.component, path, rows[:, number].flatten(), None) for number, path in enumerate(paths)
    ]


def is_zero(source: Source) -> bool:
    """Whether the source changes nothing: some exports carry untrained modules as zeros."""
    parts = source.parts
    if "dora" in parts or "diff" in parts or weight_shape(source) is None:
        weighty = [parts[part] for part in ("dora", "diff", "diff_b") if part in parts]
        return bool(weighty) and not any(part.any() for part in weighty)
    biases = [parts[part] for part in ("diff_b", "up_bias") if part in parts]
    factors = [parts[part] for part in ("up", "down") if part in parts]
    return not any(bias.any() for bias in biases) and any(not factor.any() for factor in factors)
