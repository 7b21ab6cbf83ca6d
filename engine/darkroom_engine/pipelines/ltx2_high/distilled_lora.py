"""The LoRA of the last stage, published by the authors of the model."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch

from darkroom_engine.adapters.live import LiveAdapters, Term, low_rank
from darkroom_engine.adapters.reading import group, read_tensors
from darkroom_engine.adapters.source import AdapterFile
from darkroom_engine.adapters.targets import place_sources
from darkroom_engine.failures import JobFailure

STRENGTH = 0.8
"""As its authors recommend."""
Terms = dict[torch.nn.Module, list[Term]]


class DistilledLora:
    """It stays beside the weights: merging it and undoing that would cost more than three steps gain."""

    def __init__(self, file: AdapterFile) -> None:
        self._file = file

    @classmethod
    def from_pretrained(cls, folder: str | Path, subfolder: str = "", **_options: Any) -> "DistilledLora":
        """Read the one safetensors file of `folder`/`subfolder`. Raises JobFailure MODEL_LOAD_FAILED when
        there is none, or several.
        """
        files = sorted((Path(folder) / subfolder).glob("*.safetensors"))
        if len(files) != 1:
            names = ", ".join(file.name for file in files) or "none"
            raise JobFailure("MODEL_LOAD_FAILED", f"{folder} should hold one LoRA file and has {names}.")
        sources, unknown = group(read_tensors(files[0]))
        return cls(AdapterFile("", tuple(sources), tuple(unknown)))

    def terms(self, pipeline: Any) -> Terms:
        """What is added to the output of each layer. Raises JobFailure RENDER_FAILED when nothing fits."""
        placed = place_sources(pipeline, self._file, "transformer", "ltx2", ("transformer", "connectors"))
        left = [key for key, _ in placed.left_out]
        terms: Terms = {}
        for number, place in placed.placements:
            layer = getattr(pipeline, place.component).get_submodule(place.path)
            term = low_rank(self._file.sources[number], place, STRENGTH, pipeline.vae.dtype)
            if term is None:
                left.append(place.path)
            else:
                terms.setdefault(layer, []).append(term)
        if not terms:
            raise JobFailure("RENDER_FAILED", f"Nothing of the distilled LoRA fits: {', '.join(left[:3])}.")
        if left:
            logging.getLogger(__name__).warning("Left out of the distilled LoRA: %s", ", ".join(left[:10]))
        return terms


@contextmanager
def beside(terms: Terms) -> Iterator[None]:
    """While open, the terms are added."""
    live = LiveAdapters()
    live.replace(terms)
    try:
        yield
    finally:
        live.replace({})
