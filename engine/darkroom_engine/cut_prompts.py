"""Tell which words of a prompt no text encoder reads.

Every encoder has a limit of its own, and pipelines cut a longer prompt without a word. What is cut is not
computed anew here but seen: while a call runs, each tokenizer of the pipeline tells what it was given, with
template and marks, and how far it read. So it holds for every pipeline, and cannot differ from what it does.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

import torch
from transformers import PreTrainedTokenizerBase

from darkroom_engine.messages import PromptKind
from darkroom_engine.plan import DENOISERS, Call
from darkroom_engine.watching import replaced

LONGEST_QUOTE = 2000
Tell = Callable[[PromptKind, str], None]


@dataclass
class Reading:
    """One text that one encoder was given."""

    encoder: str
    text: str
    spans: list[tuple[int, int]]
    """Of every token, in characters of the text; empty ones are marks that the tokenizer adds."""
    limit: int | None
    """Tokens that the encoder takes; None where the pipeline cuts nothing."""
    begin: int
    end: int
    """What was read of the text, in characters."""


@contextmanager
def cuts_told(pipeline: Any, call: Call, tell: Tell) -> Iterator[list[Reading]]:
    """While open, hear `tell` of every cut prompt, before the first step of the denoiser. `tell` gets which
    of the prompts, and what is to be said of it. Yields the list that readings are collected in.
    """
    readings: list[Reading] = []

    def tell_all(*_: Any) -> None:
        told, readings[:] = list(readings), []
        for text, sentence in sentences(told, call):
            tell(text, sentence)

    with ExitStack() as stack:
        for name, tokenizer in tokenizers(pipeline):
            stack.enter_context(heard(tokenizer, encoder_name(pipeline, name), readings))
        stack.enter_context(embeddings_measured(pipeline, readings))
        for name in DENOISERS:
            if isinstance(denoiser := getattr(pipeline, name, None), torch.nn.Module):
                stack.callback(denoiser.register_forward_pre_hook(tell_all).remove)
        yield readings


def tokenizers(pipeline: Any) -> Iterator[tuple[str, PreTrainedTokenizerBase]]:
    """By the name of their component; a processor has one inside."""
    for name, component in pipeline.components.items():
        if isinstance(component, PreTrainedTokenizerBase):
            yield name, component
        elif not isinstance(component, torch.nn.Module):
            for part in vars(component).values() if hasattr(component, "__dict__") else ():
                if isinstance(part, PreTrainedTokenizerBase):
                    yield name, part


def encoder_name(pipeline: Any, tokenizer: str) -> str:
    """`CLIP (text_encoder)`, of the encoder that reads what this tokenizer makes."""
    _, _, number = tokenizer.partition("_")
    name = f"text_encoder_{number}" if number.isdigit() else "text_encoder"
    encoder = getattr(pipeline, name, None) or getattr(pipeline, "mllm", None)
    kind = str(getattr(getattr(encoder, "config", None), "model_type", "")).split("_")[0]
    kind = kind.upper() if kind in ("clip", "t5", "umt5") else kind.capitalize()
    return f"{kind} ({name})" if kind else name


@contextmanager
def heard(tokenizer: PreTrainedTokenizerBase, encoder: str, readings: list[Reading]) -> Iterator[None]:
    """Add a reading for each text that the tokenizer is called with. Python looks `__call__` up on the class,
    so the tokenizer is of a class of its own meanwhile.
    """
    plain = type(tokenizer)

    def call(self: Any, text: Any = None, *arguments: Any, **options: Any) -> Any:
        for one in [text] if isinstance(text, str) else text or ():
            # Nothing of this may stop a render.
            try:
                readings.extend(read(self, plain, encoder, one, options))
            except Exception:  # noqa: S112
                continue
        return plain.__call__(self, text, *arguments, **options)

    tokenizer.__class__ = type(plain.__name__, (plain,), {"__call__": call})
    try:
        yield
    finally:
        tokenizer.__class__ = plain


def read(tokenizer: Any, plain: Any, encoder: str, text: str, options: dict[str, Any]) -> Iterator[Reading]:
    """What a call of the tokenizer with these options reads of the text. A text that a pipeline counts only,
    without a limit, is a reading of all of it.
    """
    marks = options.get("add_special_tokens", True)
    split = {name: options[name] for name in ("split_special_tokens",) if name in options}
    ask = {"add_special_tokens": marks, "return_offsets_mapping": True, "verbose": False, **split}
    whole = plain.__call__(tokenizer, text, **ask)["offset_mapping"]
    limit = options.get("max_length") or tokenizer.model_max_length if options.get("truncation") else None
    shown = whole
    if limit is not None and len(whole) > limit:
        shown = plain.__call__(tokenizer, text, truncation=True, max_length=limit, **ask)["offset_mapping"]
    kept = [(start, end) for start, end in shown if end > start]
    begin, end = (kept[0][0], kept[-1][1]) if kept else (0, 0)
    if shown is whole:
        begin, end = 0, len(text)
    yield Reading(encoder, text, whole, limit, begin, end)


@contextmanager
def embeddings_measured(pipeline: Any, readings: list[Reading]) -> Iterator[None]:
    """For pipelines that cut what the encoder says instead of what it is given: the embeddings are shorter
    than the tokens behind the template.
    """
    skipped = getattr(pipeline, "prompt_template_encode_start_idx", None)
    original = getattr(pipeline, "encode_prompt", None)
    if skipped is None or original is None:
        yield
        return

    def wrapper(*arguments: Any, **named: Any) -> Any:
        before = len(readings)
        result = original(*arguments, **named)
        if len(readings) > before and isinstance(result, tuple) and isinstance(result[0], torch.Tensor):
            reading, count = readings[before], result[0].shape[1]
            end = reading.spans[min(count + skipped, len(reading.spans)) - 1][1]
            if end < reading.end:
                reading.end, reading.limit, reading.spans = end, count, reading.spans[skipped:]
        return result

    with replaced(pipeline, "encode_prompt", wrapper):
        yield


def sentences(readings: list[Reading], call: Call) -> list[tuple[PromptKind, str]]:
    """One for each way in which a prompt of the call was cut, naming the encoders that did not."""
    by_field: dict[PromptKind, dict[str, Reading]] = {"prompt": {}, "negative_prompt": {}}
    for reading in readings:
        field = field_of(reading.text, call)
        known = by_field[field].get(reading.encoder) if field else None
        # A pipeline may read a text once more without a limit, to log what it has cut.
        if field and (known is None or known.limit is None):
            by_field[field][reading.encoder] = reading
    told = []
    for field, value in texts_of(call).items():
        cut: dict[tuple[int | None, int, str], list[str]] = {}
        whole = []
        for encoder, reading in by_field[field].items():
            words = lost_words(reading, value)
            if words:
                cut.setdefault((reading.limit, len(reading.spans), words), []).append(encoder)
            else:
                whole.append(encoder)
        rest = f" {listed(whole)} read{'' if len(whole) > 1 else 's'} all of it." if whole else ""
        for (limit, count, words), encoders in cut.items():
            verb = "read" if len(encoders) > 1 else "reads"
            sentence = (
                f"is too long: {listed(encoders)} {verb} {limit} of its {count} tokens, template and special "
                f'tokens included. Not read: "{quoted(words)}".{rest}'
            )
            told.append((field, sentence))
    return told


def texts_of(call: Call) -> dict[PromptKind, str]:
    return {"prompt": call.prompt, "negative_prompt": call.negative_prompt or ""}


def field_of(text: str, call: Call) -> PromptKind | None:
    """Which of the prompts a text is made of; None for one that is made of neither."""
    given = {field: value.strip() for field, value in texts_of(call).items() if value.strip()}
    inside = [field for field, value in given.items() if value in text]
    if inside:
        return max(inside, key=lambda field: len(given[field]))
    alike = {field: likeness(value, text) for field, value in given.items()}
    best = max(alike, key=lambda field: alike[field], default=None)
    return best if best is not None and alike[best] > 0.5 else None


def likeness(value: str, text: str) -> float:
    """Of a prompt and what a pipeline made of it by cleaning, by their beginnings."""
    return SequenceMatcher(None, squashed(value)[:300], squashed(text)[:300], autojunk=False).ratio()


def squashed(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def lost_words(reading: Reading, value: str) -> str:
    """What was not read of the prompt, without what a template adds to it. Empty when all was read."""
    value = value.strip()
    start = reading.text.rfind(value)
    # Without the prompt in it as it was sent, the text is the prompt after the pipeline has cleaned it.
    first, last = (0, len(reading.text)) if start == -1 else (start, start + len(value))
    before = reading.text[first : max(first, reading.begin)]
    after = reading.text[max(first, reading.end) : last]
    inside = 0 < reading.end < last and reading.text[reading.end - 1 : reading.end + 1].isalnum()
    after = f"…{after}" if inside and after.strip() else after.strip()
    return " … ".join(part for part in (before.strip(), after.rstrip()) if part)


def quoted(words: str) -> str:
    if len(words) <= LONGEST_QUOTE:
        return words
    head, tail = words[: LONGEST_QUOTE - 500], words[-400:]
    return f"{head} … ({len(words) - len(head) - len(tail)} more characters) … {tail}"


def listed(names: list[str]) -> str:
    return " and ".join(names) if len(names) < 3 else f"{', '.join(names[:-1])} and {names[-1]}"
