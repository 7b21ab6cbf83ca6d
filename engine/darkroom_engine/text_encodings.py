"""Encodings of prompts that are kept, so that the same text again runs no text encoder.

What a pipeline's `encode_prompt` answers depends on its arguments, on the pipeline's class and on what is
merged into its encoders; under these three the answer is kept, in host memory, with what the tokenizers read
meanwhile. A call with an argument whose content cannot be told is never answered from here.
"""

import dataclasses
import hashlib
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from PIL import Image

from darkroom_engine.cut_prompts import Reading
from darkroom_engine.watching import replaced

LIMIT_BYTES = 256 << 20
"""For each resident pipeline: some sixty prompts of FLUX.1 in bfloat16."""


@dataclasses.dataclass
class Encoding:
    answer: Any
    """With its tensors on the host."""
    devices: list[torch.device]
    """Where its tensors were, in their order."""
    readings: list[Reading]
    size_bytes: int


class TextEncodings:
    """Owns the encodings of one pipeline, least recently used first out."""

    def __init__(self, limit_bytes: int = LIMIT_BYTES) -> None:
        self._limit_bytes = limit_bytes
        self._kept: OrderedDict[Any, Encoding] = OrderedDict()

    def find(self, key: Any) -> Encoding | None:
        if key in self._kept:
            self._kept.move_to_end(key)
        return self._kept.get(key)

    def keep(self, key: Any, answer: Any, readings: list[Reading]) -> None:
        tensors: list[torch.Tensor] = []

        def take(tensor: torch.Tensor) -> torch.Tensor:
            tensors.append(tensor)
            return tensor.detach().to("cpu", copy=True)

        held = each_tensor(answer, take)
        size_bytes = sum(tensor.nbytes for tensor in tensors)
        if size_bytes > self._limit_bytes:
            return
        self._kept[key] = Encoding(held, [tensor.device for tensor in tensors], list(readings), size_bytes)
        while sum(each.size_bytes for each in self._kept.values()) > self._limit_bytes:
            self._kept.popitem(last=False)


@contextmanager
def encodings_kept(
    pipeline: Any, kept: TextEncodings, merged: Any, readings: list[Reading]
) -> Iterator[None]:
    """While open, `pipeline.encode_prompt` answers from `kept` what it has answered before. `merged` says
    what is merged into the encoders; `readings` is where the tokenizers tell what they read.
    """
    original = getattr(pipeline, "encode_prompt", None)
    if original is None:
        yield
        return

    def encode_prompt(*arguments: Any, **named: Any) -> Any:
        try:
            key = (type(pipeline), merged, content_of(arguments), content_of(named))
        except UnknownContentError:
            return original(*arguments, **named)
        encoding = kept.find(key)
        if encoding is not None:
            readings.extend(encoding.readings)
            devices = iter(encoding.devices)
            # A copy each time: a pipeline may compute in place.
            return each_tensor(encoding.answer, lambda tensor: tensor.to(next(devices), copy=True))
        before = len(readings)
        answer = original(*arguments, **named)
        kept.keep(key, answer, readings[before:])
        return answer

    with replaced(pipeline, "encode_prompt", encode_prompt):
        yield


class UnknownContentError(Exception):
    """An argument is of a type that two equal ones cannot be told by."""


def content_of(value: Any) -> Any:
    """Something hashable that is equal for equal arguments. Raises UnknownContentError."""
    if value is None or isinstance(value, (str, bool, int, float)):
        # 1, 1.0 and True are equal in Python, and not to every pipeline.
        return (type(value), value)
    if isinstance(value, (torch.device, torch.dtype)):
        return str(value)
    if isinstance(value, (list, tuple)):
        return (type(value), *(content_of(one) for one in value))
    if isinstance(value, dict):
        return tuple((name, content_of(value[name])) for name in sorted(value))
    if isinstance(value, torch.Tensor):
        content = value.detach().cpu().contiguous().flatten().view(torch.uint8).numpy().tobytes()
        return (str(value.dtype), tuple(value.shape), hashlib.sha256(content).digest())
    if isinstance(value, Image.Image):
        return (value.mode, value.size, hashlib.sha256(value.tobytes()).digest())
    raise UnknownContentError


def each_tensor(value: Any, act: Callable[[torch.Tensor], torch.Tensor]) -> Any:
    """The same value with `act` done to its tensors, in order: tuples, lists and dataclasses are gone
    through.
    """
    if isinstance(value, torch.Tensor):
        return act(value)
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*(each_tensor(one, act) for one in value))
    if isinstance(value, (tuple, list)):
        return type(value)(each_tensor(one, act) for one in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
        return dataclasses.replace(value, **{name: each_tensor(one, act) for name, one in fields.items()})
    return value
