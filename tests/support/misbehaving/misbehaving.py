"""A pipeline that does to the engine what its prompt says."""

import time
from typing import Any

import diffusers
import torch


class MisbehavingPipeline(diffusers.FluxPipeline):
    """FluxPipeline, but for three prompts."""

    def __call__(self, prompt: str, **arguments: Any) -> Any:
        match prompt:
            case "hang":
                hang()
            case "run out of memory":
                raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB.")
            case "raise":
                raise ValueError("this prompt cannot be rendered")
        return super().__call__(prompt=prompt, **arguments)


def hang() -> None:
    """Never comes to a step, so that nobody can stop it."""
    while True:
        time.sleep(60)
