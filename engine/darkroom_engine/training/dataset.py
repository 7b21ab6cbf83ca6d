"""The set as batches: which pictures, at which size and with which words, each pass of a training takes.

A round goes through every picture once at each resolution, as often as it repeats. Pictures of one size
share batches; the last batch of a size is filled up with its own first pictures, as in the trainer. Which
batch is next follows from the seed and the number of the pass alone.
"""

from dataclasses import dataclass

from darkroom_engine.training.buckets import Bucket, bucket_of
from darkroom_engine.training.captions import ORDERS, caption_of, dropped, orders_of, preserved
from darkroom_engine.training.draws import number_of, numbers_for
from darkroom_engine.training.pictures import size_of
from darkroom_engine.training.plan import Item, Settings


@dataclass(frozen=True)
class Sample:
    """A picture at one size."""

    item: Item
    bucket: Bucket
    captions: tuple[str, ...]
    """The orders that its words come in."""


@dataclass(frozen=True)
class Draw:
    """A sample as one pass takes it."""

    sample: Sample
    caption: str
    mirrored: bool


class Dataset:
    """Raises JobFailure DATASET_INVALID for a picture that cannot be read."""

    def __init__(self, items: list[Item], settings: Settings, divisor: int) -> None:
        self._settings = settings
        self.samples = [sample for item in items for sample in samples_of(item, settings, divisor)]
        self._buckets: dict[Bucket, list[Sample]] = {}
        for sample in self.samples:
            self._buckets.setdefault(sample.bucket, []).extend([sample] * sample.item.repeats)
        size = settings.batch_size
        self._batches_of_a_round = sum(-(-len(own) // size) for own in self._buckets.values())
        self._round: tuple[int, list[list[Sample]]] | None = None

    def batch(self, pass_number: int) -> list[Draw]:
        """What a pass takes; passes count from 0, over all updates."""
        round_number, place = divmod(pass_number, self._batches_of_a_round)
        if self._round is None or self._round[0] != round_number:
            self._round = (round_number, self._batches(round_number))
        chosen = self._round[1][place]
        return [self._draw(sample, pass_number, slot) for slot, sample in enumerate(chosen)]

    def captions(self) -> list[tuple[Item, str]]:
        """Every text that may be trained, with the picture that it is of."""
        settings = self._settings
        wanted: dict[tuple[int, str], tuple[Item, str]] = {}
        for sample in self.samples:
            texts = list(sample.captions)
            if settings.caption_dropout > 0:
                texts.append(dropped(settings.trigger))
            if settings.preserve is not None:
                texts += [kept_caption(text, settings) for text in texts]
            for text in texts:
                wanted[(id(sample.item), text)] = (sample.item, text)
        return list(wanted.values())

    def mirrorings(self) -> tuple[bool, ...]:
        return (False, True) if self._settings.flip else (False,)

    def _batches(self, round_number: int) -> list[list[Sample]]:
        settings, size = self._settings, self._settings.batch_size
        batches = []
        for number, own in enumerate(self._buckets.values()):
            order = list(own)
            numbers_for(settings.seed, "order", round_number, number).shuffle(order)
            for start in range(0, len(order), size):
                batch = order[start : start + size]
                batches.append([batch[slot % len(batch)] for slot in range(size)])
        numbers_for(settings.seed, "order", round_number, len(self._buckets)).shuffle(batches)
        return batches

    def _draw(self, sample: Sample, pass_number: int, slot: int) -> Draw:
        settings = self._settings
        is_dropped = (
            numbers_for(settings.seed, "dropout", pass_number, slot).random() < settings.caption_dropout
        )
        order = number_of(settings.seed, "shuffle", pass_number, slot) % len(sample.captions)
        mirrored = settings.flip and number_of(settings.seed, "flip", pass_number, slot) % 2 == 1
        caption = dropped(settings.trigger) if is_dropped else sample.captions[order]
        return Draw(sample, caption, mirrored)


def samples_of(item: Item, settings: Settings, divisor: int) -> list[Sample]:
    width, height = size_of(item)
    captions = tuple(dict.fromkeys(captions_of(item, settings)))
    resolutions = dict.fromkeys(settings.resolutions)
    return [Sample(item, bucket_of(width, height, each, divisor), captions) for each in resolutions]


def captions_of(item: Item, settings: Settings) -> list[str]:
    plain = caption_of(item.caption, settings.trigger)
    if settings.shuffle is None:
        return [plain]
    seeds = [numbers_for(settings.seed, "shuffle", order) for order in range(ORDERS)]
    return orders_of(item.caption, settings.trigger, settings.shuffle.kept, seeds)


def kept_caption(caption: str, settings: Settings) -> str:
    """The text whose picture is to stay as the model made it before."""
    assert settings.preserve is not None
    if settings.preserve.kind == "blank":
        return ""
    return preserved(caption, settings.trigger, settings.preserve.prompt)
