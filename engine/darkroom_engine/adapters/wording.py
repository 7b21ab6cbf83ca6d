"""What a person is told about a file that does not fit, or not wholly."""

from typing import Any

import torch

NAMES_SHOWN = 8
LeftOut = tuple[tuple[str, str], ...]
"""Names as the file spells them, and why they change nothing."""


def explain_left_out(name: str, pipeline: Any, left_out: LeftOut) -> str:
    return f"{name}: ignored in {type(pipeline).__name__}: {shorten(left_out)}."


def explain_incompatible(name: str, pipeline: Any, left_out: LeftOut) -> str:
    return (
        f"{name}: nothing in it fits {type(pipeline).__name__}, so the file was made for another model. It "
        f"has {shorten(left_out)}."
    )


def explain_idle(name: str) -> str:
    return (
        f"{name} changes nothing: all that it would add is zero, as in a LoRA saved before its first "
        "training step, or one whose alpha is 0. The picture is that of the base model."
    )


def explain_overflow(weight: str, dtype: torch.dtype) -> str:
    return (
        f"The LoRAs of the request make {weight} larger than {str(dtype).removeprefix('torch.')} can hold, "
        "and the picture would be black: a value, an alpha or the strength is far too large. Send less "
        "strength."
    )


def shorten(left_out: LeftOut) -> str:
    shown = ", ".join(f"{key} ({why})" for key, why in left_out[:NAMES_SHOWN])
    more = len(left_out) - NAMES_SHOWN
    return shown if more <= 0 else f"{shown} and {more} more"
