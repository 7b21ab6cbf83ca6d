"""The check for pictures that are not safe for work: Stable Diffusion's, which diffusers has, on CLIP.

It is an optional component. It computes on the CPU in float32, so it takes no memory of a GPU and its verdict
is the same everywhere.
"""

from pathlib import Path
from typing import Any

import numpy
import torch
from PIL import Image

from darkroom_engine.checkpoints import find_folder
from darkroom_engine.failures import JobFailure
from darkroom_engine.plan import SafetyCheckpoint

CHECKER, PICTURES = "safety_checker", "feature_extractor"
"""Folders of the two in a checkpoint of Stable Diffusion; in a repository of the checker alone there are
none.
"""


class SafetyChecker:
    """A checker and the processor of pictures beside it."""

    def __init__(self, folder: Path) -> None:
        """Raises what diffusers and transformers raise for files that are not there or broken."""
        from diffusers.pipelines.stable_diffusion.safety_checker import StableDiffusionSafetyChecker
        from transformers import CLIPImageProcessorPil

        checker, pictures = (
            folder / name if (folder / name).is_dir() else folder for name in (CHECKER, PICTURES)
        )
        self._processor = CLIPImageProcessorPil.from_pretrained(pictures, local_files_only=True)
        self._checker = StableDiffusionSafetyChecker.from_pretrained(
            checker, local_files_only=True, use_safetensors=True, dtype=torch.float32
        ).eval()

    @torch.inference_mode()
    def flags(self, picture: Image.Image) -> bool:
        """Whether the picture is not to be shown."""
        pixels: Any = self._processor(picture, return_tensors="pt").pixel_values
        _, flagged = self._checker(clip_input=pixels, images=[numpy.asarray(picture)])
        return bool(flagged[0])


class SafetyCheckers:
    """The checker that was used last; loading takes seconds."""

    def __init__(self) -> None:
        self._known: dict[Path, SafetyChecker] = {}

    def find(self, source: SafetyCheckpoint) -> SafetyChecker | None:
        """None where it is not on this machine. Raises JobFailure MODEL_LOAD_FAILED for one that is broken:
        pictures do not go unchecked because of that.
        """
        try:
            folder = find_folder(source.repository, "main", source.path, ".")
        except JobFailure:
            return None
        if folder not in self._known:
            try:
                self._known = {folder: SafetyChecker(folder)}
            except Exception as error:
                raise JobFailure(
                    "MODEL_LOAD_FAILED",
                    f"The safety checker does not load ({type(error).__name__}). Install it again, or turn "
                    "it off (SAFETY_CHECKER=off).",
                ) from error
        return self._known[folder]
