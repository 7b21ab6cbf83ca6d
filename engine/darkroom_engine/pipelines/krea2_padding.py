"""Sequences of Krea 2 in whole blocks of tokens, as the trainer pads them (its krea2/src/mmdit.py).

The padding is masked and says nothing, but it changes the order in which attention sums: in bfloat16 that
moves half of a picture's values by a level or so.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import torch
from torch.nn.functional import pad

BLOCK = 256


@contextmanager
def padded(transformer: Any) -> Iterator[None]:
    """While open, each pass of the transformer has its sequence filled up to a multiple of BLOCK tokens."""
    with ExitStack() as stack:
        stack.callback(transformer.register_forward_hook(cut, with_kwargs=True).remove)
        for block in transformer.transformer_blocks:
            stack.callback(block.register_forward_pre_hook(fill).remove)
        yield


def fill(_block: Any, inputs: tuple) -> tuple:
    """Zeros at position 0 behind the sequence. The first block's tokens lack them, later ones have them."""
    tokens, moving, (cosines, sines), mask = inputs
    missing = -cosines.shape[0] % BLOCK
    turns = pad(cosines, (0, 0, 0, missing), value=1.0), pad(sines, (0, 0, 0, missing))
    tokens = pad(tokens, (0, 0, 0, cosines.shape[0] + missing - tokens.shape[1]))
    return tokens, moving, turns, pad(mask, (0, missing), value=False)


def cut(
    _transformer: Any, _inputs: tuple, named: dict[str, Any], output: tuple[torch.Tensor]
) -> tuple[torch.Tensor]:
    """The prediction for the picture alone."""
    return (output[0][:, : named["hidden_states"].shape[1]],)
