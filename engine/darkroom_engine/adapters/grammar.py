"""The grammar of LoRA keys, which the server reads from the same files: `protocol/loras/`.

Its README says what the fields mean and how a name is read; `src/catalog/lora-grammar.ts` is the other
reader.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import msgspec

FOLDER = Path(__file__).parents[3] / "protocol" / "loras"
FUSED_AT_LEAST = 2


class Place(msgspec.Struct, forbid_unknown_fields=True):
    """Where the rows of an original module went.

    `to` shares them in this order. `halves`: the two halves of its output stand the other way around.
    `heads`: rows come head by head, as wide as the norm of that name. `rows`: the module is that part of
    `to`, counted in widths of its input; None is the end.
    """

    to: str | list[str]
    halves: str | None = None
    heads: str | None = None
    rows: tuple[int, int | None] | None = None

    @property
    def paths(self) -> list[str]:
        return [self.to] if isinstance(self.to, str) else self.to


Names = dict[str, str | list[str] | Place]


class Part(msgspec.Struct, forbid_unknown_fields=True):
    part: str
    form: str | None
    keys: list[str]
    pattern: str


class Mark(msgspec.Struct, forbid_unknown_fields=True):
    key: str
    append: str
    why: str


class Spelling(msgspec.Struct, forbid_unknown_fields=True):
    families: list[str]
    parts: list[Part]
    marks: list[Mark]
    prefixes: list[tuple[str, str | None]]
    encoders: dict[str, str]
    aliases: dict[str, str]
    names: Names


class FamilyFile(msgspec.Struct, forbid_unknown_fields=True):
    """`marks` tells files of families apart, which is the server's to do."""

    label: str
    names: Names
    marks: msgspec.Raw
    like: str | None = None
    encoders: dict[str, str] = {}
    stems: dict[str, str] = {}


@dataclass(frozen=True)
class Rule:
    """`name` is the key of the grammar, with dots and holes; `pattern` reads flat names."""

    name: str
    pattern: re.Pattern[str]
    place: Place


@dataclass(frozen=True)
class Family:
    """What is particular to the files of one family. `encoders`: components of text encoders by their
    prefix.
    """

    encoders: dict[str, str]
    stems: tuple[tuple[str, str], ...]
    rules: tuple[Rule, ...]


@cache
def spelling() -> Spelling:
    return msgspec.json.decode((FOLDER / "spelling.json").read_bytes(), type=Spelling)


@cache
def family(name: str) -> Family:
    """The family of that name; one without names of its own where there is no file of it."""
    file = FOLDER / "families" / f"{name}.json"
    if not file.is_file():
        return Family(spelling().encoders, (), ())
    data = msgspec.json.decode(file.read_bytes(), type=FamilyFile)
    shared = family(data.like) if data.like else Family(spelling().encoders, (), ())
    return Family(
        shared.encoders | data.encoders,
        tuple((flat(stem), target) for stem, target in data.stems.items()) + shared.stems,
        rules_of(data.names) + shared.rules,
    )


@cache
def common_rules() -> tuple[Rule, ...]:
    return rules_of(spelling().names)


@cache
def alias_rules() -> tuple[Rule, ...]:
    return rules_of(dict(spelling().aliases))


def flat(name: str) -> str:
    return name.replace(".", "_")


def rules_of(names: Names) -> tuple[Rule, ...]:
    """One for each name, and for each part of a fused module, which some trainers number: `qkv.0`."""
    rules = []
    for name, value in names.items():
        place = value if isinstance(value, Place) else Place(value)
        rules.append(rule_of(name, place))
        if len(place.paths) >= FUSED_AT_LEAST and place.heads is None:
            rules += [rule_of(f"{name}.{number}", Place(path)) for number, path in enumerate(place.paths)]
    return tuple(rules)


def rule_of(name: str, place: Place) -> Rule:
    return Rule(name, compile_name(name), place)


def compile_name(name: str) -> re.Pattern[str]:
    """A pattern of flat names: `{n}` is a number, `{rest}` anything, `{a|b}` one of those."""
    pieces = []
    for literal, hole in re.findall(r"([^{]*)(?:\{([^}]*)\})?", name):
        pieces.append(re.escape(flat(literal)))
        if hole == "n":
            pieces.append("([0-9]+)")
        elif hole == "rest":
            pieces.append("(.+)")
        elif hole:
            pieces.append("(" + "|".join(re.escape(flat(choice)) for choice in hole.split("|")) + ")")
    return re.compile("".join(pieces), re.DOTALL)


def fill(template: str, groups: tuple[str, ...]) -> str:
    """`template` with `{1}`, `{2}`, … replaced by what the holes of the name held."""
    for number, value in enumerate(groups, start=1):
        template = template.replace("{" + str(number) + "}", value)
    return template
