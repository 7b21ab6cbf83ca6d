"""Where the modules of original checkpoints are in diffusers, and the other way around."""

import re
from collections.abc import Callable

from darkroom_engine.adapters.grammar import Place, Rule, family, fill
from darkroom_engine.adapters.names import flat_name

HOLE = re.compile(r"\{([^}]*)\}")
KINDS = {"n": "[0-9]+", "rest": ".+"}


def original_place(family_name: str, path: str) -> Place | None:
    """The place of the original module `path`; None when the family has no such name."""
    for rule in family(family_name).rules:
        if match := rule.pattern.fullmatch(flat_name(path)):
            groups = match.groups()
            return Place([fill(one, groups) for one in rule.place.paths], rule.place.halves)
    return None


def original_module(
    family_name: str, path: str, is_wanted: Callable[[str], bool]
) -> tuple[str, list[str]] | None:
    """The original module that diffusers' module `path` is, or is a part of: its dotted name and all of
    diffusers' modules that share its rows, in their order. The first of the family's names that is wanted;
    None when there is none. Modules whose rows stand in another order in diffusers have none.
    """
    for rule in family(family_name).rules:
        place = rule.place
        if place.halves or place.heads or place.rows:
            continue
        for groups in held_by(rule, path):
            name = filled_name(rule.name, groups)
            if is_wanted(name):
                return name, [fill(one, groups) for one in place.paths]
    return None


def held_by(rule: Rule, path: str) -> list[tuple[str, ...]]:
    """What the holes of the name hold where one of the place's modules is `path`. A hole that the place does
    not tell holds its first choice.
    """
    holes = HOLE.findall(rule.name)
    found = []
    for template in rule.place.paths:
        match = re.fullmatch(pattern_of(template, holes), path)
        if match is not None:
            held = match.groupdict()
            found.append(tuple(held.get(f"h{n}") or hole.split("|")[0] for n, hole in enumerate(holes, 1)))
    return found


def pattern_of(template: str, holes: list[str]) -> str:
    """A place such as `blocks.{1}.attn1.to_{2}` as a pattern of dotted paths."""
    pieces = []
    for literal, number in re.findall(r"([^{]*)(?:\{([0-9]+)\})?", template):
        pieces.append(re.escape(literal))
        if number:
            hole = holes[int(number) - 1]
            inside = KINDS.get(hole) or "|".join(map(re.escape, hole.split("|")))
            pieces.append(f"(?P<h{number}>{inside})")
    return "".join(pieces)


def filled_name(name: str, groups: tuple[str, ...]) -> str:
    held = iter(groups)
    return HOLE.sub(lambda _hole: next(held), name)
