"""Krea 2's attention as the trainer lays it out (its krea2/src/mmdit.py).

The sequence is filled up to whole 256 tokens that nothing sees. They change no sum, but kernels deal
sequences of other lengths out in other blocks, and bfloat16 rounds otherwise then.
"""

from typing import Any

import torch
from diffusers.models.embeddings import apply_rotary_emb
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.nn.functional import pad, scaled_dot_product_attention

WHOLE = 256
KERNELS = [
    SDPBackend.CUDNN_ATTENTION,
    SDPBackend.FLASH_ATTENTION,
    SDPBackend.EFFICIENT_ATTENTION,
    SDPBackend.MATH,
]
"""In the trainer's order."""

Kept = tuple[torch.Tensor, torch.Tensor]


class FilledAttention:
    """Replaces diffusers' attention processor in the blocks of the transformer."""

    _attention_backend = None
    _parallel_config = None

    def __call__(
        self,
        attn: Any,
        hidden_states: torch.Tensor,
        attention_mask: torch.Tensor | None = None,
        image_rotary_emb: Any = None,
    ) -> torch.Tensor:
        """No mask is needed: prompts come one at a time, unpadded."""
        seen = self.look(*project(attn, hidden_states, image_rotary_emb))
        return attn.to_out[0](seen.flatten(2, 3) * torch.sigmoid(attn.to_gate(hidden_states)))

    def look(self, query: torch.Tensor, key: torch.Tensor, value: torch.Tensor) -> torch.Tensor:
        return attend(query, key, value)


def project(attn: Any, states: torch.Tensor, turns: Any) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Queries, keys and values, (1, tokens, heads, width), the first two normed and turned."""
    query = attn.norm_q(attn.to_q(states).unflatten(-1, (attn.num_heads, attn.head_dim)))
    key = attn.norm_k(attn.to_k(states).unflatten(-1, (attn.num_kv_heads, attn.head_dim)))
    value = attn.to_v(states).unflatten(-1, (attn.num_kv_heads, attn.head_dim))
    query, key = (apply_rotary_emb(side, turns, sequence_dim=1) for side in (query, key))
    return query, key, value


def attend(
    query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, apart: int = 0, beside: Kept | None = None
) -> torch.Tensor:
    """What every token sees, (1, tokens, heads, width).

    The last `apart` tokens see only each other. `beside` are keys and values of tokens that are not in the
    sequence, and that all of it sees.
    """
    count = query.shape[1]
    filled = count + -count % WHOLE
    places = torch.arange(filled, device=query.device)
    there, still = places < count, (places >= count - apart) & (places < count)
    sees = there[:, None] & there & (~still[:, None] | still)
    groups = query.shape[2] // key.shape[2]
    query, key, value = (pad(side.transpose(1, 2), (0, 0, 0, filled - count)) for side in (query, key, value))
    if beside is not None:
        key, value = (
            torch.cat([side, kept.transpose(1, 2)], dim=2)
            for side, kept in zip((key, value), beside, strict=True)
        )
        sees = torch.cat([sees, there[:, None].expand(-1, beside[0].shape[1])], dim=1)
    key, value = (side.repeat_interleave(groups, dim=1) for side in (key, value))
    with sdpa_kernel(KERNELS, set_priority=True):
        seen = scaled_dot_product_attention(query, key, value, attn_mask=sees[None, None])
    return seen.transpose(1, 2)[:, :count]
