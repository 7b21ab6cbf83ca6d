"""Writes a pipeline as its repository on the hub lays it out."""

import json
from pathlib import Path
from typing import Literal

import safetensors.torch
import torch
from diffusers import DiffusionPipeline

from .clip_tokenizer import publish_clip_files
from .t5_tokenizer import train_spiece

Classes = dict[str, list[str | None] | str]


def publish(
    pipeline: DiffusionPipeline,
    folder: Path,
    classes: Classes | None = None,
    variants: tuple[Literal["fp16"], ...] = (),
) -> None:
    """Saves every component and `model_index.json`, and the half-precision files next to the plain ones.

    `classes` overrides names in the index where the published file has an older one than the installed
    library writes, such as `T5TokenizerFast`.
    """
    pipeline.save_pretrained(folder)
    for variant in variants:
        pipeline.to(torch.float16).save_pretrained(folder, variant=variant)
    for name, component in pipeline.components.items():
        match type(component).__name__:
            case "CLIPTokenizer":
                publish_clip_files(folder / name)
            case "CLIPTextModel":
                prefix_keys(folder / name, "text_model.")
            case "T5Tokenizer":
                train_spiece(folder / name / "spiece.model")
    index = folder / "model_index.json"
    content = json.loads(index.read_text(encoding="utf-8"))
    index.write_text(json.dumps(content | (classes or {}), indent=2) + "\n", encoding="utf-8")


def prefix_keys(folder: Path, prefix: str) -> None:
    """Names the weights as published checkpoints do, which transformers 5 reads but no longer writes."""
    for file in folder.glob("*.safetensors"):
        tensors = safetensors.torch.load_file(file)
        renamed = {key if key.startswith(prefix) else prefix + key: value for key, value in tensors.items()}
        safetensors.torch.save_file(renamed, file, {"format": "pt"})
