"""Builds one model id beside its place and puts it there whole."""

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from .recipes import LORA_RECIPES, RECIPES


@dataclass(frozen=True)
class Built:
    """What was written for a model id, with sizes in bytes."""

    model: str
    repositories: dict[str, int]
    """By `<owner>/<name>`."""
    loras: dict[str, int]
    """By form, which is the file's name without its suffix."""


def build(model: str, checkpoints: Path, loras: Path) -> Built:
    """Writes `<owner>/<name>/` folders into `checkpoints` and `<model>/<form>.safetensors` into `loras`.

    Files of the same names are replaced; others stay.
    """
    checkpoints.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".building-", dir=checkpoints) as draft:
        made, adapters = Path(draft, "checkpoints"), Path(draft, "loras")
        RECIPES[model](made)
        if model in LORA_RECIPES:
            LORA_RECIPES[model](adapters)
        built = Built(
            model,
            {str(folder.relative_to(made)): size_of(folder) for folder in sorted(made.glob("*/*"))},
            {file.stem: file.stat().st_size for file in sorted(adapters.glob("*.safetensors"))},
        )
        shutil.copytree(made, checkpoints, dirs_exist_ok=True)
        if built.loras:
            shutil.copytree(adapters, loras / model, dirs_exist_ok=True)
    return built


def size_of(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
