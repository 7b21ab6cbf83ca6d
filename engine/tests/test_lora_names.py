"""The names of the grammar, on tiny models of each family: each has a place, and where diffusers' own
converters know a name, it is the same one.

diffusers renames keys, splits fused rows and swaps halves inside `PipelineClass.lora_state_dict`. Instead of
real tensors it gets probes whose values are the numbers of their rows: what comes back says which went where.
"""

import itertools
import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, NamedTuple

import diffusers
import pytest
import torch

from darkroom_engine.adapters.grammar import FOLDER
from darkroom_engine.adapters.names import parse_key
from darkroom_engine.adapters.reading import group
from darkroom_engine.adapters.source import AdapterFile
from darkroom_engine.adapters.targets import place_sources
from tests.test_adapter_architectures import MODELS
from tiny_checkpoints import chroma, flux, flux2, hidream, krea2, ltx2, lumina2, qwen_image, sd15, sdxl, wan
from tiny_checkpoints import zimage as z_image


class Subject(NamedTuple):
    """A family's pipeline in diffusers, and the components that its LoRAs change."""

    pipeline: str
    components: dict[str, Callable[[], torch.nn.Module]]


def minimax_h3() -> torch.nn.Module:
    name, config = MODELS["MiniMaxH3ModularPipeline"]
    return getattr(diffusers, name)(**config)


SUBJECTS = {
    "flux": Subject("FluxPipeline", {"transformer": lambda: flux.build_flux_transformer(0)}),
    "chroma": Subject("ChromaPipeline", {"transformer": lambda: chroma.build_chroma_transformer(0)}),
    "flux2": Subject("Flux2Pipeline", {"transformer": lambda: flux2.build_flux2_transformer(0, guided=True)}),
    "sd15": Subject("StableDiffusionPipeline", {"unet": lambda: sd15.build_sd15_unet(0)}),
    "sdxl": Subject("StableDiffusionXLPipeline", {"unet": lambda: sdxl.build_sdxl_unet(0)}),
    "zimage": Subject("ZImagePipeline", {"transformer": lambda: z_image.build_zimage_transformer(0)}),
    "lumina2": Subject("Lumina2Pipeline", {"transformer": lambda: lumina2.build_lumina2_transformer(0)}),
    "hidream": Subject("HiDreamImagePipeline", {"transformer": lambda: hidream.build_hidream_transformer(0)}),
    "qwen_image": Subject(
        "QwenImagePipeline", {"transformer": lambda: qwen_image.build_qwen_image_transformer(0)}
    ),
    "wan": Subject("WanPipeline", {"transformer": lambda: wan.build_seeing_transformer(0)}),
    "ltx2": Subject(
        "LTX2Pipeline",
        {
            "transformer": lambda: ltx2.build_ltx2_transformer(0),
            "connectors": lambda: ltx2.build_connectors(0),
        },
    ),
    "krea2": Subject("Krea2Pipeline", {"transformer": lambda: krea2.build_krea2_transformer(0)}),
    "minimax_h3": Subject("MiniMaxH3ModularPipeline", {"transformer": minimax_h3}),
}
OF_OTHER_MODELS = {
    # Of SD 1.5 alone, of LTX-2.3 alone, and of a Wan that takes two frames.
    "sdxl": r"(in|out)put_blocks\.(1|2|9|10|11)\..*",
    "sd15": r"(in|out)put_blocks\..*",
    "ltx2": r".*prompt_adaln.*|(video|audio)_aggregate_embed",
    "wan": r"img_emb\.emb_pos",
}
DIFFERENT = {
    # diffusers converts checkpoints with the halves swapped, and LoRAs as they are.
    ("flux2", "final_layer.adaLN_modulation.1"),
    # Its converter has the widths of the published model.
    *(("lumina2", f"{block}.0.attention.qkv") for block in ("layers", "noise_refiner", "context_refiner")),
}


