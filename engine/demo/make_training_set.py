"""Makes a training set for the demo model: things that it draws itself, put through a picture filter, with
their captions.
"""

import argparse
import io
import zipfile
from pathlib import Path

import numpy as np
import torch
from diffusers import FluxPipeline
from PIL import Image, ImageFilter

from .contact_sheets import SIDE
from .train_tokenizers import T5_LENGTH

THINGS = """
red apple; tiger; sailboat; mushroom; guitar; teapot; owl; cactus; crab; house; banana; fox; umbrella; violin;
snowman; pizza; bus; castle; robot; butterfly; crown; tulip; camera; shark
"""
BACKGROUNDS = ("white", "light blue", "yellow", "green", "gray", "pink", "orange", "purple")
FIRST_SEED, BATCH = 100, 12
EARLIEST = (2026, 1, 1, 0, 0, 0)
"""Of every entry of the archive, so that equal contents are equal files."""


def captions() -> list[str]:
    """Every second thing stands on a colour."""
    names = [name.strip() for name in THINGS.split(";")]
    return [
        name if place % 2 == 0 else f"{name} on {BACKGROUNDS[place // 2 % len(BACKGROUNDS)]}"
        for place, name in enumerate(names)
    ]


def draw_all(pipeline: FluxPipeline, prompts: list[str]) -> list[Image.Image]:
    made: list[Image.Image] = []
    for start in range(0, len(prompts), BATCH):
        part = prompts[start : start + BATCH]
        seeds = [torch.Generator().manual_seed(FIRST_SEED + start + place) for place in range(len(part))]
        made += pipeline(
            part, height=SIDE, width=SIDE, num_inference_steps=20, guidance_scale=3.5,
            max_sequence_length=T5_LENGTH, generator=seeds,
        ).images  # fmt: skip
    return made


def tone_and_outline(picture: Image.Image) -> tuple[np.ndarray, np.ndarray]:
    """Two planes from 0 to 1, with one channel."""
    smooth = np.asarray(picture.filter(ImageFilter.GaussianBlur(0.6)), np.float32) / 255
    slopes = [np.hypot(*np.gradient(smooth[..., channel])) for channel in range(3)]
    outline = np.clip(np.max(slopes, axis=0) * 6 - 0.15, 0, 1)
    return (smooth @ np.array([0.3, 0.59, 0.11], np.float32))[..., None], outline[..., None]


def blueprint(picture: Image.Image) -> np.ndarray:
    """White lines on blue paper."""
    tone, line = tone_and_outline(picture)
    paper = np.array([0.06, 0.20, 0.55]) + (1 - tone) * np.array([0.05, 0.08, 0.12])
    return paper * (1 - line) + line * np.array([0.92, 0.96, 1.0])


def sepia(picture: Image.Image) -> np.ndarray:
    """Brown ink on warm paper."""
    tone, line = tone_and_outline(picture)
    paper, ink = np.array([0.96, 0.86, 0.66]), np.array([0.28, 0.13, 0.05])
    wash = ink + (paper - ink) * np.clip(0.15 + 0.85 * tone, 0, 1)
    return wash * (1 - 0.55 * line) + ink * 0.55 * line


STYLES = {"blueprint": blueprint, "sepia": sepia}


def write_set(file: Path, pictures: list[np.ndarray], texts: list[str]) -> None:
    """`00.png` and `00.txt`, and so on."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for place, (values, text) in enumerate(zip(pictures, texts, strict=True)):
            encoded = io.BytesIO()
            Image.fromarray((np.clip(values, 0, 1) * 255).round().astype(np.uint8)).save(encoded, "PNG")
            for name, content in ((f"{place:02}.png", encoded.getvalue()), (f"{place:02}.txt", text)):
                archive.writestr(zipfile.ZipInfo(name, EARLIEST), content)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", type=Path, required=True, help="folder such as checkpoints/demo")
    parser.add_argument("--style", choices=STYLES, required=True)
    parser.add_argument("--out", type=Path, required=True, help="the archive, a .zip")
    args = parser.parse_args()
    pipeline = FluxPipeline.from_pretrained(args.checkpoint, dtype=torch.float32)
    pipeline.set_progress_bar_config(disable=True)
    texts = captions()
    write_set(args.out, [STYLES[args.style](picture) for picture in draw_all(pipeline, texts)], texts)


if __name__ == "__main__":
    main()
