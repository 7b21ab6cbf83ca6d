"""The sound of LTX-2, its previews, and what newer releases of diffusers would add to it."""

import inspect
import re
from pathlib import Path
from typing import Any

import diffusers
import msgspec
import pytest
import torch

from darkroom_engine.audio import write_audio
from darkroom_engine.calls import call_arguments
from darkroom_engine.frames import frames_of
from darkroom_engine.plan import Call
from darkroom_engine.previews import make_preview
from tests.models.case import Case, control_images, lora, plan, prompts
from tests.models.plain import PARITY, plain_case, plain_render
from tests.models.rendering import Renderer
from tiny_checkpoints.recipes import LORA_RECIPES, RECIPES

CASE = Case("ltx2", frames=9, controls=1)
NEUTRAL = {
    "stg_scale": 0,
    "audio_stg_scale": 0,
    "modality_scale": 1,
    "audio_modality_scale": 1,
    "guidance_rescale": 0,
    "audio_guidance_rescale": 0,
    "audio_guidance_scale": None,
    "spatio_temporal_guidance_blocks": None,
    "use_cross_timestep": False,
}
"""Arguments under which no term of guidance is added."""


@pytest.fixture
def renders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Any, Any, Any]:
    """One call's output, the same by plain diffusers, and the pipeline."""
    monkeypatch.syspath_prepend(str(PARITY))
    from ltx2 import ltx2

    RECIPES[CASE.model](tmp_path)
    asked = prompts(CASE, control_images(tmp_path / "controls", 1))
    made = plan(CASE, tmp_path, asked, [])
    renderer = Renderer(made["pipeline"])
    arguments = call_arguments(renderer.pipeline, msgspec.convert(made["calls"][0], Call))
    previews = []

    def on_step(_pipeline: Any, _step: int, _time: Any, tensors: dict[str, Any]) -> dict[str, Any]:
        picture = make_preview(renderer.pipeline, tensors["latents"], CASE.width, CASE.height)
        previews.append(picture.tobytes())
        return {}

    with torch.inference_mode():
        output = renderer.pipeline(**arguments, callback_on_step_end=on_step)
    assert len(previews) == CASE.steps
    controls = [image["file"] for image in asked[0]["control_images"]]
    pipeline, call = ltx2(
        asked[0] | {"checkpoints": tmp_path, "negative_prompt": "", "control_images": controls}
    )
    sizes = {"width": CASE.width, "height": CASE.height, "num_inference_steps": CASE.steps}
    seeded = {"guidance_scale": CASE.guidance_scale, "generator": torch.Generator("cpu").manual_seed(7)}
    return output, pipeline(**call | sizes | seeded), renderer.pipeline


def test_the_sound_is_that_of_plain_diffusers(renders: tuple[Any, Any, Any], tmp_path: Path) -> None:
    output, plain, pipeline = renders
    assert torch.equal(output.audio, plain.audio)
    assert output.audio.std() > 0
    sound = write_audio(pipeline, output, tmp_path / "sound.pcm")
    assert sound is not None
    assert (sound.rate, sound.channels) == (24000, 2)
    # 9 frames at 24 a second, to the nearest of 25 latents a second, give or take one.
    seconds = (tmp_path / "sound.pcm").stat().st_size / (2 * 2 * 24000)
    assert seconds == pytest.approx(9 / 24, abs=0.05)


@pytest.mark.parametrize("controls", [0, 1])
def test_the_guidance_that_diffusers_turns_on_by_itself_stays_off(tmp_path: Path, controls: int) -> None:
    case = Case("ltx2", frames=9, controls=controls)
    RECIPES[case.model](tmp_path)
    asked = prompts(case, control_images(tmp_path / "controls", controls))
    made = plan(case, tmp_path, asked, [])
    arguments = made["calls"][0]["arguments"]
    stock = diffusers.LTX2ImageToVideoPipeline if controls else diffusers.LTX2Pipeline
    terms = {
        name
        for name in inspect.signature(stock.__call__).parameters
        if re.search("stg|modality|rescale|spatio|cross_timestep|audio_guidance", name)
    }
    assert {name: arguments[name] for name in terms} == NEUTRAL
    renderer, batches = Renderer(made["pipeline"]), []

    def count(_module: Any, _inputs: tuple, named: dict[str, Any]) -> None:
        batches.append(len(named["hidden_states"]))

    renderer.pipeline.transformer.register_forward_pre_hook(count, with_kwargs=True)
    renderer.render(made["calls"][0])
    # With and without the prompt, together, once a step.
    assert batches == [2] * case.steps


def test_high_doubles_the_size_as_plain_diffusers_in_three_stages(tmp_path: Path) -> None:
    case = Case("ltx2.3", frames=9, controls=1, changes={"high": {"resolution": "High"}})
    RECIPES[case.model](tmp_path)
    LORA_RECIPES[case.model](tmp_path / "loras")
    style = lora(tmp_path / "loras/ai_toolkit.safetensors", 0.8)
    asked = prompts(case, control_images(tmp_path / "controls", 1))
    made = plan(case, tmp_path, asked, [style])
    renderer = Renderer(made["pipeline"])
    usual, high = made["calls"][0], made["calls"][-1]
    renderer.merge(made["adapters"])
    before = renderer.render(usual)
    frames, steps = render_counting_steps(renderer.pipeline, high)
    assert frames == plain_render(plain_case(case.model, tmp_path, asked[-1], [style]))
    assert len(frames) == 4 * len(before)
    assert steps == [(number, 5) for number in range(1, 6)]
    # Nothing of the last stages is left.
    assert renderer.render(usual) == before


def render_counting_steps(pipeline: Any, call: dict[str, Any]) -> tuple[bytes, list[tuple[int, int]]]:
    """The frames of a call, and what it tells of its progress: the step and the number of steps."""
    steps = []

    def on_step(_pipeline: Any, step: int, _time: Any, tensors: dict[str, Any]) -> dict[str, Any]:
        make_preview(pipeline, tensors["latents"], call["width"], call["height"])
        steps.append((step + 1, pipeline._num_timesteps))
        return {}

    arguments = call_arguments(pipeline, msgspec.convert(call, Call))
    with torch.inference_mode():
        output = pipeline(**arguments, callback_on_step_end=on_step)
    assert output.audio.std() > 0
    return b"".join(frame.tobytes() for frame in frames_of(output)), steps