UNKNOWN = {"qwen_image", "hidream", "lumina2", "zimage"}
"""Where diffusers has no names but the model's own, or takes whole files only."""


@cache
def pipeline_of(name: str) -> Any:
    subject = SUBJECTS[name]
    whole = object.__new__(getattr(diffusers, subject.pipeline))
    for component, build in subject.components.items():
        object.__setattr__(whole, component, build())
    return whole


def own_names(name: str) -> dict[str, Any]:
    return json.loads((FOLDER / "families" / f"{name}.json").read_text(encoding="utf-8"))["names"]


def all_names(name: str) -> dict[str, Any]:
    data = json.loads((FOLDER / "families" / f"{name}.json").read_text(encoding="utf-8"))
    return (all_names(data["like"]) if "like" in data else {}) | data["names"]


class Original(NamedTuple):
    """An original name, the component and the modules that share its rows, and how many there are."""

    rule: str
    name: str
    component: str
    rows: int
    columns: int


def originals(family: str) -> Iterator[Original]:
    """Each name of the grammar for the first module of the model that it can mean, with every choice."""
    for rule, value in all_names(family).items():
        place = value if isinstance(value, dict) else {"to": value}
        paths = [place["to"]] if isinstance(place["to"], str) else place["to"]
        for choices in itertools.product(*(hole.split("|") for hole in re.findall(r"\{([^}]*)\}", rule))):
            if found := first_module(family, paths, list(choices)):
                component, modules, groups = found
                weights = [module.weight for module in modules]
                rows = sum(len(weight) for weight in weights)
                if "rows" in place:
                    start, end = place["rows"]
                    width = weights[0].shape[1]
                    rows = (rows if end is None else end * width) - start * width
                yield Original(rule, filled(rule, groups), component, rows, weights[0][0].numel())


def first_module(family: str, paths: list[str], choices: list[str]) -> Any:
    """The first modules whose names fit `paths` with those choices made."""
    component, _, first = paths[0].rpartition(":")
    pipeline = pipeline_of(family)
    component = component or next(iter(SUBJECTS[family].components))
    root = getattr(pipeline, component)
    groups = [".+?" if choice == "rest" else "[0-9]+" if choice == "n" else choice for choice in choices]
    for path, module in root.named_modules():
        held = match_path(first, path, groups)
        if held is not None and isinstance(getattr(module, "weight", None), torch.nn.Parameter):
            whole = [held.get(number, choice) for number, choice in enumerate(choices, start=1)]
            whole = ["0" if one in ("n", "rest") else one for one in whole]
            others = [filled_path(one.rpartition(":")[2], whole) for one in paths]
            return component, [root.get_submodule(one) for one in others], whole
    return None


def match_path(template: str, path: str, groups: list[str]) -> dict[int, str] | None:
    pattern, seen = "", set()
    for literal, number in re.findall(r"([^{]*)(?:\{([0-9])\})?", template):
        pattern += re.escape(literal)
        if number in seen:
            pattern += f"(?P=g{number})"
        elif number:
            seen.add(number)
            pattern += f"(?P<g{number}>{groups[int(number) - 1]})"
    match = re.fullmatch(pattern, path)
    return None if match is None else {int(name[1:]): value for name, value in match.groupdict().items()}


def filled(rule: str, groups: list[str]) -> str:
    values = iter(groups)
    return re.sub(r"\{[^}]*\}", lambda _: next(values), rule)


def filled_path(template: str, groups: list[str]) -> str:
    for number, value in enumerate(groups, start=1):
        template = template.replace("{" + str(number) + "}", value)
    return template


def place(family: str, tensors: dict[str, torch.Tensor]) -> dict[str, dict[str, torch.Tensor]]:
    """Rows by module, by key."""
    sources, unknown = group(tensors)
    file = AdapterFile("", tuple(sources), tuple(unknown))
    components = tuple(SUBJECTS[family].components)
    placed = place_sources(pipeline_of(family), file, components[0], family, components)
    found: dict[str, dict[str, torch.Tensor]] = {}
    for number, spot in placed.placements:
        rows = torch.arange(sources[number].shape.weight[0])
        whole = f"{spot.component}.{spot.path}".replace(f"{components[0]}.", "")
        found.setdefault(sources[number].key, {})[whole] = spot.select(rows)
    return found


