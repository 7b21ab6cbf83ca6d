"""The LoRA that undoes the distillation of a base: merged while it is trained, and out of the samples."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import torch

from darkroom_engine.adapters.cache import AdapterCache
from darkroom_engine.adapters.merge import Merger
from darkroom_engine.loading import load_pipeline
from darkroom_engine.plan import PipelineSpec
from darkroom_engine.training.plan import AdapterSource, Method
from darkroom_engine.training.samples import merge_base_adapter
from tests.models.test_training_step import planned
from tests.training import draw_pictures, settings, trainer_of
from tiny_checkpoints.recipes import LORA_RECIPES


def test_a_distilled_base_is_trained_with_its_adapter_and_sampled_without(tmp_path: Path) -> None:
    plan = planned("zimage_turbo", tmp_path / "checkpoints")
    LORA_RECIPES["zimage_turbo"](tmp_path / "adapter")
    source = AdapterSource("ostris/zimage_turbo_training_adapter", "main", "ai_toolkit.safetensors")
    named = plan["method"]["adapter"]["file"]
    assert named == "zimage_turbo_training_adapter_v2.safetensors"
    method = msgspec.structs.replace(
        msgspec.convert(plan["method"], Method), adapter=source, adapter_path=str(tmp_path / "adapter")
    )
    device = torch.device("cpu")
    pipeline = load_pipeline(msgspec.convert(plan["pipeline"], PipelineSpec), device)
    own = {
        **{"pipeline": plan["pipeline"], "method": plan["method"], "name": "tok", "sample_scale": 1},
        **{"settings": settings(timesteps="weighted", caption_dropout=0.0), "samples": []},
        "items": draw_pictures(tmp_path),
    }
    before = weights(pipeline)
    bare = trainer_of(pipeline, own, tmp_path / "cache")
    loss = bare.update()
    bare.take_off()
    engine: Any = SimpleNamespace(adapters=AdapterCache(1 << 28), merges=0)
    resident: Any = SimpleNamespace(merger=Merger(pipeline, device))
    command: Any = SimpleNamespace()
    merge_base_adapter(engine, command, resident, method)
    assert engine.merges == 1
    changed = [name for name, weight in weights(pipeline).items() if not torch.equal(weight, before[name])]
    assert changed and all(name.startswith("layers.") for name in changed)
    trained = trainer_of(pipeline, own, tmp_path / "cache")
    assert trained.update() != loss
    trained.take_off()
    # Samples start from the untouched weights, and training goes on with the adapter.
    resident.merger.apply([])
    assert all(torch.equal(weight, before[name]) for name, weight in weights(pipeline).items())


def weights(pipeline: Any) -> dict[str, torch.Tensor]:
    return {name: tensor.clone() for name, tensor in pipeline.transformer.state_dict().items()}
