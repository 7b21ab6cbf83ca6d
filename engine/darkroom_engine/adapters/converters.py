"""Ask diffusers' own converters where a module went, without giving them any weights.

diffusers converts the LoRA keys of original checkpoints inside `PipelineClass.lora_state_dict`: by renaming,
by splitting fused rows, by swapping halves. Instead of the real tensors it gets probes whose values are
their own row, column and source numbers. What comes back says which rows of which source went where, for
LoRA, LoKr, LoHa and DoRA alike.
"""

from collections.abc import Callable
from typing import Any

import torch

from darkroom_engine.adapters.modules import ModuleIndex
from darkroom_engine.adapters.names import parse_key
from darkroom_engine.adapters.placement import Placement
from darkroom_engine.adapters.source import Source, fits, weight_shape

Probes = dict[str, torch.Tensor]
Spelling = Callable[[Source, torch.Tensor, torch.Tensor], Probes]


def peft(prefix: str) -> Spelling:
    def spell(source: Source, down: torch.Tensor, up: torch.Tensor) -> Probes:
        name = f"{prefix}{source.module}"
        return {f"{name}.lora_A.weight": down, f"{name}.lora_B.weight": up}

    return spell


def kohya(source: Source, down: torch.Tensor, up: torch.Tensor) -> Probes:
    name = f"lora_unet_{source.flat_name}"
    # alpha equals the rank, so that the converter scales by 1.
    alpha = torch.tensor(float(down.shape[0]))
    return {f"{name}.lora_down.weight": down, f"{name}.lora_up.weight": up, f"{name}.alpha": alpha}


SPELLINGS: tuple[Spelling, ...] = (peft("diffusion_model."), kohya, peft("base_model.model."))


def convert_by_diffusers(
    pipeline: Any, index: ModuleIndex, sources: list[Source]
) -> dict[int, list[Placement]]:
    """Placements by `id` of the source, for those that a converter knows."""
    found: dict[int, list[Placement]] = {}
    if not hasattr(pipeline, "lora_state_dict"):
        return found
    for spelling in SPELLINGS:
        left = [
            source for source in sources if id(source) not in found and len(weight_shape(source) or ()) > 1
        ]
        # All together first: some converters count blocks. Then one by one: some stop at a name that is not
        # theirs.
        found.update(ask(pipeline, index, left, spelling))
        for source in left:
            if id(source) not in found:
                found.update(ask(pipeline, index, [source], spelling))
    return found


def ask(
    pipeline: Any, index: ModuleIndex, sources: list[Source], spelling: Spelling
) -> dict[int, list[Placement]]:
    probes: Probes = {}
    for number, source in enumerate(sources, start=1):
        probes.update(spelling(source, *make_probe(source, number)))
    try:
        converted = run_converter(pipeline, probes)
    except Exception:
        # A converter raises whatever it likes for names that are not its own: that is an answer, not a fault.
        return {}
    return read_answer(index, sources, converted)


def make_probe(source: Source, number: int) -> tuple[torch.Tensor, torch.Tensor]:
    """down (2, columns) and up (rows, 2): the index in the first line, the source's number in the second.

    float64 holds any index exactly.
    """
    shape = weight_shape(source)
    assert shape is not None
    rows, columns = (torch.arange(length, dtype=torch.float64) for length in shape[:2])
    down = torch.stack([columns, torch.full_like(columns, number)])
    up = torch.stack([rows, torch.full_like(rows, number)], dim=1)
    return down, up


def run_converter(pipeline: Any, probes: Probes) -> Probes:
    options = {"unet_config": pipeline.unet.config} if hasattr(pipeline, "unet") else {}
    converted = type(pipeline).lora_state_dict(dict(probes), **options)
    return converted[0] if isinstance(converted, tuple) else converted


def read_answer(index: ModuleIndex, sources: list[Source], converted: Probes) -> dict[int, list[Placement]]:
    """The placements that the converted probes describe. A source counts only when all its places exist and
    fit.
    """
    found: dict[int, list[Placement]] = {}
    refused: set[int] = set()
    for key, up in converted.items():
        name = parse_key(key)
        if name is None or name.part != "up":
            continue
        down = converted.get(partner(key))
        if down is None:
            continue
        source = sources[int(up[0, 1].item()) - 1]
        place = placement(index, source, plain_path(name.module), down, up)
        if place is None:
            refused.add(id(source))
        else:
            found.setdefault(id(source), []).append(place)
    return {key: places for key, places in found.items() if key not in refused}


def partner(up_key: str) -> str:
    """The key of the down side. Only the end is changed: a module may itself be called `up`."""
    for up, down in (("lora_B.weight", "lora_A.weight"), ("up.weight", "down.weight")):
        if up_key.endswith(up):
            return up_key.removesuffix(up) + down
    return up_key


def plain_path(module: str) -> str:
    """The module behind an old attention-processor spelling."""
    return module.replace(".processor.", ".").replace(".to_out_lora", ".to_out.0").removesuffix("_lora")


def placement(
    index: ModuleIndex, source: Source, module: str, down: torch.Tensor, up: torch.Tensor
) -> Placement | None:
    path = index.find(module) or index.find(f"{module}.0")
    shape, weight = weight_shape(source), index.weight_shape(path) if path else None
    if path is None or shape is None or weight is None:
        return None
    rows, columns = up[:, 0].long(), down[0].long()
    if not fits((len(rows), len(columns), *shape[2:]), weight):
        return None
    return Placement(index.component, path, whole_or(rows, shape[0]), whole_or(columns, shape[1]))


def whole_or(picked: torch.Tensor, length: int) -> torch.Tensor | None:
    return None if torch.equal(picked, torch.arange(length)) else picked
