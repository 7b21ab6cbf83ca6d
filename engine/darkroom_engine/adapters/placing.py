"""Where the modules of a file go in a model, as far as names and shapes tell, and what is left out and why.

The server decides the same, before a job is accepted: `src/loras/file/fit/place-modules.ts`. The tests send
the same files through both.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from operator import itemgetter

from darkroom_engine.adapters.candidates import candidates
from darkroom_engine.adapters.fitting import Find, Fit, Spot, fit
from darkroom_engine.adapters.grammar import Family
from darkroom_engine.adapters.names import flat_name
from darkroom_engine.adapters.shapes import ChangeShape


@dataclass(frozen=True)
class Module:
    """One module of a file. `key` is its name as the file spells it, `component` as `parse_key` gives it.
    `is_idle`: it would change nothing, so that it takes no place from another.
    """

    key: str
    component: str | None
    module: str
    shape: ChangeShape
    is_idle: bool = False


@dataclass(frozen=True)
class Model:
    """What a file is placed in. `targets` are the components that LoRAs may change, `find_in` gives the
    modules of one; None where the pipeline has not got it.
    """

    family: Family
    targets: tuple[str, ...]
    component: str
    find_in: Callable[[str], Find | None]


@dataclass
class Placing:
    """Spots by the number of the module, and why others, or a part of them, have none."""

    spots: dict[int, list[Spot]] = field(default_factory=dict)
    left_out: list[tuple[int, str]] = field(default_factory=list)


def place_modules(modules: Iterable[Module], model: Model) -> Placing:
    placing = Placing()
    fits = []
    for number, module in enumerate(modules):
        found, is_plain = place_module(module, model)
        if found.problem is not None:
            placing.left_out.append((number, found.problem))
        if found.spots:
            fits.append((module.is_idle, not is_plain, module.key, number, found.spots))
    claim(placing, sorted(fits))
    placing.left_out.sort(key=itemgetter(0))
    return placing


def place_module(module: Module, model: Model) -> tuple[Fit, bool]:
    """Where one goes, and whether under the model's own name."""
    component = component_of(module, model)
    if component not in model.targets:
        return Fit(problem=f"no LoRA can change {component}"), False
    if module.shape.problem is not None:
        return Fit(problem=module.shape.problem), False
    problem = "no such module"
    for candidate in candidates(model.family, component, flat_name(module.module)):
        find = model.find_in(candidate.component) if candidate.component in model.targets else None
        found = find and fit(candidate, module.shape, find)
        if not found:
            continue
        if found.spots:
            return found, candidate.is_plain
        problem = found.problem if problem == "no such module" else problem
    return Fit(problem=problem), False


def component_of(module: Module, model: Model) -> str:
    if module.component is None:
        return model.component
    return model.family.encoders.get(module.component, module.component)


def claim(placing: Placing, fits: list[tuple[bool, bool, str, int, tuple[Spot, ...]]]) -> None:
    """Rows of a parameter belong to one module of the file: the first that asks for them.

    Some files hold a change twice, fused and split. The model's own names ask first, then the order of keys
    decides.
    """
    taken: dict[tuple[str, str, str], list[tuple[Spot, str]]] = {}
    for _, _, key, number, spots in fits:
        kept = []
        for spot in spots:
            owners = taken.setdefault(spot[:3], [])
            owner = next((other for claimed, other in owners if overlap(claimed, spot)), None)
            if owner is None:
                owners.append((spot, key))
                kept.append(spot)
            elif (number, same_as(owner)) not in placing.left_out:
                placing.left_out.append((number, same_as(owner)))
        placing.spots[number] = kept


def same_as(key: str) -> str:
    return f"the same weights as {key}, counted once"


def overlap(one: Spot, other: Spot) -> bool:
    if one.into is None or other.into is None:
        return True
    return one.into[0] < sum(other.into) and other.into[0] < sum(one.into)
