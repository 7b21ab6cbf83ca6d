"""Renders cases with nothing but diffusers, to hold Darkroom's pictures against.

Reads a JSON list of cases on standard input and writes one PNG each, on purpose without a line of
`darkroom_engine`.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from diffusers import FluxKontextPipeline, FluxPipeline, StableDiffusionXLPipeline
from PIL import Image

import chroma
import flex
import flux2
import from_picture
import hidream
import krea2
import krea2_edit
import ltx2
import lumina2
import minimax_h3
import omnigen2
import qwen_image
import stable_diffusion
import wan
import zimage
from merge import merge_lora
from tiles import decode_in_tiles

Case = dict[str, Any]
Call = dict[str, Any]


def flux(case: Case) -> tuple[FluxPipeline, Call]:
    """FLUX.1: the scheduler of its repository, guidance embedded in the model."""
    return FluxPipeline.from_pretrained(case["checkpoint"], dtype=torch.float32), {}


def demo(case: Case) -> tuple[FluxPipeline, Call]:
    """The bundled model: a FLUX that was trained on 24 tokens."""
    return FluxPipeline.from_pretrained(case["checkpoint"], dtype=torch.float32), {"max_sequence_length": 24}


def flux_schnell(case: Case) -> tuple[FluxPipeline, Call]:
    """FLUX.1-schnell: its own scheduler, 256 tokens, no guidance."""
    folder = Path(case["checkpoints"]) / "black-forest-labs/FLUX.1-schnell"
    call = {"max_sequence_length": 256, "guidance_scale": 0.0}
    return FluxPipeline.from_pretrained(folder, dtype=torch.float32), call


def flux_kontext(case: Case) -> tuple[FluxKontextPipeline, Call]:
    """Kontext: the control image is stretched to the size of the output, as the trainer does."""
    size = case["width"], case["height"]
    image = Image.open(case["control_image"]).convert("RGB").resize(size, Image.Resampling.BILINEAR)
    pipeline = FluxKontextPipeline.from_pretrained(case["checkpoint"], dtype=torch.float32)
    return pipeline, {"image": image, "max_area": size[0] * size[1], "_auto_resize": False}


def sdxl(case: Case) -> tuple[StableDiffusionXLPipeline, Call]:
    """SDXL: the full files, DDPM as the trainer sets it, no watermark."""
    pipeline = StableDiffusionXLPipeline.from_pretrained(
        case["checkpoint"], dtype=torch.float32, add_watermarker=False
    )
    pipeline.scheduler = stable_diffusion.scheduler(case.get("sampler"))
    return pipeline, {
        "negative_prompt": case.get("negative_prompt", ""),
        # None: the first is read twice.
        "negative_prompt_2": case.get("second_negative_prompt"),
        "guidance_rescale": case.get("guidance_rescale", 0.0),
    }


MODELS: dict[str, Callable[[Case], tuple[Any, Call]]] = {
    "demo": demo,
    "flux": flux,
    "flux_kontext": flux_kontext,
    "flux_schnell": flux_schnell,
    "sdxl": sdxl,
    **chroma.MODELS,
    **flex.MODELS,
    **flux2.MODELS,
    **hidream.MODELS,
    **krea2.MODELS,
    **krea2_edit.MODELS,
    **ltx2.MODELS,
    **lumina2.MODELS,
    **minimax_h3.MODELS,
    **omnigen2.MODELS,
    **qwen_image.MODELS,
    **stable_diffusion.MODELS,
    **wan.MODELS,
    **zimage.MODELS,
}
"""Each gives a loaded pipeline, and the arguments of its call that are not those of every call."""


def render(case: Case) -> Image.Image | list[Image.Image]:
    """One picture, or the frames of a video, from a pipeline loaded for it alone."""
    pipeline, extra = MODELS[case["model"]](case)
    pipeline.set_progress_bar_config(disable=True)
    for lora in case.get("loras", []):
        merge_lora(pipeline, lora["file"], lora["scale"], lora.get("expert"))
    if case.get("tiled"):
        decode_in_tiles(pipeline, case["model"])
    call = {
        "prompt": case["prompt"],
        "width": case["width"],
        "height": case["height"],
        "num_inference_steps": case["steps"],
        "guidance_scale": case["guidance_scale"],
        "generator": torch.Generator("cpu").manual_seed(case["seed"]),
    }
    call |= extra
    if case.get("image"):
        pipeline, call = from_picture.begin(pipeline, call, case)
    output = pipeline(**call)
    return output.frames[0] if hasattr(output, "frames") else output.images[0]


def main() -> None:
    """Renders every case of standard input."""
    for case in json.load(sys.stdin):
        render(case).save(case["out"])


if __name__ == "__main__":
    main()
