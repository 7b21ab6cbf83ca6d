"""The words that a picture is trained with, as the trainer has them (its get_caption,
inject_trigger_into_prompt).
"""

import random
from collections.abc import Sequence

PLACEHOLDERS = ("[name]", "[trigger]")
ORDERS = 8
"""Orders of a shuffled caption's parts. Texts are encoded before training, so there have to be few."""


def with_trigger(caption: str, trigger: str | None) -> str:
    """The trigger word in the place of its placeholders, and in front of a caption that has it nowhere."""
    word = trigger or ""
    for placeholder in PLACEHOLDERS:
        caption = caption.replace(placeholder, word)
    if word.strip() and word not in caption:
        caption = f"{word} {caption}"
    return caption


def caption_of(written: str, trigger: str | None) -> str:
    """The trainer splits at commas and joins with a comma and a space, whether something was shuffled or
    not.
    """
    return with_trigger(", ".join(written.split(",")), trigger)


def shuffled(written: str, trigger: str | None, kept: int, generator: random.Random) -> str:
    """The caption with its parts behind the first `kept` in another order."""
    parts = written.split(",")
    moving = parts[kept:]
    generator.shuffle(moving)
    return with_trigger(", ".join([*parts[:kept], *moving]), trigger)


def dropped(trigger: str | None) -> str:
    """What stands for a caption that is left out: the trigger word alone."""
    return with_trigger("", trigger)


def preserved(caption: str, trigger: str | None, replacement: str) -> str:
    """The caption that is held to what the model made before: another word for the trigger, or none."""
    if not trigger:
        return caption
    return caption.replace(trigger, replacement) if replacement else caption.replace(trigger, "").strip()


def orders_of(written: str, trigger: str | None, kept: int, generators: Sequence[random.Random]) -> list[str]:
    return [shuffled(written, trigger, kept, generator) for generator in generators]
