"""Each family: one optimizer step equals that of a plain script of diffusers and peft, bit for bit, and the
file has the keys of the trainer's own.
"""

from pathlib import Path
from typing import Any

import msgspec
import pytest
import torch
from PIL import Image
from safetensors import safe_open

from darkroom_engine.adapters.merge import Merger
from darkroom_engine.adapters.reading import read_adapter
from darkroom_engine.loading import load_pipeline
from darkroom_engine.plan import PipelineSpec
from darkroom_engine.training.dataset import Dataset
from darkroom_engine.training.layers import chosen_layers
from darkroom_engine.training.lora_file import file_tensors, write_lora
from darkroom_engine.training.objectives import draw_noise
from darkroom_engine.training.plan import Method, TrainingPlan
from darkroom_engine.training.times import diffusion_time, flow_time
from darkroom_engine.training.train_job import trained_adapter
from darkroom_engine.training.trainer import Trainer
from tests.models.areas import shrink_areas
from tests.models.case import Case, control_images, plan, prompts
from tests.models.plain_training import Given, step
from tests.training import draw_pictures, settings, trainer_of
from tiny_checkpoints.recipes import LORA_RECIPES, RECIPES

MODELS = [
    ("flux", {}),
    ("flex1", {}),
    ("flux_kontext", {}),
    ("sd15", {"timesteps": "uniform", "alpha": 8.0}),
    ("sdxl", {"timesteps": "uniform", "min_snr_gamma": 5.0}),
    ("zimage", {"timesteps": "weighted"}),
    ("zimage_deturbo", {"timesteps": "linear"}),
    ("qwen_image", {"timesteps": "shift"}),
    ("lumina2", {}),
    ("qwen_image_edit", {"timesteps": "weighted"}),
    ("chroma", {}),
    ("flux2", {"timesteps": "weighted"}),
    ("flux2_klein_4b", {"timesteps": "shift"}),
    ("qwen_image_edit_plus", {"timesteps": "weighted"}),
    ("wan21_1b", {}),
    ("wan22_5b", {"timesteps": "weighted"}),
]
CONTROLS = {
    **{"flux_kontext": 1, "qwen_image_edit": 1, "flux2": 2},
    **{"qwen_image_edit_plus": 2},
}
"""How many control pictures each picture is trained with."""
OF_AN_AREA = ("qwen_image_edit", "qwen_image_edit_plus")


def planned(model: str, folder: Path) -> dict[str, Any]:
    """The pipeline and method of a tiny checkpoint, from the catalog."""
    RECIPES[model](folder)
    case = Case(model, controls=CONTROLS.get(model, 0), fixed_area=model in OF_AN_AREA)
    controls = control_images(folder / "controls", case.controls)
    return plan(case, folder, prompts(case, controls)[:1], [])


