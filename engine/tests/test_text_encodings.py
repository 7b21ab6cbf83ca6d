"""Which calls of `encode_prompt` are answered from what is kept, and what they get."""

from typing import Any, NamedTuple

import torch

from darkroom_engine.cut_prompts import Reading
from darkroom_engine.text_encodings import TextEncodings, encodings_kept


class Text(NamedTuple):
    states: torch.Tensor
    pooled: torch.Tensor | None


class Pipeline:
    """Counts what it is asked; each answer is another one."""

    def __init__(self) -> None:
        self.asked: list[Any] = []

    def encode_prompt(self, *arguments: Any, **named: Any) -> Text:
        self.asked.append((arguments, named))
        return Text(torch.full((2, 4), float(len(self.asked))), None)


def ask(pipeline: Pipeline, kept: TextEncodings, *arguments: Any, merged: Any = (), **named: Any) -> Text:
    with torch.inference_mode(), encodings_kept(pipeline, kept, merged, []):
        return pipeline.encode_prompt(*arguments, **named)


def test_equal_calls_are_answered_once_and_others_anew() -> None:
    pipeline, kept = Pipeline(), TextEncodings()
    picture = torch.arange(6.0).view(1, 2, 3).bfloat16()
    calls = [
        ("a cat",),
        ("a dog",),
        (["a cat"],),
        ("a cat", 1),
        ("a cat", 1.0),
        ("a cat", True),
        ("a cat", picture),
        ("a cat", picture + 1),
        ("a cat", picture.float()),
    ]
    first = [ask(pipeline, kept, *call).states[0, 0].item() for call in calls]
    assert first == list(range(1, len(calls) + 1))
    assert [ask(pipeline, kept, *call).states[0, 0].item() for call in calls] == first
    assert len(pipeline.asked) == len(calls)
    assert ask(pipeline, kept, "a cat", merged=("lora", 1.0)).states[0, 0] == len(calls) + 1
    assert "encode_prompt" not in vars(pipeline)


def test_an_answer_that_is_written_to_stays_what_it_was() -> None:
    pipeline, kept = Pipeline(), TextEncodings()
    ask(pipeline, kept, "a cat")
    again = ask(pipeline, kept, "a cat")
    with torch.inference_mode():
        again.states.zero_()
    assert ask(pipeline, kept, "a cat").states[0, 0] == 1


def test_an_argument_that_cannot_be_compared_is_never_kept() -> None:
    pipeline, kept = Pipeline(), TextEncodings()
    for _ in range(2):
        ask(pipeline, kept, "a cat", generator=torch.Generator())
    assert len(pipeline.asked) == 2


def test_what_was_used_longest_ago_goes_first() -> None:
    pipeline, kept = Pipeline(), TextEncodings(limit_bytes=70)
    for text in ("one", "two", "one", "three", "one", "two"):
        ask(pipeline, kept, text)
    assert [arguments[0] for arguments, _ in pipeline.asked] == ["one", "two", "three", "two"]
    small = TextEncodings(limit_bytes=31)
    for _ in range(2):
        ask(pipeline, small, "one")
    assert len(pipeline.asked) == 6


def test_what_the_tokenizers_read_is_told_again() -> None:
    pipeline, kept = Pipeline(), TextEncodings()
    reading = Reading("CLIP", "a cat", [(0, 1), (2, 5)], 1, 0, 1)
    readings: list[Reading] = []
    plain = pipeline.encode_prompt

    def reads(*arguments: Any) -> Text:
        readings.append(reading)
        return plain(*arguments)

    pipeline.encode_prompt = reads
    for _ in range(2):
        with encodings_kept(pipeline, kept, (), readings):
            pipeline.encode_prompt("a cat")
    assert readings == [reading, reading]
    assert len(pipeline.asked) == 1
