"""Pipelines from specs: variants, schedulers, components from elsewhere, and files that are not there."""

import shutil
from pathlib import Path
from typing import Any

import msgspec
import pytest
import torch
from diffusers import DDPMScheduler, FlowMatchEulerDiscreteScheduler

from darkroom_engine.failures import JobFailure
from darkroom_engine.loading import load_pipeline
from darkroom_engine.plan import PipelineSpec
from darkroom_engine.residency import Residency
from tests.plans import pipeline_spec

CPU = torch.device("cpu")


def spec(folder: Path, **changes: Any) -> PipelineSpec:
    return msgspec.convert(pipeline_spec(folder, **changes), PipelineSpec)


def component(folder: Path, **changes: Any) -> dict[str, Any]:
    source = {
        "repository": "darkroom/part",
        "revision": "main",
        "subfolder": "",
        "file": None,
        "path": str(folder),
    }
    return {**source, **changes}


def test_the_variant_is_taken_where_it_is_and_plain_files_else(sdxl_folder: Path, tmp_path: Path) -> None:
    sdxl = {"class": "StableDiffusionXLPipeline", "variant": "fp16"}
    half = load_pipeline(spec(sdxl_folder, **sdxl), CPU)
    assert half.unet.dtype == torch.float32
    plain = load_pipeline(spec(sdxl_folder, **{**sdxl, "variant": None}), CPU)
    assert not torch.equal(half.unet.conv_in.weight, plain.unet.conv_in.weight)
    assert torch.equal(half.unet.conv_in.weight, plain.unet.conv_in.weight.half().float())
    mixed = tmp_path / "mixed"
    shutil.copytree(sdxl_folder, mixed)
    (mixed / "vae" / "diffusion_pytorch_model.fp16.safetensors").unlink()
    assert load_pipeline(spec(mixed, **sdxl), CPU).vae is not None


def test_schedulers_over_the_checkpoint_or_alone(flux_folder: Path) -> None:
    change = {"class": "FlowMatchEulerDiscreteScheduler", "config": {"shift": 6.0}}
    over = load_pipeline(spec(flux_folder, scheduler={**change, "base": "checkpoint"}), CPU).scheduler
    alone = load_pipeline(spec(flux_folder, scheduler={**change, "base": "none"}), CPU).scheduler
    assert over.config.shift == alone.config.shift == 6.0
    assert over.config.use_dynamic_shifting
    assert not alone.config.use_dynamic_shifting
    other = {"class": "DDPMScheduler", "config": {}, "base": "none"}
    assert isinstance(load_pipeline(spec(flux_folder, scheduler=other), CPU).scheduler, DDPMScheduler)
    assert isinstance(load_pipeline(spec(flux_folder), CPU).scheduler, FlowMatchEulerDiscreteScheduler)


def test_components_from_elsewhere_and_left_out(flux_folder: Path, tmp_path: Path) -> None:
    part = tmp_path / "part"
    shutil.copytree(flux_folder / "transformer", part / "transformer")
    thin = tmp_path / "thin"
    shutil.copytree(flux_folder, thin, ignore=shutil.ignore_patterns("transformer", "text_encoder"))
    source = component(
        part, subfolder="transformer", library="diffusers", **{"class": "FluxTransformer2DModel"}
    )
    pipeline = load_pipeline(spec(thin, components={"transformer": source, "text_encoder": None}), CPU)
    assert pipeline.text_encoder is None
    assert pipeline.transformer.dtype == torch.float32


def test_a_component_in_one_file(flux_folder: Path, tmp_path: Path) -> None:
    shutil.copy(
        flux_folder / "transformer" / "diffusion_pytorch_model.safetensors", tmp_path / "one.safetensors"
    )
    source = component(
        tmp_path, file="one.safetensors", library="diffusers", **{"class": "FluxTransformer2DModel"}
    )
    pipeline = load_pipeline(spec(flux_folder, components={"transformer": source}), CPU)
    whole = load_pipeline(spec(flux_folder), CPU)
    for name, weight in whole.transformer.state_dict().items():
        assert torch.equal(pipeline.transformer.state_dict()[name], weight), name


def test_whole_components_keep_nothing_in_float32(flux_folder: Path) -> None:
    half = {"dtype": "float16"}
    read = load_pipeline(spec(flux_folder, **half), CPU).text_encoder_2
    cast = load_pipeline(spec(flux_folder, **half, cast_whole=["text_encoder_2"]), CPU).text_encoder_2
    assert dtypes(read) == {torch.float16, torch.float32}
    assert dtypes(cast) == {torch.float16}
    absent = {"components": {"text_encoder": None}, "cast_whole": ["text_encoder"]}
    assert load_pipeline(spec(flux_folder, **half, **absent), CPU).text_encoder is None


def dtypes(model: torch.nn.Module) -> set[torch.dtype]:
    """Of the weights and of all buffers of floating point numbers."""
    tensors = [*model.parameters(), *model.buffers()]
    return {tensor.dtype for tensor in tensors if tensor.is_floating_point()}


def test_missing_files_and_broken_files_are_told_apart(flux_folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(flux_folder, copy)
    weights = copy / "vae" / "diffusion_pytorch_model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])
    assert failure(spec(copy)).code == "MODEL_LOAD_FAILED"
    weights.unlink()
    assert failure(spec(copy)).code == "MODEL_FILES_MISSING"
    cached = failure(spec(copy, path=None, repository="darkroom/not-downloaded"))
    assert cached.code == "MODEL_FILES_MISSING"
    assert "darkroom/not-downloaded" in cached.message
    assert failure(spec(copy, **{"class": "NoSuchPipeline"})).code == "MODEL_LOAD_FAILED"


def failure(wanted: PipelineSpec) -> JobFailure:
    with pytest.raises(JobFailure) as caught:
        load_pipeline(wanted, CPU)
    return caught.value


def test_the_least_recently_used_pipeline_makes_room(flux_folder: Path) -> None:
    residency = Residency(CPU, limit=2)
    for key in ("a", "b", "a", "c"):
        residency.load(key, spec(flux_folder))
    assert residency.loads == 3
    assert [key for key in "abc" if residency.get(key)] == ["a", "c"]
    assert residency.unload(None) == ["a", "c"]
