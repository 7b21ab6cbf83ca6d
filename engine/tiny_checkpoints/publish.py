"""Writes a pipeline as its repository on the hub lays it out."""

import json
from pathlib import Path

from diffusers import DiffusionPipeline

from .clip_tokenizer import publish_clip_files
from .t5_tokenizer import train_spiece

Classes = dict[str, list[str | None]]


def publish(pipeline: DiffusionPipeline, folder: Path, classes: Classes | None = None) -> None:
    """Saves every component and `model_index.json`.

    `classes` overrides names in the index where the published file has an older one than the installed
    library writes, such as `T5TokenizerFast`.
    """
    pipeline.save_pretrained(folder)
    for name, component in pipeline.components.items():
        match type(component).__name__:
            case "CLIPTokenizer":
                publish_clip_files(folder / name)
            case "T5Tokenizer":
                train_spiece(folder / name / "spiece.model")
    index = folder / "model_index.json"
    content = json.loads(index.read_text(encoding="utf-8"))
    index.write_text(json.dumps(content | (classes or {}), indent=2) + "\n", encoding="utf-8")
