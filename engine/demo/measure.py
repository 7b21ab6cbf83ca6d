"""Counts how often the picture nearest to what the model draws is the one asked for."""

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from diffusers import FluxPipeline

from .contact_sheets import draw
from .pictures import lay_over, load_cut_outs
from .sources import add_source_flags
from .vocabulary import BENCHMARK, COLOURS, caption, thing_names

BATCH = 24


def nearest_thing(made: np.ndarray, cuts: np.ndarray) -> tuple[str, str]:
    """The thing and background whose picture, mirrored or not, differs least from the one made."""
    best = (np.inf, "", "")
    for colour, rgb in COLOURS.items():
        for name, cut in zip(thing_names(), cuts, strict=True):
            real = lay_over(cut, rgb).astype(np.float32)
            error = min(float(np.square(real - made).mean()), float(np.square(real[:, ::-1] - made).mean()))
            best = min(best, (error, name, colour))
    return best[1], best[2]


def shrink(cuts: np.ndarray) -> np.ndarray:
    """The cut-outs at a quarter of their size, which is enough to tell them apart."""
    return cuts.reshape(len(cuts), 32, 4, 32, 4, 4).mean((2, 4)).astype(np.uint8)


def measure(
    pipeline: FluxPipeline, cuts: np.ndarray, wanted: list[tuple[str, str | None]], guidance: float
) -> dict:
    """Shares of right things and right backgrounds, and the prompts whose thing is wrong."""
    things, backgrounds, missed = 0, 0, []
    for start in range(0, len(wanted), BATCH):
        part = wanted[start : start + BATCH]
        made = draw(pipeline, [caption(*meaning) for meaning in part], guidance)
        for (thing, colour), picture in zip(part, made, strict=True):
            small = np.asarray(picture, np.float32).reshape(32, 4, 32, 4, 3).mean((1, 3))
            found, background = nearest_thing(small, cuts)
            things += found == thing
            backgrounds += background == (colour or "white")
            if found != thing:
                missed.append(f"{caption(thing, colour)} -> {found}")
    return {"asked": len(wanted), "things": things, "backgrounds": backgrounds, "missed": missed}


def main() -> None:
    """Reads the flags, draws and prints the counts."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--checkpoint", type=Path, required=True, help="folder such as checkpoints/demo")
    parser.add_argument("--guidance", type=float, default=3.5, help="guidance scale")
    parser.add_argument("--all", action="store_true", help="every thing known instead of the benchmark's 24")
    add_source_flags(parser)
    args = parser.parse_args()
    pipeline = FluxPipeline.from_pretrained(args.checkpoint, dtype=torch.float32)
    pipeline.set_progress_bar_config(disable=True)
    cuts = shrink(load_cut_outs(args.font, args.annotations))
    asked = thing_names() if args.all else BENCHMARK
    for colour in (None, "blue", "green"):
        counts = measure(pipeline, cuts, [(thing, colour) for thing in asked], args.guidance)
        print(json.dumps({"background": colour, **counts}), flush=True)


if __name__ == "__main__":
    main()
