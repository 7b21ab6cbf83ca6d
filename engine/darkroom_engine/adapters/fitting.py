"""Hold the places that a name can mean against the modules that a component has.

The server does the same with the headers of a checkpoint: `src/loras/file/fit/fit-module.ts`.
"""

import math
from collections.abc import Callable
from typing import NamedTuple

from darkroom_engine.adapters.candidates import Candidate
from darkroom_engine.adapters.shapes import ChangeShape, Shape


class Known(NamedTuple):
    """The shapes of a module's weight and bias; `bare` is that of a parameter which stands alone."""

    weight: Shape | None = None
    bias: Shape | None = None
    bare: Shape | None = None


class Take(NamedTuple):
    """Which rows of a change one module takes: `all`; `rows` from `start`; `swapped` halves; of every head,
    which is `count` rows, the part `start` of `parts`.
    """

    kind: str
    start: int = 0
    count: int = 0
    parts: int = 1


class Spot(NamedTuple):
    """A parameter by its flat name. `into`: the change is only for `count` rows of it from `start`."""

    component: str
    name: str
    attribute: str
    take: Take
    into: tuple[int, int] | None = None


class Fit(NamedTuple):
    """`problem` says what does not fit: nothing of the change, or with spots its bias only."""

    spots: tuple[Spot, ...] = ()
    problem: str | None = None


Find = Callable[[str], Known | None]
ALL = Take("all")
HALF = 2


def fit(candidate: Candidate, shape: ChangeShape, find: Find) -> Fit | None:
    """None when the model has no such module."""
    found = [find(name) for name in candidate.names]
    known = [module for module in found if module is not None]
    if len(known) != len(found):
        return None
    if known[0].bare is not None and len(known) == 1:
        return fit_bare(candidate, shape, known[0].bare)
    bias = None if shape.bias is None else fit_bias(candidate, shape.bias, known, find)
    if shape.weight is None:
        return bias or Fit(problem="no change")
    weight = fit_weight(candidate, shape.weight, known, find)
    return weight if bias is None or not weight.spots else Fit(weight.spots + bias.spots, bias.problem)


def fit_bare(candidate: Candidate, shape: ChangeShape, bare: Shape) -> Fit:
    if shape.weight is None or math.prod(shape.weight) != math.prod(bare):
        return Fit(problem=mismatch(shape.weight or (shape.bias or 0,), bare))
    return Fit((Spot(candidate.component, candidate.names[0], "bare", ALL),))


def fit_weight(candidate: Candidate, shape: Shape, known: list[Known], find: Find) -> Fit:
    weights = [module.weight for module in known if module.weight is not None]
    if len(weights) != len(known):
        return Fit(problem="no weight there")
    values = math.prod(shape[1:])
    rows = [weight[0] for weight in weights]
    part = part_of(candidate, known[0], rows[0])
    wanted = part[1] if part else sum(rows)
    if shape[0] != wanted or any(math.prod(weight[1:]) != values for weight in weights):
        return Fit(problem=mismatch(shape, (wanted, *weights[0][1:])))
    return deal(candidate, "weight", rows, part, find)


def fit_bias(candidate: Candidate, length: int, known: list[Known], find: Find) -> Fit:
    biases = [module.bias for module in known if module.bias is not None]
    if len(biases) != len(known):
        return Fit(problem="no bias there")
    rows = [bias[0] for bias in biases]
    part = part_of(candidate, known[0], rows[0])
    wanted = part[1] if part else sum(rows)
    if length != wanted:
        return Fit(problem=f"a bias of {length} where the model has {wanted}")
    return deal(candidate, "bias", rows, part, find)


def part_of(candidate: Candidate, known: Known, rows: int) -> tuple[int, int] | None:
    """First row and number of rows of a part of a fused module, which are counted in widths of its input."""
    if candidate.place.rows is None or known.weight is None:
        return None
    width = math.prod(known.weight[1:])
    first, end = candidate.place.rows
    return first * width, (rows if end is None else end * width) - first * width


def deal(
    candidate: Candidate, attribute: str, rows: list[int], into: tuple[int, int] | None, find: Find
) -> Fit:
    """Give each module its rows of a change that is as long as all of them."""
    takes = deal_heads(candidate, rows, find) if candidate.heads else deal_rows(candidate, rows)
    if takes is None:
        return Fit(problem="heads of another width")
    return Fit(
        tuple(
            Spot(candidate.component, name, attribute, take, into)
            for name, take in zip(candidate.names, takes, strict=True)
        )
    )


def deal_rows(candidate: Candidate, rows: list[int]) -> list[Take]:
    if candidate.place.halves == "swapped":
        return [Take("swapped", 0, rows[0] // HALF)]
    if len(rows) == 1:
        return [ALL]
    return [Take("rows", sum(rows[:number]), count) for number, count in enumerate(rows)]


def deal_heads(candidate: Candidate, rows: list[int], find: Find) -> list[Take] | None:
    norm = find(candidate.heads or "")
    width = norm.weight[0] if norm and norm.weight else 0
    if width == 0 or len(set(rows)) != 1 or rows[0] % width:
        return None
    return [Take("heads", number, width, len(rows)) for number in range(len(rows))]


def mismatch(shape: Shape, weight: Shape) -> str:
    return f"{times(shape)} where the model has {times(weight)}"


def times(shape: Shape) -> str:
    return "\u00d7".join(str(side) for side in shape)
