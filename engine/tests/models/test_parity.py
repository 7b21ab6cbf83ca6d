"""Each model id: its plan rendered by the engine equals plain diffusers byte for byte, LoRA or not."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import numpy
import pytest
import torch

from darkroom_engine.adapters.cache import AdapterCache
from darkroom_engine.adapters.merge import Merger
from darkroom_engine.plan import Adapter
from tests.models.areas import shrink_areas
from tests.models.case import Case, control_images, lora, plan, prompts
from tests.models.cases import CASES
from tests.models.plain import plain_case, plain_render
from tests.models.reading import CUTS_NOTHING, check_cuts
from tests.models.rendering import DEVICE, Renderer
from tiny_checkpoints.recipes import LORA_RECIPES, RECIPES

SCALE = 0.8
SWITCHES = {"cfg_norm"}
CONTRAST = 10
"""Less means that the tiny checkpoint paints next to nothing, and equal pictures prove little."""


class Studio:
    """One model id, built, planned and loaded."""

    def __init__(self, case: Case, folder: Path) -> None:
        self.case = case
        self.checkpoints = folder / "checkpoints"
        RECIPES[case.model](self.checkpoints)
        LORA_RECIPES[case.model](folder / "loras")
        files = sorted((folder / "loras").glob("*.safetensors"))
        self.loras = [lora(file, SCALE, expert_of(file)) for file in files]
        self.prompts = prompts(case, control_images(folder / "controls", case.controls))
        self.plan = plan(case, self.checkpoints, self.prompts, self.loras)
        self.renderer = Renderer(self.plan["pipeline"])

    def render(self, adapters: list[dict[str, Any]], call: int = 0) -> bytes:
        self.warnings = self.renderer.merge(adapters)[1]
        return self.renderer.render(self.plan["calls"][call])

    def plain(self, loras: list[dict[str, Any]], call: int = 0) -> bytes:
        return plain_render(plain_case(self.case.model, self.checkpoints, self.prompts[call], loras))


def expert_of(file: Path) -> str | None:
    """The side of a mixture of experts, by the names that the trainer gives its files."""
    return next((side for side in ("high", "low") if file.stem.endswith(f"_{side}_noise")), None)


@pytest.fixture(scope="module", params=CASES, ids=lambda case: case.model)
def studio(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    with pytest.MonkeyPatch.context() as patch:
        if request.param.fixed_area:
            shrink_areas(patch)
        yield Studio(request.param, tmp_path_factory.mktemp(request.param.model))


def test_the_plan_renders_what_plain_diffusers_renders(studio: Studio) -> None:
    picture = studio.render([])
    call = studio.plan["calls"][0]
    assert len(picture) >= call["width"] * call["height"] * 3
    assert numpy.frombuffer(picture, numpy.uint8).std() > CONTRAST
    assert picture == studio.plain([])
    # Without its control images, and with a switch thrown, a model is another one.
    first = studio.prompts[0]
    for number, prompt in enumerate(studio.prompts):
        if prompt["control_images"] != first["control_images"] or prompt.keys() & SWITCHES:
            assert studio.render([], number) == studio.plain([], number)


def test_prompt_seed_and_guidance_change_the_picture(studio: Studio) -> None:
    pictures = [studio.render([], call) for call in range(len(studio.plan["calls"]))]
    assert len(set(pictures)) == len(pictures)


def test_every_lora_form_is_merged_whole(studio: Studio) -> None:
    base = studio.render([])
    for adapter, file in zip(studio.plan["adapters"], studio.loras, strict=True):
        styled = studio.render([adapter])
        assert studio.warnings == [], file["path"]
        assert styled != base, file["path"]
        assert styled == studio.plain([file]), file["path"]
    assert studio.render([studio.plan["adapters"][0] | {"scale": 0.0}]) == base


def test_weights_come_back_exactly_without_a_copy(studio: Studio) -> None:
    studio.renderer.merge([])
    pipeline = studio.renderer.pipeline
    parts = {name: part for name, part in pipeline.components.items() if isinstance(part, torch.nn.Module)}
    before = {name: {k: v.clone() for k, v in part.state_dict().items()} for name, part in parts.items()}
    merger, cache = Merger(pipeline, DEVICE, "computed"), AdapterCache(1 << 28)
    adapters = [msgspec.convert(adapter, Adapter) for adapter in studio.plan["adapters"]]
    chance = random.Random(3)  # noqa: S311
    for _ in range(8):
        picked = chance.sample(adapters, chance.randint(1, min(3, len(adapters))))
        scaled = [msgspec.structs.replace(one, scale=chance.choice([-1.0, 0.3, 1.0])) for one in picked]
        merger.apply([(one, cache.read(one)) for one in scaled])
    merger.apply([])
    for name, part in parts.items():
        for key, value in part.state_dict().items():
            assert torch.equal(value, before[name][key]), f"{name}.{key}"


def test_the_same_text_again_runs_no_encoder(studio: Studio) -> None:
    fresh = Renderer(studio.plan["pipeline"])
    call = studio.plan["calls"][0]
    first = fresh.render(call)
    assert "encoding" in fresh.phases
    encoded = fresh.encoded
    assert encoded > 0
    assert fresh.render(call) == first
    assert fresh.encoded == encoded
    fresh.render(studio.plan["calls"][1])
    assert fresh.encoded > encoded


@pytest.mark.parametrize("field", ["prompt", "negative_prompt"])
def test_the_words_that_no_reader_reads_are_told(studio: Studio, field: str) -> None:
    call = studio.plan["calls"][0]
    if field == "negative_prompt" and call["negative_prompt"] is None:
        pytest.skip("no negative prompt")
    told = check_cuts(studio.renderer.pipeline, call, field)
    assert bool(told) == (studio.case.model not in CUTS_NOTHING), told
