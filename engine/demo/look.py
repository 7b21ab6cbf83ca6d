"""Draws the benchmark's things from a training state, to look at a run while it trains."""

import argparse
import random
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from .assemble import load_transformer, load_vae
from .prepare import encode_captions
from .sampling import sample
from .shape import unpack
from .vocabulary import BENCHMARK, COLOURS, caption


def to_pictures(vae: torch.nn.Module, latents: torch.Tensor) -> list[np.ndarray]:
    """Decoded packed latents, as RGB bytes."""
    with torch.no_grad():
        raw = unpack(latents) / vae.config.scaling_factor + vae.config.shift_factor
        made = vae.decode(raw).sample.clamp(-1, 1)
    return list(((made + 1) * 127.5).round().byte().permute(0, 2, 3, 1).numpy())


def tile(pictures: list[np.ndarray], columns: int) -> Image.Image:
    """The pictures in rows."""
    side = pictures[0].shape[0]
    sheet = Image.new("RGB", (columns * side, -(-len(pictures) // columns) * side))
    for index, picture in enumerate(pictures):
        sheet.paste(Image.fromarray(picture), (index % columns * side, index // columns * side))
    return sheet


def main() -> None:
    """Reads the flags and writes the sheet: the things on white, then on colours in turn."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--work", type=Path, required=True, help="folder with the states")
    parser.add_argument("--state", default="transformer.pt", help="the transformer's state")
    parser.add_argument("--guidance", type=float, default=3.5, help="guidance scale")
    parser.add_argument("--distilled", action="store_true", help="tell the guidance instead of computing it")
    parser.add_argument("--out", type=Path, required=True, help="the sheet, a .png")
    args = parser.parse_args()
    names = list(COLOURS)[1:]
    rng = random.Random(0)
    texts = [*BENCHMARK, *(caption(thing, rng.choice(names)) for thing in BENCHMARK)]
    empty = None if args.distilled else encode_captions(args.work, [""])
    latents = sample(
        load_transformer(args.work / args.state), encode_captions(args.work, texts), empty, args.guidance
    )
    tile(to_pictures(load_vae(args.work), latents), 12).save(args.out)


if __name__ == "__main__":
    main()
