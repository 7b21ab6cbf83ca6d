"""Weights that offloading moved are still found, changed and restored; accelerate's hooks run on a CPU just
as well.
"""

from pathlib import Path
from typing import Any

import pytest
import torch
from accelerate import cpu_offload
from diffusers import FluxPipeline

from darkroom_engine.adapters.merge import Merger
from darkroom_engine.adapters.storage import storage_of
from tests.lora_files import opened, pair, save

CPU = torch.device("cpu")
Q = "transformer_blocks.0.attn.to_q"


@pytest.fixture
def pipeline(flux_folder: Path) -> Any:
    return FluxPipeline.from_pretrained(flux_folder, dtype=torch.float32)


def lora(folder: Path) -> Path:
    down, up = pair(64, 64, 1)
    return save(folder, "a", {f"transformer.{Q}.lora_A.weight": down, f"transformer.{Q}.lora_B.weight": up})


def test_weights_kept_by_the_hooks_of_sequential_offloading(pipeline: Any, tmp_path: Path) -> None:
    module = pipeline.transformer.get_submodule(Q)
    before = module.weight.detach().clone()
    example = torch.randn(2, 64)
    cpu_offload(pipeline.transformer, execution_device=CPU)
    assert module.weight.is_meta
    merger = Merger(pipeline, CPU)
    merger.apply([opened(lora(tmp_path))])
    down, up = (part.float() for part in pair(64, 64, 1))
    merged = before + 1.0 * (up @ down)
    assert torch.equal(storage_of(module, "weight"), merged)
    with torch.inference_mode():
        assert torch.equal(
            module(example), torch.nn.functional.linear(example, merged, storage_of(module, "bias"))
        )
    merger.apply([])
    assert torch.equal(storage_of(module, "weight"), before)


def test_weights_moved_while_rendering(pipeline: Any, tmp_path: Path) -> None:
    """What a hook moves inside inference mode becomes a tensor that only inference mode may write."""
    module = pipeline.transformer.get_submodule(Q)
    before = module.weight.detach().clone()
    with torch.inference_mode():
        module.weight.data = module.weight.data.clone()
    merger = Merger(pipeline, CPU)
    merger.apply([opened(lora(tmp_path))])
    assert not torch.equal(module.weight, before)
    merger.apply([])
    assert torch.equal(module.weight, before)
