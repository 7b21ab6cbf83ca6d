"""What a model reads of its prompts, seen at the denoiser, which is never run."""

import re
from typing import Any

import msgspec
import torch

from darkroom_engine.calls import call_arguments
from darkroom_engine.cut_prompts import DENOISERS, cuts_told
from darkroom_engine.plan import Call

CUTS_NOTHING = (
    "qwen_image_edit",
    "qwen_image_edit_plus",
    "qwen_image_edit_plus_2511",
    "krea2_o_edit",
    "krea2_o_edit_turbo",
)
"""They read all that they are sent, up to what the transformer has places for."""
WORDS = 1400
"""More than any other model reads, each of which is one token in every vocabulary."""


class ReadError(Exception):
    """Ends a call when everything was read."""


def read(pipeline: Any, call: dict[str, Any], **prompts: str) -> tuple[list[str], list[torch.Tensor]]:
    """What is told of the call with these prompts, and every tensor that the denoiser is given
    first.
    """
    given: list[torch.Tensor] = []
    told: list[str] = []

    def tell(text: str, sentence: str) -> None:
        told.append(f"{text} {sentence}")

    def stop(_module: Any, arguments: tuple, named: dict[str, Any]) -> None:
        given.extend(tensors([*arguments, *named.values()]))
        raise ReadError

    changed = msgspec.convert(with_prompts(call, **prompts), Call)
    denoisers = [getattr(pipeline, name) for name in DENOISERS if getattr(pipeline, name, None) is not None]
    with torch.inference_mode(), cuts_told(pipeline, changed, tell):
        hooks = [module.register_forward_pre_hook(stop, with_kwargs=True) for module in denoisers]
        try:
            pipeline(**call_arguments(pipeline, changed))
        except ReadError:
            pass
        finally:
            for hook in hooks:
                hook.remove()
    assert given
    return told, given


def with_prompts(
    call: dict[str, Any], prompt: str | None = None, negative_prompt: str | None = None
) -> dict[str, Any]:
    """The call with other prompts, under the pipeline's own names too."""
    arguments = dict(call["arguments"])
    if prompt is not None:
        arguments["prompt"] = prompt
        call = call | {"prompt": prompt}
    if negative_prompt is not None and "negative_prompt" in arguments:
        arguments["negative_prompt"] = negative_prompt
        call = call | {"negative_prompt": negative_prompt}
    return call | {"arguments": arguments}


def tensors(values: Any) -> list[torch.Tensor]:
    if isinstance(values, torch.Tensor):
        return [values]
    if isinstance(values, dict):
        return tensors(list(values.values()))
    return [found for value in values for found in tensors(value)] if isinstance(values, list | tuple) else []


def check_cuts(pipeline: Any, call: dict[str, Any], field: str) -> list[str]:
    """Hold what is told of a long prompt against what the denoiser is given: without the words that even the
    most patient reader does not read it is given the same, and nothing is told of that reader any more; with
    one of them, it is told of that one. Returns what was told of the long prompt.
    """
    told, given = read(pipeline, call, **{field: " ".join(["a"] * WORDS)})
    if not told:
        return told
    assert all(sentence.startswith(f"{field} is too long") for sentence in told)
    kept = WORDS - min(map(lost, told))
    shorter, less = read(pipeline, call, **{field: " ".join(["a"] * kept)})
    assert len(shorter) == len(told) - 1
    assert [tensor.shape for tensor in less] == [tensor.shape for tensor in given]
    # The reader's arithmetic is rounded otherwise where it is given more at once.
    for one, other in zip(less, given, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-3, atol=1e-4)
    longer, _ = read(pipeline, call, **{field: " ".join(["a"] * (kept + 1))})
    assert len(longer) == len(told)
    assert min(map(lost, longer)) == 1
    return told


def lost(sentence: str) -> int:
    """How many of the words a sentence quotes. It leaves out the middle of many, which are two characters
    each.
    """
    found = re.search(r'Not read: "([^"]*)"', sentence)
    assert found, sentence
    left_out = re.search(r"\((\d+) more characters\)", found[1])
    quote = re.sub(r" … \(.*\) … ", "", found[1])
    return (len(quote) + (int(left_out[1]) if left_out else 0) + 1) // 2
