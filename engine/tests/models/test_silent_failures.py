"""What goes wrong without a word: no error, no warning, only pixels that no training preview had.

Each test is one such failure of plain diffusers or of the reference server. Held elsewhere: Chroma's LoRAs,
of which diffusers loads nothing (`test_chroma.py`); the guidance that diffusers adds to LTX-2 by itself
(`test_ltx2.py`); the evaluation that diffusers leaves out of MiniMax-H3's steps (`test_minimax_h3.py`); and
several control images for a model of one (`src/render/control-images.test.ts`).
"""

import math
from pathlib import Path
from typing import Any

import msgspec
import pytest
import torch
from diffusers.pipelines.flux2.pipeline_flux2 import compute_empirical_mu
from safetensors.torch import load_file, save_file

from darkroom_engine.calls import call_arguments
from darkroom_engine.plan import Call
from tests.models.case import Case, control_images, lora, plan, prompts
from tests.models.rendering import Renderer
from tiny_checkpoints.recipes import LORA_RECIPES, RECIPES


class EnoughError(Exception):
    """Ends a call whose beginning is all that a test needs."""


def made(case: Case, folder: Path, loras: list[dict[str, Any]] | None = None) -> tuple[Renderer, dict]:
    """The model, built and loaded, and its plan."""
    RECIPES[case.model](folder)
    asked = prompts(case, control_images(folder / "controls", case.controls))
    built = plan(case, folder, asked[:1], loras or [])
    return Renderer(built["pipeline"]), built


def mu_of(sigma: float, share: float) -> float:
    """The mu that shifts the noise level `share` of an even schedule to `sigma`."""
    return math.log(sigma / (1 - sigma)) - math.log(share / (1 - share))


@pytest.mark.parametrize("model", ["flux2", "flux2_klein_4b", "flux2_klein_9b"])
def test_flux2_mu_is_that_of_the_area_and_not_the_one_diffusers_has_for_few_steps(
    model: str, tmp_path: Path
) -> None:
    renderer, built = made(Case(model, steps=25, width=1024, height=1024), tmp_path)
    pipeline = renderer.pipeline

    def stop(_module: Any, _inputs: tuple) -> None:
        raise EnoughError

    pipeline.transformer.register_forward_pre_hook(stop)
    with pytest.raises(EnoughError), torch.inference_mode():
        pipeline(**call_arguments(pipeline, msgspec.convert(built["calls"][0], Call)))
    sigmas = pipeline.scheduler.sigmas.tolist()
    assert len(sigmas) == 26
    assert [mu_of(sigmas[step], 1 - step / 25) for step in range(1, 25)] == pytest.approx(
        [1.15] * 24, abs=1e-4
    )
    assert compute_empirical_mu(64 * 64, 25) == pytest.approx(2.17, abs=0.01)


@pytest.mark.parametrize(
    "case",
    [
        Case("krea2_turbo", width=1024, height=1024),
        Case("krea2_o_edit_turbo", width=1024, height=1024, controls=1, switches={"match_target_res": False}),
    ],
    ids=lambda case: case.model,
)
def test_krea2_turbo_mu_follows_the_area_though_its_checkpoint_says_distilled(
    case: Case, tmp_path: Path
) -> None:
    renderer, built = made(case, tmp_path)
    pipeline, times = renderer.pipeline, []

    def note(_module: Any, _inputs: tuple, named: dict[str, Any]) -> None:
        times.append(named["timestep"].item())
        if len(times) == 2:
            raise EnoughError

    pipeline.transformer.register_forward_pre_hook(note, with_kwargs=True)
    arguments = call_arguments(pipeline, msgspec.convert(built["calls"][0], Call))
    with pytest.raises(EnoughError), torch.inference_mode():
        pipeline(**arguments | {"guidance_scale": 0.0})
    assert pipeline.config.is_distilled, "with which diffusers pins mu to 1.15"
    assert times[0] == 1.0
    assert mu_of(times[1], 0.5) == pytest.approx(0.90625, abs=1e-5)


@pytest.mark.parametrize("model", ["zimage", "zimage_turbo", "zimage_deturbo"])
@pytest.mark.parametrize("guidance", [1.0, 3.0])
def test_zimage_guides_by_g_and_not_by_one_more(model: str, guidance: float, tmp_path: Path) -> None:
    renderer, built = made(Case(model, steps=1, guidance_scale=guidance), tmp_path)
    pipeline, said, taken = renderer.pipeline, [], []

    def hear(_module: Any, _inputs: tuple, output: tuple) -> None:
        said.extend(part.float() for part in output[0])

    step = pipeline.scheduler.step

    def take(prediction: torch.Tensor, *others: Any, **named: Any) -> Any:
        taken.append(prediction)
        return step(prediction, *others, **named)

    pipeline.transformer.register_forward_hook(hear)
    pipeline.scheduler.step = take
    renderer.render(built["calls"][0])
    if guidance == 1.0:
        (expected,) = said
    else:
        positive, negative = said
        expected = negative + guidance * (positive - negative)
    torch.testing.assert_close(-taken[0], expected.reshape(taken[0].shape))


@pytest.mark.parametrize(
    ("model", "embeddings"), [("sdxl", {"time_embedding", "add_embedding"}), ("sd15", {"time_embedding"})]
)
def test_sdxl_and_sd15_lora_keys_of_embeddings_are_merged(
    model: str, embeddings: set[str], tmp_path: Path
) -> None:
    LORA_RECIPES[model](tmp_path)
    keys = {
        key: tensor
        for key, tensor in load_file(tmp_path / "kohya.safetensors").items()
        if any(f"_{name}_linear_" in key for name in embeddings)
    }
    save_file(keys, tmp_path / "embeddings.safetensors")
    renderer, built = made(Case(model), tmp_path, [lora(tmp_path / "embeddings.safetensors")])
    weights = dict(renderer.pipeline.unet.named_parameters())
    before, base = {name: weight.clone() for name, weight in weights.items()}, render(renderer, built)
    assert renderer.merge(built["adapters"]) == (True, [])
    changed = {name for name, weight in weights.items() if not torch.equal(weight, before[name])}
    assert changed == {f"{name}.linear_{number}.weight" for name in embeddings for number in (1, 2)}
    assert render(renderer, built) != base


def render(renderer: Renderer, built: dict[str, Any]) -> bytes:
    return renderer.render(built["calls"][0])


@pytest.mark.parametrize("model", ["ltx2", "ltx2.3"])
def test_ltx2_lora_has_its_scale_from_the_first_request_on(model: str, tmp_path: Path) -> None:
    LORA_RECIPES[model](tmp_path)
    half = lora(tmp_path / "ai_toolkit.safetensors", 0.5)
    renderer, built = made(Case(model, frames=9), tmp_path, [half])
    name, weight = next(
        (name, weight)
        for name, weight in renderer.pipeline.transformer.named_parameters()
        if name.endswith("transformer_blocks.0.attn1.to_q.weight")
    )
    base = weight.clone()
    renderer.merge(built["adapters"])
    first = weight - base
    renderer.merge([built["adapters"][0] | {"scale": 1.0}])
    assert first.abs().max() > 0, name
    torch.testing.assert_close(2 * first, weight - base, rtol=1e-3, atol=1e-6)
