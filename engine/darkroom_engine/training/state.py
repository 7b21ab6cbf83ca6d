"""The state of a training on disk: all that the rest of it follows from, bit for bit.

`state-<step>.safetensors` holds the trained weights, their running mean, what the optimizer remembers, and as
metadata the updates done and the hash of the plan. Nothing of chance is in it, since chance is a function
(`draws.py`). The last two are kept; a file that is cut short or of another plan is passed over.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open

from darkroom_engine.training.lora_file import write_whole

NAME = re.compile(r"state-(\d{9})\.safetensors")
KEPT = 2


@dataclass
class Saved:
    step: int
    tensors: dict[str, torch.Tensor]
    numbers: dict[str, Any]


def write_state(
    folder: Path, plan_hash: str, step: int, tensors: dict[str, torch.Tensor], numbers: dict[str, Any]
) -> None:
    metadata = {"plan": plan_hash, "step": str(step), "numbers": json.dumps(numbers)}
    own = {name: tensor.detach().to("cpu").contiguous() for name, tensor in tensors.items()}
    write_whole(folder / f"state-{step:09}.safetensors", own, metadata)
    for _, old in list_states(folder)[KEPT:]:
        old.unlink(missing_ok=True)
    for draft in folder.glob("*.tmp"):
        draft.unlink(missing_ok=True)


def list_states(folder: Path) -> list[tuple[int, Path]]:
    """Newest first."""
    found = [(NAME.fullmatch(file.name), file) for file in folder.glob("state-*.safetensors")]
    return sorted(((int(match[1]), file) for match, file in found if match), reverse=True)


def read_newest(folder: Path, plan_hash: str) -> tuple[Saved | None, bool]:
    """The newest whole state of this plan; None when there is none. And whether states were passed over."""
    passed = False
    for step, file in list_states(folder):
        saved = read_state(file, step, plan_hash)
        if saved is not None:
            return saved, passed
        passed = True
    return None, passed


def read_state(file: Path, step: int, plan_hash: str) -> Saved | None:
    try:
        with safe_open(file, framework="pt") as opened:
            metadata = opened.metadata() or {}
            if metadata.get("plan") != plan_hash or metadata.get("step") != str(step):
                return None
            tensors = {name: opened.get_tensor(name) for name in opened.keys()}  # noqa: SIM118
            return Saved(step, tensors, json.loads(metadata["numbers"]))
    except (OSError, SafetensorError, ValueError, KeyError):
        return None


def optimizer_tensors(optimizer: torch.optim.Optimizer) -> tuple[dict[str, torch.Tensor], dict[str, Any]]:
    """What the optimizer remembers of each weight: tensors, and numbers that JSON keeps exactly."""
    tensors: dict[str, torch.Tensor] = {}
    numbers: dict[str, Any] = {}
    for number, remembered in optimizer.state_dict()["state"].items():
        for name, value in remembered.items():
            kept = tensors if isinstance(value, torch.Tensor) else numbers
            kept[f"optimizer.{number}.{name}"] = value
    return tensors, numbers


def restore_optimizer(optimizer: torch.optim.Optimizer, saved: Saved) -> None:
    state: dict[int, dict[str, Any]] = {}
    for key, value in {**saved.tensors, **saved.numbers}.items():
        if key.startswith("optimizer."):
            _, number, name = key.split(".", 2)
            state.setdefault(int(number), {})[name] = value
    optimizer.load_state_dict({"state": state, "param_groups": optimizer.state_dict()["param_groups"]})
