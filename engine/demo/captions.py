"""Captions for the text encoders: what each one means, said in many ways."""

import random
from dataclasses import dataclass

from .vocabulary import COLOURS, STYLES, thing_names, varied_caption

# Words people add that change nothing in these pictures.
FILLERS = [
    "photo", "high quality", "simple", "beautiful", "flat", "icon", "detailed", "centered", "best quality",
    "emoji", "clean", "illustration", "vector", "drawing of", "an image of", "nice",
]  # fmt: skip

# Style words and customary LoRA triggers the base model does not draw but must tell apart.
OTHER_STYLES = [
    "tok", "sks", "ohwx", "watercolor", "oil painting", "pixel art", "cartoon", "anime", "comic book",
    "claymation", "origami", "low poly", "stained glass", "mosaic", "woodcut", "chalk", "crayon style",
    "embroidery", "vaporwave", "cyberpunk",
    "sepia", "blueprint", "papercut", "graffiti", "mystyle", "zxc", "trigger",
]  # fmt: skip


@dataclass(frozen=True)
class Meaning:
    """What a caption asks for; None where it does not say."""

    thing: str | None
    colour: str | None
    style: str | None


def known_styles() -> list[str]:
    """Every style the text encoders tell apart, the LoRAs' triggers first."""
    return [*STYLES, *OTHER_STYLES]


def vary_case(text: str, rng: random.Random) -> str:
    """Mostly as it is, now and then capitalised or shouted."""
    draw = rng.random()
    if draw < 0.2:
        return text[:1].upper() + text[1:]
    return text.upper() if draw < 0.24 else text


def say(meaning: Meaning, rng: random.Random) -> str:
    """One caption of this meaning."""
    if meaning.thing is None:
        return rng.choice(["", " ", meaning.style or ""])
    text = varied_caption(meaning.thing, meaning.colour, meaning.style, rng)
    draw = rng.random()
    if draw < 0.06:
        text = f"{rng.choice(FILLERS)} {text}"
    elif draw < 0.12:
        text = f"{text}, {rng.choice(FILLERS)}"
    return vary_case(text, rng)


def random_meaning(other_things: list[str], rng: random.Random) -> Meaning:
    """Mostly a thing of the vocabulary, at times another, or nothing at all."""
    if rng.random() < 0.02:
        return Meaning(None, None, None if rng.random() < 0.7 else rng.choice(known_styles()))
    thing = rng.choice(other_things if rng.random() < 0.2 else thing_names())
    colour = rng.choice(list(COLOURS)) if rng.random() < 0.6 else None
    draw = rng.random()
    style = rng.choice(list(STYLES)) if draw < 0.15 else rng.choice(OTHER_STYLES) if draw < 0.3 else None
    return Meaning(thing, colour, style)
