"""The parts of OmniGen2's transformer: those of Lumina 2, with norms that round once.

diffusers' RMSNorm rounds to bfloat16 before it multiplies by the weight; the trainer's kernel and torch's do
not.
"""

from diffusers.models.embeddings import Timesteps
from diffusers.models.transformers.transformer_lumina2 import (
    Lumina2CombinedTimestepCaptionEmbedding,
    Lumina2TransformerBlock,
)
from torch import nn

TIME_WIDTH = 256


class OmniGen2Block(Lumina2TransformerBlock):
    """Attention and a gated MLP, each between two norms; the time modulates them where `modulation` is on."""

    def __init__(
        self,
        dim: int,
        num_attention_heads: int,
        num_kv_heads: int,
        multiple_of: int,
        ffn_dim_multiplier: float | None,
        norm_eps: float,
        modulation: bool = True,
    ) -> None:
        sizes = (dim, num_attention_heads, num_kv_heads, multiple_of, ffn_dim_multiplier)
        super().__init__(*sizes, norm_eps, modulation)
        if modulation:
            self.norm1.norm = nn.RMSNorm(dim, eps=norm_eps)
        else:
            self.norm1 = nn.RMSNorm(dim, eps=norm_eps)
        self.norm2 = nn.RMSNorm(dim, eps=norm_eps)
        self.ffn_norm1 = nn.RMSNorm(dim, eps=norm_eps)
        self.ffn_norm2 = nn.RMSNorm(dim, eps=norm_eps)


class TimeAndText(Lumina2CombinedTimestepCaptionEmbedding):
    """The time as one vector, and the reader's states at the transformer's width."""

    def __init__(self, hidden_size: int, text_feat_dim: int, norm_eps: float, timestep_scale: float) -> None:
        super().__init__(hidden_size, text_feat_dim, TIME_WIDTH, norm_eps)
        self.time_proj = Timesteps(
            TIME_WIDTH, flip_sin_to_cos=True, downscale_freq_shift=0.0, scale=timestep_scale
        )
        self.caption_embedder[0] = nn.RMSNorm(text_feat_dim, eps=norm_eps)