def peft_pair(one: Original) -> dict[str, torch.Tensor]:
    """The number of the row is what is in it."""
    key, down = f"diffusion_model.{one.name}", torch.ones(1, one.columns)
    return {f"{key}.lora_A.weight": down, f"{key}.lora_B.weight": torch.arange(float(one.rows)).unsqueeze(1)}


def kohya_pair(one: Original) -> dict[str, torch.Tensor]:
    """alpha equals the rank, so that converters scale by 1."""
    (down, up), key = peft_pair(one).values(), "lora_unet_" + one.name.replace(".", "_")
    return {f"{key}.lora_down.weight": down, f"{key}.lora_up.weight": up, f"{key}.alpha": torch.tensor(1.0)}


@pytest.mark.parametrize("family", SUBJECTS)
def test_every_original_name_has_a_place(family: str) -> None:
    found = list(originals(family))
    unseen = {rule for rule in own_names(family) if "." in rule} - {one.rule for one in found}
    tables = {rule for rule in unseen if re.search(r"modulation$|\.lin$|scale_shift_table", rule)}
    elsewhere = re.compile(OF_OTHER_MODELS.get(family, "nothing"))
    assert [rule for rule in unseen - tables if not elsewhere.fullmatch(rule)] == []
    for one in found:
        shape = (one.rows, one.columns) if one.columns > 1 else (one.rows,)
        for key in (one.name, "lora_unet_" + one.name.replace(".", "_")):
            prefix = "connectors." if one.component == "connectors" else ""
            placed = place(family, {f"{prefix}{key}.diff": torch.zeros(shape) + 1})
            assert placed, (one.name, shape)
            picked = torch.cat(list(next(iter(placed.values())).values()))
            assert torch.equal(picked.sort().values, torch.arange(one.rows)), one.name


@pytest.mark.parametrize("family", SUBJECTS)
def test_names_that_diffusers_converts_go_to_the_same_rows(family: str) -> None:
    pipeline = pipeline_of(family)
    if not hasattr(type(pipeline), "lora_state_dict"):
        pytest.skip("diffusers loads no LoRA for it")
    agreed = 0
    for one in originals(family):
        if one.columns == 1 or (family, one.name) in DIFFERENT or one.component == "connectors":
            continue
        for probe in (peft_pair(one), kohya_pair(one)):
            converted = run_converter(pipeline, probe)
            if converted is not None and family_knows(family, converted):
                (ours,) = place(family, probe).values()
                assert {name: rows.tolist() for name, rows in ours.items()} == converted, one.name
                agreed += 1
    assert agreed > 0 or family in UNKNOWN


def run_converter(pipeline: Any, probes: dict[str, torch.Tensor]) -> dict[str, list[int]] | None:
    options = {"unet_config": pipeline.unet.config} if hasattr(pipeline, "unet") else {}
    try:
        answer = type(pipeline).lora_state_dict(dict(probes), **options)
    except Exception:
        # A converter raises whatever it likes for names that are not its own: that is an answer.
        return None
    tensors = answer[0] if isinstance(answer, tuple) else answer
    return {
        name.module: tensor[:, 0].long().tolist()
        for key, tensor in tensors.items()
        if (name := parse_key(key)) and name.part == "up"
    }


def family_knows(family: str, converted: dict[str, list[int]]) -> bool:
    """Whether the converter gave names of the model, and not the original ones back."""
    root = next(iter(SUBJECTS[family].components))
    paths = {path for path, _ in getattr(pipeline_of(family), root).named_modules()}
    return bool(converted) and converted.keys() <= paths
