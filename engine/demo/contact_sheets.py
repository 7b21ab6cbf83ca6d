"""Draws the contact sheets of docs/demo-model.md through diffusers' own pipeline."""

import argparse
from collections.abc import Sequence
from pathlib import Path

import torch
from diffusers import FluxPipeline
from PIL import Image, ImageDraw, ImageFont

from .train_tokenizers import T5_LENGTH
from .vocabulary import BENCHMARK, COLOURS, STYLES, article

SIDE, CAPTION_HEIGHT, GAP = 128, 18, 4
SHOWN = ["rocket", "cat face", "pizza", "cactus", "penguin", "strawberry"]
WRONG = ["rocket", "a rocket", "ROCKET.", "cactus", "teapot", "xyzzy", "the sound of rain", ""]

Cell = tuple[str, Image.Image]


def draw(
    pipeline: FluxPipeline, prompts: Sequence[str], guidance: float = 3.5, seed: int = 0
) -> list[Image.Image]:
    """One picture a prompt, all from the same seed."""
    generators = [torch.Generator().manual_seed(seed) for _ in prompts]
    made = pipeline(
        list(prompts), height=SIDE, width=SIDE, num_inference_steps=20, guidance_scale=guidance,
        max_sequence_length=T5_LENGTH, generator=generators,
    )  # fmt: skip
    return made.images


def write_sheet(path: Path, cells: list[Cell], columns: int) -> None:
    """The pictures in rows, each with its caption underneath."""
    rows = -(-len(cells) // columns)
    width, height = SIDE + GAP, SIDE + CAPTION_HEIGHT + GAP
    sheet = Image.new("RGB", (columns * width + GAP, rows * height + GAP), (245, 245, 245))
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(11)
    for index, (text, picture) in enumerate(cells):
        left, top = GAP + index % columns * width, GAP + index // columns * height
        sheet.paste(picture, (left, top))
        pen.text((left + SIDE / 2, top + SIDE + 3), text, fill=(40, 40, 40), font=font, anchor="ma")
    sheet.save(path, optimize=True)


def shorten(prompt: str) -> str:
    """The prompt as far as a caption has room."""
    return prompt.replace(" background", "") or "(empty)"


def draw_things(pipeline: FluxPipeline, folder: Path) -> None:
    """The benchmark's 24 prompts, with two seeds."""
    for seed, name in enumerate(("demo-things", "demo-things-another-seed")):
        cells = list(zip(BENCHMARK, draw(pipeline, BENCHMARK, seed=seed), strict=True))
        write_sheet(folder / f"{name}.png", cells, 8)


def draw_colours(pipeline: FluxPipeline, folder: Path) -> None:
    """Every benchmark prompt on blue and on green, and one thing on every colour."""
    for colour in ("blue", "green"):
        prompts = [f"{thing} on a {colour} background" for thing in BENCHMARK]
        cells = [(shorten(p), i) for p, i in zip(prompts, draw(pipeline, prompts), strict=True)]
        write_sheet(folder / f"demo-on-{colour}.png", cells, 8)
    prompts = [f"a rocket on {article(c)} {c} background" for c in COLOURS]
    cells = [(shorten(p), i) for p, i in zip(prompts, draw(pipeline, prompts), strict=True)]
    write_sheet(folder / "demo-colours.png", cells, 5)


def draw_guidance_scales(pipeline: FluxPipeline, folder: Path) -> None:
    """The same prompts and seed at guidance 1, 3.5 and 6."""
    cells = []
    for guidance in (1.0, 3.5, 6.0):
        made = draw(pipeline, SHOWN, guidance)
        cells += [(f"{p}, {guidance:g}", i) for p, i in zip(SHOWN, made, strict=True)]
    write_sheet(folder / "demo-guidance.png", cells, len(SHOWN))


def draw_wrong_prompts(pipeline: FluxPipeline, folder: Path) -> None:
    """The same seed for ways to say a thing, for other things and for words the model does not know."""
    cells = [(shorten(p), i) for p, i in zip(WRONG, draw(pipeline, WRONG), strict=True)]
    write_sheet(folder / "demo-wrong-prompts.png", cells, len(WRONG))


def draw_loras(pipeline: FluxPipeline, checkpoint: Path, folder: Path) -> None:
    """Each LoRA at scale 0, 0.5 and 1, and at 1 without its trigger word."""
    for trigger, name in STYLES.items():
        adapter = name.replace("-", "_")
        pipeline.load_lora_weights(checkpoint / "loras" / f"{name}.safetensors", adapter_name=adapter)
        cells = []
        for scale, word in ((0.0, trigger), (0.5, trigger), (1.0, trigger), (1.0, "")):
            pipeline.set_adapters(adapter, scale)
            made = draw(pipeline, [f"{word} {thing}".strip() for thing in SHOWN])
            label = f"scale {scale:g}" if word else f"scale {scale:g}, no trigger"
            cells += [(label, i) for i in made]
        write_sheet(folder / f"demo-lora-{name}.png", cells, len(SHOWN))
        pipeline.unload_lora_weights()


def main() -> None:
    """Reads the flags and draws every sheet."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--checkpoint", type=Path, required=True, help="folder such as checkpoints/demo")
    parser.add_argument("--out", type=Path, required=True, help="folder for the sheets, such as docs/images")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    pipeline = FluxPipeline.from_pretrained(args.checkpoint, dtype=torch.float32)
    pipeline.set_progress_bar_config(disable=True)
    draw_things(pipeline, args.out)
    draw_colours(pipeline, args.out)
    draw_guidance_scales(pipeline, args.out)
    draw_wrong_prompts(pipeline, args.out)
    draw_loras(pipeline, args.checkpoint, args.out)


if __name__ == "__main__":
    main()
