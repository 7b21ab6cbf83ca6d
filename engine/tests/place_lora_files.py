"""Where the engine would place LoRA files, of which only names and shapes are given: for the tests of the
server's reading.

On stdin a list of files, on stdout a list of answers, both JSON. `base` holds the tensors of each component
of the model, as a checkpoint names them.
"""

import sys
from typing import Any

import msgspec
import torch

from darkroom_engine.adapters.fitting import Find, Known
from darkroom_engine.adapters.grammar import family
from darkroom_engine.adapters.names import flat_name
from darkroom_engine.adapters.placing import Model, Module, place_modules
from darkroom_engine.adapters.reading import group

Tensors = list[tuple[str, list[int]]]


class File(msgspec.Struct, forbid_unknown_fields=True):
    family: str
    targets: list[str]
    base: str
    tensors: Tensors


class Question(msgspec.Struct, forbid_unknown_fields=True):
    bases: dict[str, dict[str, Tensors]]
    files: list[File]


def known_by_name(tensors: Tensors) -> dict[str, Known]:
    found: dict[str, Known] = {}
    for name, shape in tensors:
        owner, _, attribute = name.rpartition(".")
        own = attribute in ("weight", "bias")
        key = flat_name(owner if own else name)
        change = {attribute if own else "bare": tuple(shape)}
        found[key] = (found.get(key) or Known())._replace(**change)
    return found


def answer(file: File, bases: dict[str, dict[str, dict[str, Known]]]) -> dict[str, Any]:
    sources, foreign = group({name: torch.empty(shape, device="meta") for name, shape in file.tensors})
    modules = [Module(source.key, source.component, source.module, source.shape) for source in sources]

    def find_in(component: str) -> Find | None:
        known = bases[file.base].get(component)
        return known.get if known is not None else None

    model = Model(family(file.family), tuple(file.targets), file.targets[0], find_in)
    placing = place_modules(modules, model)
    return {
        "modules": [
            {
                "key": module.key,
                "component": module.component,
                "module": module.module,
                "shape": module.shape._asdict(),
                "spots": [
                    {**spot._asdict(), "take": spot.take._asdict()} for spot in placing.spots.get(number, [])
                ],
            }
            for number, module in enumerate(modules)
        ],
        "left_out": [[modules[number].key, why] for number, why in placing.left_out],
        "foreign": foreign,
    }


def main() -> None:
    question = msgspec.json.decode(sys.stdin.buffer.read(), type=Question)
    bases = {
        name: {component: known_by_name(tensors) for component, tensors in base.items()}
        for name, base in question.bases.items()
    }
    sys.stdout.buffer.write(msgspec.json.encode([answer(file, bases) for file in question.files]))


if __name__ == "__main__":
    main()
