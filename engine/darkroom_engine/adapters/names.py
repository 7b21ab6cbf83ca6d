"""The spelling of one tensor in a LoRA file: which component, which module, which part of the change."""

import re
from functools import cache
from typing import NamedTuple

from darkroom_engine.adapters.grammar import alias_rules, fill, flat, spelling


class TensorName(NamedTuple):
    """`component` is a component of a pipeline, or a text encoder by the name that its family gives a
    component (`te3`); None where the file leaves it to the plan. `module` keeps the file's dots or
    underscores; `key` is it with every prefix.
    """

    component: str | None
    module: str
    part: str
    key: str


def parse_key(key: str) -> TensorName | None:
    """The meaning of a tensor's name; None when it is no part of a known form."""
    for pattern, part in part_patterns():
        if match := pattern.fullmatch(key):
            component, module = split_component(match[1].replace("$$", "."))
            marks = [append for marked, append in mark_patterns() if marked.fullmatch(key)]
            return TensorName(component, module + "".join(marks), part, match[1])
    return None


@cache
def part_patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(part.pattern, re.DOTALL), part.part) for part in spelling().parts)


@cache
def mark_patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(mark.key, re.DOTALL), mark.append) for mark in spelling().marks)


def split_component(module: str) -> tuple[str | None, str]:
    """Prefixes come in any order and number; the first that names a component decides, and after it only
    wrappers that name none are taken off.
    """
    component: str | None = None
    while True:
        found = next(
            (
                (prefix, named)
                for prefix, named in spelling().prefixes
                if module.startswith(prefix)
                and len(module) > len(prefix)
                and (named is None or component is None)
            ),
            None,
        )
        if found is None:
            return component, module
        module = module.removeprefix(found[0])
        component = component or found[1]


def flat_name(module: str) -> str:
    """A module's name with underscores only, under which files of every spelling meet."""
    name = flat(module).strip("_")
    for rule in alias_rules():
        if match := rule.pattern.fullmatch(name):
            name = flat(fill(rule.place.paths[0], match.groups()))
    return name
