"""Pictures that Krea 2 edits from: tokens of time 0 behind those of the picture (the trainer's krea2/src).

There are two ways, and a LoRA knows only the one that it was trained with:

- together: every token sees every other, and the references go through every step;
- apart: references see only each other. Nothing about them changes from pass to pass then, so the first pass
  keeps their keys and values in each block, and later passes do without their tokens.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, NamedTuple

import torch
from torch.nn.functional import gelu

from darkroom_engine.pipelines.krea2_attention import FilledAttention, Kept, attend


class References(NamedTuple):
    """Packed latents, (1, count, channels), and where they are, (count, 3)."""

    tokens: torch.Tensor
    positions: torch.Tensor


@contextmanager
def showing(transformer: Any, references: References, apart: bool) -> Iterator[None]:
    """While open, the transformer sees the references in each pass, and says nothing of them."""
    shown = Shown(transformer, references, apart)
    with ExitStack() as stack:
        for hook in (
            transformer.register_forward_pre_hook(shown.append, with_kwargs=True),
            transformer.register_forward_hook(shown.cut),
            *(block.register_forward_pre_hook(shown.hold_still) for block in transformer.transformer_blocks),
        ):
            stack.callback(hook.remove)
        for block in transformer.transformer_blocks if apart else ():
            stack.callback(block.attn.set_processor, block.attn.processor)
            block.attn.set_processor(ApartAttention(shown.count))
        yield


class Shown:
    """What is done to a pass of the transformer, and to each block in it."""

    def __init__(self, transformer: Any, references: References, apart: bool) -> None:
        self.count = references.tokens.shape[1]
        self._transformer = transformer
        self._references = references
        self._apart = apart
        self._kept = False
        self._still: torch.Tensor | None = None

    def append(
        self, _module: Any, inputs: tuple, named: dict[str, Any]
    ) -> tuple[tuple, dict[str, Any]] | None:
        """The references' tokens and positions behind those of the picture."""
        if self._kept:
            return None
        tokens = torch.cat([named["hidden_states"], self._references.tokens], dim=1)
        positions = torch.cat([named["position_ids"], self._references.positions])
        return inputs, named | {"hidden_states": tokens, "position_ids": positions}

    def hold_still(self, _block: Any, inputs: tuple) -> tuple | None:
        """The references at time 0, whatever time it is for the text and the picture."""
        if self._kept:
            return None
        tokens, moving, *others = inputs
        if self._still is None:
            self._still = self._at_rest(tokens)
        times = torch.cat(
            [
                moving.expand(-1, tokens.shape[1] - self.count, -1),
                self._still.expand(-1, self.count, -1),
            ],
            dim=1,
        )
        return tokens, times, *others

    def cut(self, _module: Any, _inputs: tuple, output: tuple[torch.Tensor]) -> tuple[torch.Tensor]:
        """The prediction for the picture alone."""
        if self._kept:
            return output
        self._kept = self._apart
        return (output[0][:, : -self.count],)

    def _at_rest(self, tokens: torch.Tensor) -> torch.Tensor:
        """The modulation of time 0, as the transformer makes that of its own time."""
        start = torch.zeros(1, dtype=tokens.dtype, device=tokens.device)
        embedding = self._transformer.time_embed(start, dtype=tokens.dtype)
        return self._transformer.time_mod_proj(gelu(embedding, approximate="tanh"))


class ApartAttention(FilledAttention):
    """Attention with references that see only each other.

    The first call has them as its last tokens and keeps their keys and values; later calls have not.
    """

    def __init__(self, count: int) -> None:
        self._count = count
        self._kept: Kept | None = None

    def look(self, query: torch.Tensor, key: torch.Tensor, value: torch.Tensor) -> torch.Tensor:
        if self._kept is not None:
            return attend(query, key, value, beside=self._kept)
        # Copies: a view would keep the whole sequence alive.
        self._kept = key[:, -self._count :].clone(), value[:, -self._count :].clone()
        return attend(query, key, value, apart=self._count)
