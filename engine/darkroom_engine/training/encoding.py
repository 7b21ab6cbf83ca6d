"""The set as the denoiser reads it: every text and picture encoded once before training, and kept on disk."""

import hashlib
import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import diffusers
import msgspec
import torch
import transformers

from darkroom_engine.checkpoints import find_snapshot
from darkroom_engine.failures import JobFailure, classify
from darkroom_engine.plan import PipelineSpec
from darkroom_engine.training.buckets import Bucket
from darkroom_engine.training.content_cache import ContentCache, content_key
from darkroom_engine.training.dataset import Dataset
from darkroom_engine.training.families.parts import Inputs
from darkroom_engine.training.pictures import (
    control_pixels,
    own_control_pixels,
    picture_of,
    unreadable,
)
from darkroom_engine.training.plan import Control, Item, Method

Texts = dict[str, torch.Tensor]
OnDone = Callable[[int, int], None]
"""Hears how many are encoded, of all; may raise to stop."""


class Family(Protocol):
    """A module of `families/`."""

    def encode_text(self, pipeline: Any, method: Method, caption: str, item: Item) -> Texts:
        """The text, with one row each. Models that read control pictures too have them from the item."""

    def encode_images(self, pipeline: Any, pixels: torch.Tensor) -> torch.Tensor:
        """Latents of (count, 3, height, width) from -1 to 1."""

    def tokens_of(self, latents: torch.Tensor) -> int:
        """How many tokens a picture is to the denoiser."""

    def predict(self, model: Any, method: Method, inputs: Inputs) -> torch.Tensor:
        """The answer, in the shape of the noisy latents."""


@runtime_checkable
class TakesControlsAsTheyAre(Protocol):
    """A family whose control pictures keep a size of their own. Those of others lie over their picture."""

    def encode_control(self, pipeline: Any, pixels: torch.Tensor) -> torch.Tensor:
        """Latents of (1, 3, height, width) from 0 to 1."""


def family_of(method: Method) -> Family:
    return importlib.import_module(f"darkroom_engine.training.families.{method.module}")


class EncodedSet:
    """Reads what was encoded. The encoders are only used while it is made, which may raise JobFailure
    DATASET_INVALID, and whatever `on_text` and `on_picture` raise.
    """

    def __init__(
        self,
        pipeline: Any,
        plan: tuple[PipelineSpec, Method],
        cache: ContentCache,
    ) -> None:
        spec, self._method = plan
        self._pipeline = pipeline
        self._family = family_of(self._method)
        self._cache = cache
        dtype = str(getattr(pipeline, self._method.component).dtype)
        self._identity = encoder_identity(spec, self._method, dtype)

    def use(self, pipeline: Any) -> None:
        """The pipeline to encode with what the cache has lost meanwhile."""
        self._pipeline = pipeline

    def encode(self, dataset: Dataset, on_text: OnDone, on_picture: OnDone) -> None:
        texts = dataset.captions()
        for number, (item, caption) in enumerate(texts):
            on_text(number, len(texts))
            self.text(item, caption)
        pictures = [(sample, way) for sample in dataset.samples for way in dataset.mirrorings()]
        for number, (sample, mirrored) in enumerate(pictures):
            on_picture(number, len(pictures))
            self.latents(sample.item, sample.bucket, mirrored)
            self.controls(sample.item, sample.bucket, mirrored)
        self._cache.make_room()

    def text(self, item: Item, caption: str) -> Texts:
        controls = [control.sha256 for control in item.controls]
        key = content_key(self._identity, "text", caption, *controls)
        return self._cached(
            key, lambda: self._family.encode_text(self._pipeline, self._method, caption, item), item
        )

    def latents(self, item: Item, bucket: Bucket, mirrored: bool) -> torch.Tensor:
        """(channels, height, width)."""
        key = content_key(self._identity, "picture", item.sha256, *map(str, [*bucket, mirrored]))
        return self._cached(key, lambda: self._encode(picture_of(item, bucket, mirrored)), item)["latents"]

    def controls(self, item: Item, bucket: Bucket, mirrored: bool) -> list[torch.Tensor]:
        return [self._control(item, control, bucket, mirrored) for control in item.controls]

    def _control(self, item: Item, control: Control, bucket: Bucket, mirrored: bool) -> torch.Tensor:
        family, file = self._family, control.file
        if isinstance(family, TakesControlsAsTheyAre):
            key = content_key(self._identity, "own control", control.sha256, str(mirrored))
            return self._cached(
                key,
                lambda: {
                    "latents": family.encode_control(
                        self._pipeline, own_control_pixels(item, file, mirrored)
                    )[0]
                },
                item,
            )["latents"]
        key = content_key(
            self._identity, "control", control.sha256, item.sha256, *map(str, [*bucket, mirrored])
        )
        return self._cached(key, lambda: self._encode(control_pixels(item, file, bucket, mirrored)), item)[
            "latents"
        ]

    def _encode(self, pixels: torch.Tensor) -> Texts:
        return {"latents": self._family.encode_images(self._pipeline, pixels[None])[0].float()}

    def _cached(self, key: str, encode: Callable[[], Texts], item: Item) -> Texts:
        found = self._cache.find(key)
        if found is None:
            found = self._encode_once(encode, item)
            self._cache.put(key, found)
        return found

    def _encode_once(self, encode: Callable[[], Texts], item: Item) -> Texts:
        try:
            with torch.no_grad():
                return encode()
        except JobFailure:
            raise
        except Exception as error:
            failure = classify(error, "TRAINING_FAILED", f"encoding {item.label}")
            raise failure if failure.code != "TRAINING_FAILED" else unreadable(item, error) from error


def encoder_identity(spec: PipelineSpec, method: Method, dtype: str) -> str:
    """What encoded texts and pictures depend on beside themselves: the encoders' files, and the libraries."""
    components = {name: source for name, source in spec.components.items() if name != method.component}
    known = [spec.repository, spec.revision, spec.variant, components, spec.cast_whole, dtype]
    rules = [method.module, method.text, diffusers.__version__, transformers.__version__]
    files = [stamp(spec.repository, spec.revision, spec.path)]
    files += [stamp(each.repository, each.revision, each.path) for each in components.values() if each]
    return hashlib.sha256(msgspec.json.encode([known, rules, files])).hexdigest()


def stamp(repository: str, revision: str, path: str | None) -> list[tuple[str, int, int]]:
    """Names, sizes and times of a checkpoint's files: a folder's contents may be exchanged under its name."""
    folder = Path(path) if path else find_snapshot(repository, revision)
    if folder is None:
        return []
    files = [folder] if folder.is_file() else sorted(folder.glob("**/*.safetensors"))
    return [(file.name, file.stat().st_size, file.stat().st_mtime_ns) for file in files]
