"""The plain diffusers references of `tests/parity`, which know nothing of the engine."""

import importlib
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

PARITY = Path(__file__).parents[3] / "tests/parity"


def plain_render(case: dict[str, Any]) -> bytes:
    """Raw RGB of the picture (or of every frame) that plain diffusers makes of a case."""
    made = import_parity("reference").render(case)
    return b"".join(frame.tobytes() for frame in (made if isinstance(made, list) else [made]))


def import_parity(module: str) -> ModuleType:
    """A module of `tests/parity`, which is a folder of scripts and no package."""
    if str(PARITY) not in sys.path:
        sys.path.insert(0, str(PARITY))
    return importlib.import_module(module)


def plain_case(
    model: str, checkpoints: Path, prompt: dict[str, Any], loras: list[dict[str, Any]]
) -> dict[str, Any]:
    """A prompt of the plan's request in the words of `tests/parity/reference.py`."""
    controls = [image["file"] for image in prompt["control_images"]]
    return {
        "model": model,
        "checkpoints": str(checkpoints),
        "prompt": prompt["prompt"],
        "negative_prompt": prompt.get("negative_prompt") or "",
        "width": prompt["width"],
        "height": prompt["height"],
        "steps": prompt["steps"],
        "guidance_scale": prompt["guidance_scale"],
        "seed": prompt["seed"],
        "sampler": prompt.get("sampler"),
        "num_frames": prompt.get("num_frames"),
        "control_images": controls,
        "resolution": prompt.get("resolution"),
        **({"control_index": prompt["control_index"]} if "control_index" in prompt else {}),
        "image": file_of(prompt.get("image")),
        "mask_image": file_of(prompt.get("mask_image")),
        "strength": prompt.get("strength"),
        "cfg_norm": prompt.get("cfg_norm", False),
        "loras": [{"file": lora["file"], "scale": lora["scale"], "expert": lora["expert"]} for lora in loras],
    }


def file_of(picture: dict[str, Any] | None) -> str | None:
    return None if picture is None else picture["file"]
