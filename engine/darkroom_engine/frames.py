"""Write what a pipeline returned as raw bytes that the server encodes."""

import os
from pathlib import Path
from typing import Any

from PIL import Image

from darkroom_engine.failures import JobFailure


def frames_of(output: Any) -> list[Image.Image]:
    """The pictures of one call: one for an image, all frames for a video. Raises JobFailure for anything
    else.
    """
    pictures = getattr(output, "images", None)
    if pictures is None:
        pictures = getattr(output, "frames", None)
        pictures = pictures[0] if pictures is not None else None
    if not pictures or not all(isinstance(picture, Image.Image) for picture in pictures):
        raise JobFailure("RENDER_FAILED", f"The pipeline returned {type(output).__name__} without pictures.")
    return [picture if picture.mode == "RGB" else picture.convert("RGB") for picture in pictures]


def write_frames(frames: list[Image.Image], file: Path) -> None:
    """Raw RGB, rows top down, frames one after the other. The file appears whole or not at all."""
    write_whole(file, [frame.tobytes() for frame in frames])


def write_whole(file: Path, parts: list[bytes]) -> None:
    unfinished = file.with_name(file.name + ".part")
    try:
        with unfinished.open("wb") as out:
            for part in parts:
                out.write(part)
        os.replace(unfinished, file)
    finally:
        unfinished.unlink(missing_ok=True)
