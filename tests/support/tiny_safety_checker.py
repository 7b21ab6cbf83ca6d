"""Builds a safety checker in the layout of the real one that flags one picture and lets another pass.

`python tiny_safety_checker.py FOLDER FLAGGED.png OTHER.png`
"""

import sys
from pathlib import Path
from typing import Any

import torch
from diffusers.pipelines.stable_diffusion.safety_checker import StableDiffusionSafetyChecker
from PIL import Image
from transformers import CLIPConfig, CLIPImageProcessorPil

SIDE, WIDTH = 32, 16
OUT_OF_REACH = 2.0
"""No cosine is as large."""


def build(folder: Path, flagged: Path, other: Path) -> None:
    """Its one concept lies on the line from the other picture to the flagged one."""
    torch.manual_seed(0)
    vision = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 1, "num_attention_heads": 2}
    config = CLIPConfig(projection_dim=WIDTH, vision_config=vision | {"image_size": SIDE, "patch_size": 8})
    checker = StableDiffusionSafetyChecker(config).eval()
    size = {"size": {"shortest_edge": SIDE}, "crop_size": {"height": SIDE, "width": SIDE}}
    processor = CLIPImageProcessorPil(**size)
    torch.nn.init.normal_(checker.visual_projection.weight)
    with torch.inference_mode():
        bad, good = (embedding(checker, processor, file) for file in (flagged, other))
        concept = torch.nn.functional.normalize(bad - good, dim=0)
        middle = (concept @ bad + concept @ good) / 2
        checker.concept_embeds[0] = concept
        checker.concept_embeds_weights.fill_(OUT_OF_REACH)
        checker.concept_embeds_weights[0] = middle
        checker.special_care_embeds_weights.fill_(OUT_OF_REACH)
    checker.save_pretrained(folder)
    processor.save_pretrained(folder)


def embedding(checker: StableDiffusionSafetyChecker, processor: Any, file: Path) -> torch.Tensor:
    pixels = processor(Image.open(file).convert("RGB"), return_tensors="pt").pixel_values
    return torch.nn.functional.normalize(checker.visual_projection(checker.vision_model(pixels)[1]))[0]


if __name__ == "__main__":
    build(*map(Path, sys.argv[1:]))
