"""What a person is told about a file that does not fit, or not wholly."""

from typing import Any

from darkroom_engine.adapters.source import AdapterFile

NAMES_SHOWN = 8


def explain_left_out(name: str, pipeline: Any, homeless: tuple[str, ...], total: int) -> str:
    return (
        f"{name}: {len(homeless)} of {total} modules have no place in {type(pipeline).__name__} and were "
        f"left out: {shorten(homeless)}."
    )


def explain_idle(name: str) -> str:
    return (
        f"{name} changes nothing: all that it would add is zero, as in a LoRA saved before its first "
        "training step, or one whose alpha is 0. The picture is that of the base model."
    )


def explain_incompatible(name: str, pipeline: Any, file: AdapterFile) -> str:
    modules = tuple(source.module for source in file.sources)
    return (
        f"{name}: none of its {len(modules)} modules fits {type(pipeline).__name__}, so the file was made "
        f"for another model. It has {shorten(modules)}."
    )


def shorten(names: tuple[str, ...]) -> str:
    shown = ", ".join(names[:NAMES_SHOWN])
    return shown if len(names) <= NAMES_SHOWN else f"{shown} and {len(names) - NAMES_SHOWN} more"
