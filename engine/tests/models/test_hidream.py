"""HiDream beyond `test_parity`: noise levels, shapes that are no squares, and the tokens of editing."""

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import LlamaForCausalLM

from darkroom_engine.failures import JobFailure
from darkroom_engine.pipelines.hidream import noise_levels
from tests.models.areas import AREA, shrink_areas
from tests.models.case import Case, control_images, plan, prompts
from tests.models.plain import plain_case, plain_render
from tests.models.rendering import Renderer
from tiny_checkpoints.hidream import LLAMA
from tiny_checkpoints.recipes import RECIPES

WIDE = Case("hidream", width=128, height=64, fixed_area=True)
EDIT = Case("hidream_e1", controls=1)


@pytest.fixture(autouse=True)
def small_areas(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    shrink_areas(monkeypatch)
    yield


def load(case: Case, folder: Path) -> tuple[Renderer, dict[str, Any], list[dict[str, Any]]]:
    RECIPES[case.model](folder)
    asked = prompts(case, control_images(folder / "controls", case.controls))
    made = plan(case, folder, asked, [])
    return Renderer(made["pipeline"]), made, asked


def test_a_wide_picture_has_the_area_and_the_padding_of_the_stock_pipeline(tmp_path: Path) -> None:
    renderer, made, asked = load(WIDE, tmp_path)
    call = made["calls"][0]
    assert (call["width"], call["height"]) == (128, 64)
    assert call["width"] * call["height"] <= AREA
    assert renderer.render(call) == plain_render(plain_case(WIDE.model, tmp_path, asked[0], []))


def test_llama_reads_the_padding_as_the_trainer_has_it_read(tmp_path: Path) -> None:
    """The padding stands on the left, where each kind of attention makes something else of it."""
    pipeline = load(WIDE, tmp_path)[0].pipeline
    llama = pipeline.read("a photo of a cat").llama
    folder = tmp_path / LLAMA
    tokens = pipeline.tokenizer_4(
        "a photo of a cat", padding="max_length", max_length=128, return_tensors="pt"
    )
    assert not tokens.attention_mask[0, 0]
    states = {
        asked: LlamaForCausalLM.from_pretrained(folder, dtype=torch.float32, **options)(
            **tokens, output_hidden_states=True
        ).hidden_states[1:]
        for asked, options in {"attentions": {"output_attentions": True}, "nothing": {}}.items()
    }
    assert torch.equal(llama, torch.stack(states["attentions"]))
    assert not torch.allclose(llama, torch.stack(states["nothing"]), atol=0.1)


def test_the_steps_are_the_trainers_not_those_of_the_library(tmp_path: Path) -> None:
    """The trainer asks for a shift of 3 and gets e^1.15, over levels that were shifted by 3 before."""
    renderer, _made, _asked = load(WIDE, tmp_path)
    times = renderer.pipeline.start(4)
    highest = 3 * 0.999 / (1 + 2 * 0.999)
    levels = [highest * part for part in (1, 0.75, 0.5, 0.25)]
    assert noise_levels(4).tolist() == pytest.approx(levels)
    shift = math.exp(1.15)
    wanted = [shift * level / (1 + (shift - 1) * level) for level in levels]
    assert renderer.pipeline.scheduler.sigmas.tolist() == pytest.approx([*wanted, 0.0])
    assert times.dtype == torch.int64, "the trainer's timesteps are whole"
    assert times.tolist() == [int(level * 1000) for level in wanted]


def test_editing_has_the_shift_that_the_trainer_asks_for(tmp_path: Path) -> None:
    renderer, _made, _asked = load(EDIT, tmp_path)
    renderer.pipeline.start(2)
    highest = 3 * 0.999 / (1 + 2 * 0.999)
    wanted = [3 * level / (1 + 2 * level) for level in (highest, highest / 2)]
    assert renderer.pipeline.scheduler.sigmas.tolist() == pytest.approx([*wanted, 0.0])


def test_the_picture_and_its_guidance_change_the_edit(tmp_path: Path) -> None:
    renderer, made, _asked = load(EDIT, tmp_path)
    call = made["calls"][0]
    assert call["arguments"]["image_guidance_scale"] == 2
    other = control_images(tmp_path / "others", 2)[1]["file"]
    image = call["images"]["image"]
    edits = [
        renderer.render(call),
        renderer.render(call | {"images": {"image": image | {"files": [other]}}}),
        renderer.render(call | {"arguments": call["arguments"] | {"image_guidance_scale": 4.0}}),
        renderer.render(call | {"arguments": call["arguments"] | {"guidance_scale": 1.0}}),
    ]
    assert len(set(edits)) == len(edits)


def test_without_guidance_there_is_one_pass_and_no_negative_prompt(tmp_path: Path) -> None:
    renderer, made, _asked = load(EDIT, tmp_path)
    call = made["calls"][0]
    batches: list[int] = []
    hook = renderer.pipeline.transformer.register_forward_pre_hook(
        lambda _module, _arguments, named: batches.append(len(named["hidden_states"])), with_kwargs=True
    )
    plain = renderer.render(call | {"arguments": call["arguments"] | {"guidance_scale": 1.0}})
    negated = call["arguments"] | {"guidance_scale": 1.0, "negative_prompt": "blurry"}
    assert renderer.render(call | {"arguments": negated}) == plain
    renderer.render(call)
    hook.remove()
    assert batches == [1, 1, 1, 1, 3, 3]


def test_two_megapixels_of_tokens_are_the_most(tmp_path: Path) -> None:
    """The checkpoint's own limit is for one picture and fails beyond it; the authors raise it by hand."""
    pipeline = load(EDIT, tmp_path)[0].pipeline
    side = pipeline.transformer.config.max_resolution[0]
    pipeline.make_room(side * side)
    assert pipeline.transformer.max_seq == side * side // 4
    pipeline.make_room(side * side + 4)
    assert pipeline.transformer.max_seq == 8192
    pipeline.make_room(128 * 256)
    with pytest.raises(JobFailure, match="the model takes 8192: send a smaller width or height"):
        pipeline.make_room(128 * 256 + 4)
