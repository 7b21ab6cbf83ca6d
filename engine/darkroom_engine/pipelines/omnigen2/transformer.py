"""OmniGen2's transformer: words, control pictures and the noise as one sequence.

Words, each control picture and the noise first pass refiners of their own. Then they are one sequence, in
that order, in which everything sees everything. What is said of the last part is the velocity.
"""

import torch
from diffusers.configuration_utils import ConfigMixin, register_to_config
from diffusers.models.modeling_utils import ModelMixin
from diffusers.models.normalization import LuminaLayerNormContinuous
from torch import nn

from darkroom_engine.pipelines.omnigen2.blocks import OmniGen2Block, TimeAndText

MOST_PICTURES = 5
"""Control pictures that the model has an embedding for."""


class OmniGen2Transformer2DModel(ModelMixin, ConfigMixin):
    """Layers are named as in the published checkpoint; the defaults are its configuration."""

    _skip_layerwise_casting_patterns = ("embed", "norm")

    @register_to_config
    def __init__(
        self,
        patch_size: int = 2,
        in_channels: int = 16,
        out_channels: int | None = None,
        hidden_size: int = 2520,
        num_layers: int = 32,
        num_refiner_layers: int = 2,
        num_attention_heads: int = 21,
        num_kv_heads: int = 7,
        multiple_of: int = 256,
        ffn_dim_multiplier: float | None = None,
        norm_eps: float = 1e-5,
        axes_dim_rope: tuple[int, int, int] = (40, 40, 40),
        axes_lens: tuple[int, int, int] = (1024, 1664, 1664),
        text_feat_dim: int = 2048,
        timestep_scale: float = 1000.0,
    ) -> None:
        """`axes_lens` is the size of the release's table of angles, which are computed here (`rotary.py`)."""
        super().__init__()
        pixels = patch_size**2 * in_channels
        self.x_embedder = nn.Linear(pixels, hidden_size)
        self.ref_image_patch_embedder = nn.Linear(pixels, hidden_size)
        self.time_caption_embed = TimeAndText(hidden_size, text_feat_dim, norm_eps, timestep_scale)

        def blocks(count: int, modulation: bool = True) -> nn.ModuleList:
            sizes = (hidden_size, num_attention_heads, num_kv_heads, multiple_of, ffn_dim_multiplier)
            return nn.ModuleList([OmniGen2Block(*sizes, norm_eps, modulation) for _ in range(count)])

        self.noise_refiner = blocks(num_refiner_layers)
        self.ref_image_refiner = blocks(num_refiner_layers)
        self.context_refiner = blocks(num_refiner_layers, modulation=False)
        self.layers = blocks(num_layers)
        self.norm_out = LuminaLayerNormContinuous(
            hidden_size,
            min(hidden_size, 1024),
            elementwise_affine=False,
            eps=1e-6,
            out_dim=patch_size**2 * (out_channels or in_channels),
        )
        self.image_index_embedding = nn.Parameter(torch.randn(MOST_PICTURES, hidden_size) * 0.02)

    def forward(
        self,
        latents: torch.Tensor,
        time: torch.Tensor,
        text: torch.Tensor,
        pictures: list[torch.Tensor],
        rotations: torch.Tensor,
    ) -> torch.Tensor:
        """The velocity of `latents`, (1, channels, rows, columns).

        `time` is (1,) from 0 to 1, `text` the reader's states (1, words, width), `pictures` latents of
        control images of any size, and `rotations` those of the whole sequence.
        """
        side = self.config.patch_size
        moment, words = self.time_caption_embed(latents, time, text)
        shown = [
            self.ref_image_patch_embedder(to_patches(picture, side)) + embedding
            for picture, embedding in zip(pictures, self.image_index_embedding, strict=False)
        ]
        noise = self.x_embedder(to_patches(latents, side))
        counts = [part.shape[1] for part in (words, *shown, noise)]
        turns = rotations.split(counts, dim=1)
        words = run(self.context_refiner, words, turns[0])
        noise = run(self.noise_refiner, noise, turns[-1], moment)
        shown = [
            run(self.ref_image_refiner, picture, turn, moment)
            for picture, turn in zip(shown, turns[1:-1], strict=True)
        ]
        sequence = run(self.layers, torch.cat([words, *shown, noise], dim=1), rotations, moment)
        said = self.norm_out(sequence, moment)[:, -noise.shape[1] :]
        return from_patches(said, side, *latents.shape[-2:])


def run(
    blocks: nn.ModuleList, tokens: torch.Tensor, turns: torch.Tensor, moment: torch.Tensor | None = None
) -> torch.Tensor:
    # All is seen. The mask is there because the trainer has one, and torch picks another kernel without it.
    seen = torch.ones(tokens.shape[:2], dtype=torch.bool, device=tokens.device)
    for block in blocks:
        tokens = block(tokens, seen, turns, moment)
    return tokens


def to_patches(latents: torch.Tensor, side: int) -> torch.Tensor:
    """(1, channels, rows, columns) to (1, patches, values): row by row, the channel last."""
    _, channels, rows, columns = latents.shape
    split = latents.reshape(1, channels, rows // side, side, columns // side, side)
    return split.permute(0, 2, 4, 3, 5, 1).reshape(1, -1, side * side * channels)


def from_patches(patches: torch.Tensor, side: int, rows: int, columns: int) -> torch.Tensor:
    """`to_patches`, undone."""
    split = patches.reshape(1, rows // side, columns // side, side, side, -1)
    return split.permute(0, 5, 1, 3, 2, 4).reshape(1, -1, rows, columns)
