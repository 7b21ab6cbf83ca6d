"""Denoisers in 8 bits: smaller, labelled, and with LoRAs beside the weights that work as merged ones do."""

from pathlib import Path
from typing import Any

import msgspec
import pytest
import torch

from darkroom_engine.adapters.merge import Merger
from darkroom_engine.failures import JobFailure
from darkroom_engine.loading import load_pipeline
from darkroom_engine.plan import PipelineSpec
from darkroom_engine.quantizing import explain
from tests.lora_files import opened, pair, save
from tests.plans import ARGUMENTS, pipeline_spec

CPU = torch.device("cpu")
FP8 = {"kind": "fp8", "components": ["transformer"]}
Q = "transformer_blocks.0.attn.to_q"
MLP = "single_transformer_blocks.0.proj_mlp"


def load(folder: Path, **changes: Any) -> Any:
    wanted = pipeline_spec(folder, dtype="float32", quantization=FP8, **changes)
    return load_pipeline(msgspec.convert(wanted, PipelineSpec), CPU)


def picture(pipeline: Any) -> bytes:
    with torch.inference_mode():
        generator = torch.Generator("cpu").manual_seed(1)
        return pipeline(**ARGUMENTS, generator=generator).images[0].tobytes()


def merged_by_hand(folder: Path, changes: dict[str, torch.Tensor]) -> Any:
    """A pipeline of whole weights: what the 8 bits stand for, plus the change of some layers."""
    eight = {name: value.float() for name, value in load(folder).transformer.state_dict().items()}
    for path, change in changes.items():
        eight[f"{path}.weight"] += change
    pipeline = load_pipeline(msgspec.convert(pipeline_spec(folder, dtype="float32"), PipelineSpec), CPU)
    pipeline.transformer.load_state_dict(eight)
    return pipeline


def test_the_layers_rest_in_8_bits_and_the_norms_do_not(flux_folder: Path) -> None:
    transformer = load(flux_folder).transformer
    assert transformer.get_submodule(Q).weight.dtype == torch.float8_e4m3fn
    assert transformer.dtype == torch.float32
    assert transformer.transformer_blocks[0].attn.norm_q.weight.dtype == torch.float32


def test_a_lora_beside_the_weights_equals_one_merged_into_what_they_stand_for(
    flux_folder: Path, tmp_path: Path
) -> None:
    width = load(flux_folder).transformer.get_submodule(Q).in_features
    rows = load(flux_folder).transformer.get_submodule(MLP).out_features
    (down, up), (down2, up2) = pair(width, width, 1), pair(rows, width, 2)
    plain = {
        f"transformer.{Q}.lora_A.weight": down,
        f"transformer.{Q}.lora_B.weight": up,
        f"transformer.{MLP}.lora_A.weight": down2,
        f"transformer.{MLP}.lora_B.weight": up2,
    }
    whole = {f"transformer.{Q}.diff": (up.float() @ down.float()).half()}
    pipeline = load(flux_folder)
    base = picture(pipeline)
    merger = Merger(pipeline, CPU)
    merger.apply([opened(save(tmp_path, "plain", plain), 0.8), opened(save(tmp_path, "whole", whole), 0.5)])
    beside = picture(pipeline)
    merger.apply([])
    assert picture(pipeline) == base
    q = 0.8 * (up.float() @ down.float()) + 0.5 * (up.float() @ down.float()).half().float()
    reference = merged_by_hand(flux_folder, {Q: q, MLP: 0.8 * (up2.float() @ down2.float())})
    assert beside != base
    assert largest_difference(beside, picture(reference)) <= 1


def largest_difference(one: bytes, other: bytes) -> int:
    a, b = (torch.frombuffer(bytearray(part), dtype=torch.uint8).int() for part in (one, other))
    return int((a - b).abs().max())


def test_dora_and_bias_changes_act_beside_the_weights(flux_folder: Path, tmp_path: Path) -> None:
    pipeline = load(flux_folder)
    module = pipeline.transformer.get_submodule(Q)
    down, up = pair(module.out_features, module.in_features, 3)
    magnitude = torch.full((module.out_features, 1), 2.0)
    shift = torch.linspace(-1, 1, module.out_features)
    file = save(
        tmp_path,
        "dora",
        {
            f"transformer.{Q}.lora_down.weight": down,
            f"transformer.{Q}.lora_up.weight": up,
            f"transformer.{Q}.dora_scale": magnitude,
            f"transformer.{Q}.diff_b": shift,
        },
    )
    x = torch.randn(2, module.in_features, generator=torch.Generator().manual_seed(0))
    before = module(x)
    base = module.weight.float()
    merger = Merger(pipeline, CPU)
    merger.apply([opened(file)])
    adapted = base + up.float() @ down.float()
    wanted = magnitude / adapted.norm(dim=1, keepdim=True) * adapted - base
    assert torch.allclose(module(x) - before, x @ wanted.T + shift, atol=1e-4)


def test_who_renders_in_fewer_bits_is_told(flux_folder: Path) -> None:
    eight = msgspec.convert(pipeline_spec(flux_folder, model="flux", quantization=FP8), PipelineSpec)
    assert "holds the transformer of flux in fp8" in (explain(eight) or "")
    assert explain(msgspec.convert(pipeline_spec(flux_folder), PipelineSpec)) is None


def test_four_bits_are_refused_where_no_library_does_them(flux_folder: Path) -> None:
    wanted = pipeline_spec(flux_folder, quantization={"kind": "nf4", "components": ["transformer"]})
    with pytest.raises(JobFailure, match=r"nf4: diffusers does it on CUDA only.*Use QUANTIZATION=fp8"):
        load_pipeline(msgspec.convert(wanted, PipelineSpec), CPU)
