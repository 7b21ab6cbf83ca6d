"""Chance as a function: what is drawn depends on the seed, on what for, and on which step and place, and on
nothing that ran before. So there is no state of a generator to save, and renders in between change nothing.
"""

import hashlib
import random

import torch

PURPOSES = ("noise", "time", "dropout", "flip", "order", "shuffle", "weights")


def number_of(seed: int | str, purpose: str, *place: int) -> int:
    """63 bits."""
    assert purpose in PURPOSES
    text = ":".join([str(int(seed)), purpose, *map(str, place)])
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 1


def tensors_for(seed: int | str, purpose: str, *place: int) -> torch.Generator:
    """A generator of the CPU, so that the same is drawn whatever device trains."""
    return torch.Generator("cpu").manual_seed(number_of(seed, purpose, *place))


def numbers_for(seed: int | str, purpose: str, *place: int) -> random.Random:
    return random.Random(number_of(seed, purpose, *place))  # noqa: S311
