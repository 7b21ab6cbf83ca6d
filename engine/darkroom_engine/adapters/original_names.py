"""Where the modules of original checkpoints are in diffusers, for those that read such checkpoints."""

from darkroom_engine.adapters.grammar import Place, family, fill
from darkroom_engine.adapters.names import flat_name


def original_place(family_name: str, path: str) -> Place | None:
    """The place of the original module `path`; None when the family has no such name."""
    for rule in family(family_name).rules:
        if match := rule.pattern.fullmatch(flat_name(path)):
            groups = match.groups()
            return Place([fill(one, groups) for one in rule.place.paths], rule.place.halves)
    return None
