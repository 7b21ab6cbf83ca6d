"""Commands as the server sends them, for the tiny checkpoint."""

import hashlib
from pathlib import Path
from typing import Any

ARGUMENTS = {
    "prompt": "a red fox",
    "height": 64,
    "width": 64,
    "num_inference_steps": 3,
    "guidance_scale": 4.0,
}


def pipeline_spec(folder: Path, **changes: Any) -> dict[str, Any]:
    return {
        "model": "tiny",
        "class": "FluxPipeline",
        "module": None,
        "repository": "darkroom/tiny",
        "revision": "main",
        "variant": None,
        "path": str(folder),
        "components": {},
        "scheduler": None,
        "dtype": "auto",
        "offload": "none",
        "quantization": None,
        **changes,
    }


def adapter(file: Path, scale: float = 1.0, component: str = "transformer") -> dict[str, Any]:
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    return {
        **{"name": file.stem, "file": str(file), "sha256": digest, "component": component, "scale": scale},
        **{"family": "flux", "targets": [component]},
    }


def call(index: int = 0, seed: int = 7, **changes: Any) -> dict[str, Any]:
    arguments = {**ARGUMENTS, **changes.pop("arguments", {})}
    return {
        "index": index,
        "arguments": arguments,
        "images": {},
        "seed": seed,
        "steps": arguments["num_inference_steps"],
        "sigmas": None,
        "width": arguments["width"],
        "height": arguments["height"],
        "output": "image",
        "prompt": arguments["prompt"],
        "negative_prompt": None,
        "guidance_scale": 4.0,
        "num_frames": 1,
        "fps": None,
        **changes,
    }


def render(
    job: str,
    folder: Path,
    scratch: Path,
    calls: list[dict],
    adapters: list[dict] | None = None,
    **changes: Any,
) -> dict[str, Any]:
    spec = changes.pop("pipeline", None) or pipeline_spec(folder)
    return {
        "type": "render",
        "job": job,
        "pipeline": spec,
        "key": changes.pop("key", spec["model"] + spec["dtype"]),
        "adapters": adapters or [],
        "calls": calls,
        "scratch": str(scratch),
        "preview_every": 0,
        **changes,
    }