@pytest.mark.parametrize(("model", "chosen"), MODELS, ids=[model for model, _ in MODELS])
def test_one_step_equals_that_of_diffusers_and_peft(
    model: str, chosen: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shrink_areas(monkeypatch)
    planned_call = planned(model, tmp_path / "checkpoints")
    items = with_controls(draw_pictures(tmp_path, 4), CONTROLS.get(model, 0), tmp_path)
    own = {
        **{"pipeline": planned_call["pipeline"], "method": planned_call["method"], "name": "tok"},
        "settings": settings(caption_dropout=0.0, **chosen),
        **{"items": items, "samples": [], "sample_scale": 1},
    }
    typed = msgspec.convert(own, TrainingPlan)
    pipeline = load_pipeline(typed.pipeline, torch.device("cpu"))
    trainer = trainer_of(pipeline, own, tmp_path / "cache")
    first = {name: down.detach().clone() for name, (down, _) in trainer.file_weights().items()}
    loss = trainer.update()
    trainer.take_off()
    given = given_of(typed, pipeline, first, trainer)
    fresh = load_pipeline(typed.pipeline, torch.device("cpu"))
    plain_loss, plain = step(model, fresh, typed.method.component, given)
    assert loss == plain_loss
    trained = trainer.file_weights()
    assert trained.keys() == plain.keys()
    for name, (down, up) in trained.items():
        assert torch.equal(down, plain[name][0]) and torch.equal(up, plain[name][1]), name
    assert any(up.any() for _, up in trained.values())
    check_keys(model, typed.method, trained, tmp_path)
    check_file(typed, trainer, pipeline, tmp_path)


def with_controls(items: list[dict[str, Any]], count: int, folder: Path) -> list[dict[str, Any]]:
    """Another picture of the set as the first control picture, and one of another aspect as the second."""
    (folder / "wide").mkdir()
    wide = draw_pictures(folder / "wide", len(items), (100, 72))
    offered = zip(items[::-1], wide, strict=True)
    return [
        {
            **item,
            "controls": [{name: each[name] for name in ("file", "sha256")} for each in others[:count]],
        }
        for item, others in zip(items, offered, strict=True)
    ]


def given_of(own: TrainingPlan, pipeline: Any, first: dict[str, torch.Tensor], trainer: Trainer) -> Given:
    """What the first update draws."""
    draws = Dataset(own.items, own.settings, own.method.bucket_divisor).batch(0)
    slots = list(range(len(draws)))
    seen = trainer._encoded.latents(draws[0].sample.item, draws[0].sample.bucket, False)
    noise = draw_noise(own.settings, torch.empty(len(draws), *seen.shape), 0, slots)
    if own.method.objective == "flow":
        drawn = [flow_time(own.settings, pipeline.scheduler, 16, 0, slot) for slot in slots]
        times, weights = torch.tensor([time for time, _ in drawn]), torch.tensor([each for _, each in drawn])
    else:
        times = torch.tensor([diffusion_time(own.settings, 0, slot) for slot in slots])
        weights = weights_by_hand(pipeline.scheduler, times, own.settings.min_snr_gamma)
    files = [draw.sample.item for draw in draws]
    return Given(
        captions=[draw.caption for draw in draws],
        pictures=[Image.open(item.file).convert("RGB") for item in files],
        controls=[
            [Image.open(control.file).convert("RGB") for control in item.controls]
            for item in files
            if item.controls
        ],
        **{"noise": noise, "times": times, "weights": weights, "down": first},
        **{"rank": own.settings.rank, "alpha": own.settings.alpha, "rate": own.settings.learning_rate},
    )


def weights_by_hand(scheduler: Any, times: torch.Tensor, gamma: float | None) -> torch.Tensor:
    ratios = scheduler.alphas_cumprod[times] / (1 - scheduler.alphas_cumprod[times])
    return torch.ones(len(times)) if gamma is None else ratios.clamp(max=gamma) / ratios


def check_keys(model: str, method: Method, trained: Any, folder: Path) -> None:
    """The tiny LoRAs are written with the keys of the trainer's own files."""
    LORA_RECIPES[model](folder / "loras")
    written = file_tensors(trained, method, 8.0)
    found = []
    for file in sorted((folder / "loras").glob("*.safetensors")):
        with safe_open(file, framework="pt") as opened:
            found.append(set(opened.keys()))
    assert set(written) in found


NOT_BY_DIFFUSERS = {"chroma": "", "sdxl": "add_embedding."}
"""Layers, by the beginning of their names, that diffusers does not read under the trainer's names."""


def check_file(own: TrainingPlan, trainer: Trainer, pipeline: Any, folder: Path) -> None:
    """Our merger and diffusers take every layer of the file."""
    file = write_lora(folder, own, 1, trainer.file_weights())
    adapter = trained_adapter(own, file)
    merger = Merger(pipeline, torch.device("cpu"))
    assert merger.apply([(adapter, read_adapter(file.name, file, adapter.sha256))]) == (True, [])
    merger.apply([])
    left_out = NOT_BY_DIFFUSERS.get(own.pipeline.model)
    if left_out == "":
        return
    model = getattr(pipeline, own.method.component)
    layers = chosen_layers(model, own.method, own.settings)
    paths = {id(module): name for name, module in model.named_modules()}
    pipeline.load_lora_weights(str(file))
    loaded = {
        name.split(".lora_A")[0] for name, _ in model.named_modules() if name.endswith("lora_A.default_0")
    }
    trained = {paths[id(module)] for modules in layers.values() for module in modules}
    assert loaded == {name for name in trained if left_out is None or not name.startswith(left_out)}


def test_layers_may_be_chosen(tmp_path: Path) -> None:
    planned_call = planned("flux", tmp_path / "checkpoints")
    model = load_pipeline(
        msgspec.convert(planned_call["pipeline"], PipelineSpec), torch.device("cpu")
    ).transformer
    method = msgspec.convert(planned_call["method"], Method)

    def names(**chosen: Any) -> set[str]:
        from tests.training import settings_of

        return set(chosen_layers(model, method, settings_of(**chosen)))

    everything = names()
    assert names(include=["single_transformer_blocks"]) == {n for n in everything if n.startswith("single")}
    assert names(exclude=["attn"]) == {name for name in everything if "attn" not in name}
    assert names(layers=r"proj_out$") == {name for name in everything if name.endswith("proj_out")}
