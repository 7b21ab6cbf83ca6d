"""Attention written out: on a CPU the fused kernel's backward pass is many times slower."""

import torch
from diffusers.models.embeddings import apply_rotary_emb
from diffusers.models.transformers.transformer_flux import FluxAttention


def attend(query: torch.Tensor, key: torch.Tensor, value: torch.Tensor) -> torch.Tensor:
    """Softmax attention of (n, tokens, heads, size) tensors, as two batched matrix products."""
    query, key, value = (part.transpose(1, 2) for part in (query, key, value))
    weights = torch.matmul(query * query.shape[-1] ** -0.5, key.transpose(2, 3))
    return torch.matmul(weights.float().softmax(-1).to(value.dtype), value).transpose(1, 2).flatten(2, 3)


class PlainFluxAttention:
    """FLUX's attention with attend() in place of the fused kernel."""

    def __call__(
        self,
        attn: FluxAttention,
        hidden_states: torch.Tensor,
        encoder_hidden_states: torch.Tensor | None = None,
        attention_mask: torch.Tensor | None = None,
        image_rotary_emb: tuple[torch.Tensor, torch.Tensor] | None = None,
    ) -> torch.Tensor | tuple[torch.Tensor, torch.Tensor]:
        """The signature that diffusers calls a processor with."""

        def heads(states: torch.Tensor) -> torch.Tensor:
            return states.unflatten(-1, (attn.heads, -1))

        query = attn.norm_q(heads(attn.to_q(hidden_states)))
        key = attn.norm_k(heads(attn.to_k(hidden_states)))
        value = heads(attn.to_v(hidden_states))
        if encoder_hidden_states is None:
            return attend(rotate(query, image_rotary_emb), rotate(key, image_rotary_emb), value)
        text = encoder_hidden_states
        query = torch.cat([attn.norm_added_q(heads(attn.add_q_proj(text))), query], dim=1)
        key = torch.cat([attn.norm_added_k(heads(attn.add_k_proj(text))), key], dim=1)
        value = torch.cat([heads(attn.add_v_proj(text)), value], dim=1)
        states = attend(rotate(query, image_rotary_emb), rotate(key, image_rotary_emb), value)
        length = text.shape[1]
        return attn.to_out[0](states[:, length:]), attn.to_add_out(states[:, :length])


def rotate(states: torch.Tensor, rotary: tuple[torch.Tensor, torch.Tensor]) -> torch.Tensor:
    """Rotary positions on (n, tokens, heads, size)."""
    return apply_rotary_emb(states, rotary, sequence_dim=1)
