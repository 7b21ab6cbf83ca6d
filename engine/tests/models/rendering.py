"""The engine's own functions, called in this process, from a plan to pixels."""

import os
from typing import Any

import msgspec
import torch

from darkroom_engine.adapters.cache import AdapterCache
from darkroom_engine.adapters.merge import Merger
from darkroom_engine.called_pipeline import called_pipeline
from darkroom_engine.calls import call_arguments
from darkroom_engine.frames import frames_of
from darkroom_engine.loading import load_pipeline
from darkroom_engine.plan import Adapter, Call, PipelineSpec
from darkroom_engine.schedulers import scheduled
from darkroom_engine.text_encodings import TextEncodings, encodings_kept
from darkroom_engine.tiling import tiled
from darkroom_engine.watching import watched

DEVICE = torch.device(os.environ.get("DEVICE", "cpu"))


class Renderer:
    """One resident pipeline, and the weights merged into it."""

    def __init__(self, spec: dict[str, Any]) -> None:
        self.pipeline = load_pipeline(msgspec.convert(spec, PipelineSpec), DEVICE)
        self._merger = Merger(self.pipeline, DEVICE)
        self._cache = AdapterCache(1 << 28)
        self._texts = TextEncodings()
        self.encoded = 0
        for name, part in self.pipeline.components.items():
            if name.startswith(("text_encoder", "mllm")):
                part.register_forward_pre_hook(self._count)

    def _count(self, *_: Any) -> None:
        """Calls of a text encoder."""
        self.encoded += 1

    def merge(self, adapters: list[dict[str, Any]]) -> tuple[bool, list[str]]:
        """Whether weights were written, and the warnings."""
        wanted = [msgspec.convert(adapter, Adapter) for adapter in adapters]
        return self._merger.apply([(adapter, self._cache.read(adapter)) for adapter in wanted])

    def render(self, call: dict[str, Any]) -> bytes:
        """Raw RGB of every frame of one call, watched as a job's call is."""
        parsed = msgspec.convert(call, Call)
        called = called_pipeline(self.pipeline, parsed)
        arguments = call_arguments(called, parsed)
        phases: list[str] = []

        def on_phase(phase: str, _step: int, _total: int) -> None:
            phases.append(phase)

        with (
            torch.inference_mode(),
            tiled(self.pipeline.vae, parsed.tiling),
            scheduled(called, parsed),
            watched(called, parsed.steps, on_phase, ignore) as watching,
            encodings_kept(called, self._texts, self._merger.in_encoders, []),
        ):
            output = called(**arguments, **watching)
        self.phases = set(phases)
        assert {"denoising", "decoding"} <= self.phases, f"no progress: {phases}"
        frames = frames_of(output)
        return b"".join(frame.tobytes() for frame in frames)


def ignore(_step: int, _latents: torch.Tensor | None) -> None:
    """Nothing to do after a step."""
