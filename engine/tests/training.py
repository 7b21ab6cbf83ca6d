"""Small trainings for the tests: pictures, plans, and the parts of a training without a process."""

import hashlib
from pathlib import Path
from typing import Any

import msgspec
import torch
from PIL import Image

from darkroom_engine.training.content_cache import ContentCache
from darkroom_engine.training.dataset import Dataset
from darkroom_engine.training.encoding import EncodedSet
from darkroom_engine.training.plan import Item, Settings, TrainingPlan
from darkroom_engine.training.trainer import Trainer
from tests.plans import call, pipeline_spec

FLUX: dict[str, Any] = {
    **{"module": "flux", "objective": "flow", "component": "transformer", "guidance": 1},
    **{"bucket_divisor": 32, "blocks": ["transformer_blocks"], "excludes": [], "spelling": "peft"},
    **{
        "names": None,
        "prefix": "transformer",
        "base_version": "flux.1",
        "adapter": None,
        "adapter_path": None,
    },
    "text": {"max_sequence_length": 32},
}


def settings(**changes: Any) -> dict[str, Any]:
    steps = changes.get("steps", 4)
    return {
        **{"steps": steps, "learning_rate": 1e-3, "batch_size": 2, "accumulation": 1, "rank": 4, "alpha": 4},
        **{"resolutions": [64], "trigger": "tok", "caption_dropout": 0.05, "shuffle": None, "flip": False},
        **{"optimizer": "adamw", "weight_decay": 1e-4, "ema": None, "lr_scheduler": "constant"},
        **{"warmup_steps": 0, "timesteps": "sigmoid", "timestep_bias": "balanced", "min_snr_gamma": None},
        **{"include": None, "exclude": [], "layers": None, "seed": 7, "checkpointing": "auto"},
        **{"preserve": None, "save_steps": [steps], "sample_steps": [], "state_seconds": 300.0},
        **changes,
    }


def draw_pictures(folder: Path, count: int = 4, size: tuple[int, int] = (64, 64)) -> list[dict[str, Any]]:
    """Pictures of one style in different colours, as items of a plan."""
    items = []
    for number in range(count):
        width, height = size
        picture = Image.new("RGB", size, (40 * number, 30, 200))
        picture.paste((250, 40 * number, 10), (width // 4, height // 4, 3 * width // 4, 3 * height // 4))
        file = folder / f"{number}.png"
        picture.save(file)
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        items.append(
            {
                **{"file": str(file), "sha256": digest, "label": file.name, "caption": f"thing {number}"},
                **{"controls": [], "repeats": 1},
            }
        )
    return items


def plan(folder: Path, items: list[dict[str, Any]], **changes: Any) -> dict[str, Any]:
    """A training of the tiny FLUX in `folder`; `settings` are changed by name."""
    return {
        "pipeline": changes.pop("pipeline", None) or pipeline_spec(folder),
        "method": changes.pop("method", FLUX),
        "settings": settings(**changes.pop("settings", {})),
        "name": "tok",
        "items": items,
        "samples": [call(0, 7)],
        "sample_scale": 1,
        **changes,
    }


def train(job: str, own: dict[str, Any], folder: Path, **changes: Any) -> dict[str, Any]:
    """The command, with everything that it writes under `folder`."""
    for name in ("train", "cache", "scratch"):
        (folder / name).mkdir(exist_ok=True)
    return {
        **{"type": "train", "job": job, "key": "tiny", "plan": own, "folder": str(folder / "train")},
        **{"done_epochs": [], "cache": {"folder": str(folder / "cache"), "bytes": 1e9}},
        **{"scratch": str(folder / "scratch"), **changes},
    }


def settings_of(**changes: Any) -> Settings:
    return msgspec.convert(settings(**changes), Settings)


def items_of(items: list[dict[str, Any]]) -> list[Item]:
    return msgspec.convert(items, list[Item])


def trainer_of(pipeline: Any, own: dict[str, Any], cache: Path) -> Trainer:
    """A trainer on a pipeline of the test's own, with its set encoded and its layers on."""
    typed = msgspec.convert(own, TrainingPlan)
    dataset = Dataset(typed.items, typed.settings, typed.method.bucket_divisor)
    encoded = EncodedSet(pipeline, (typed.pipeline, typed.method), ContentCache(cache, 1e9))
    encoded.encode(dataset, lambda *_: None, lambda *_: None)
    getattr(pipeline, typed.method.component).requires_grad_(False)
    trainer = Trainer(pipeline, typed, dataset, encoded, torch.device("cpu"), lambda _: None)
    trainer.put_on()
    return trainer
