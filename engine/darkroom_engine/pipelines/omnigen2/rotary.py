"""Where each token of OmniGen2's one sequence stands, as the turns that attention gives its queries and keys.

A token has three coordinates: an index, a row and a column. Words come first, and the number of the word
stands on all three. Every picture after them has one index for all its tokens, which leaves room for the
words and for the longer side of each picture before it; its rows and columns count from 0.
"""

import torch
from diffusers.models.embeddings import get_1d_rotary_pos_embed

THETA = 10_000
Grid = tuple[int, int]
"""Rows and columns of tokens of one picture."""


def coordinates(words: int, pictures: list[Grid]) -> torch.Tensor:
    """(tokens, 3) for the words and all pictures, in the order of the sequence."""
    parts = [torch.arange(words).unsqueeze(1).expand(-1, 3)]
    index = words
    for rows, columns in pictures:
        places = torch.cartesian_prod(torch.arange(rows), torch.arange(columns))
        parts.append(torch.nn.functional.pad(places, (1, 0), value=index))
        index += max(rows, columns)
    return torch.cat(parts)


def rotations(words: int, pictures: list[Grid], widths: tuple[int, ...]) -> torch.Tensor:
    """(1, tokens, half a head) complex numbers in float64; `widths` of a head belong to each coordinate."""
    places = coordinates(words, pictures).to(torch.float64)
    turns = [
        get_1d_rotary_pos_embed(width, places[:, axis], theta=THETA, freqs_dtype=torch.float64)
        for axis, width in enumerate(widths)
    ]
    return torch.cat(turns, dim=-1).unsqueeze(0)
