"""The places that a module's name can mean, from the grammar alone."""

import re
from dataclasses import dataclass, field

from darkroom_engine.adapters.grammar import Family, Place, Rule, common_rules, fill, flat

TEXT_ENCODER = re.compile(r"text_encoder(_[0-9]+)?")
WHOLE = Place("")


@dataclass(frozen=True)
class Candidate:
    """`names` are flat module names of `component` that share the rows; `place` says how. `is_plain`: the
    name is the model's own.
    """

    component: str
    names: tuple[str, ...]
    place: Place
    is_plain: bool = field(default=False)
    heads: str | None = None


def candidates(family: Family, component: str, name: str) -> list[Candidate]:
    """Best first: the model's own name, the family's original names, what all families share.

    `name` is flat. A family's names are those of its denoiser; text encoders have only what all share.
    """
    found = [Candidate(component, (name,), WHOLE, is_plain=True)]
    if TEXT_ENCODER.fullmatch(component):
        return found + [read for rule in common_rules() if (read := apply(rule, component, name))]
    component, stemmed = without_stem(family, component, name)
    if stemmed != name:
        found.append(Candidate(component, (stemmed,), WHOLE))
    rules = (*family.rules, *common_rules())
    return found + [read for rule in rules if (read := apply(rule, component, stemmed))]


def without_stem(family: Family, component: str, name: str) -> tuple[str, str]:
    """`name` with its original beginning replaced. A stem that ends in an underscore is a beginning, any
    other a whole name.
    """
    for stem, target in family.stems:
        if name == stem or (stem.endswith("_") and name.startswith(stem)):
            home, path = split_home(component, target)
            return home, flat(path) + name.removeprefix(stem)
    return component, name


def apply(rule: Rule, component: str, name: str) -> Candidate | None:
    match = rule.pattern.fullmatch(name)
    if match is None:
        return None
    homes = [split_home(component, fill(path, match.groups())) for path in rule.place.paths]
    heads = rule.place.heads and flat(fill(rule.place.heads, match.groups()))
    return Candidate(homes[0][0], tuple(flat(path) for _, path in homes), rule.place, heads=heads)


def split_home(component: str, path: str) -> tuple[str, str]:
    """A path of the grammar may name another component: `connectors:text_proj_in`."""
    home, separator, rest = path.partition(":")
    return (home, rest) if separator else (component, path)
