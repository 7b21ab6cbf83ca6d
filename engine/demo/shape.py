"""The demo model's FLUX transformer, scheduler and the layout of its latents."""

import torch
from diffusers import FlowMatchEulerDiscreteScheduler, FluxTransformer2DModel

from .train_text import WIDTH
from .train_tokenizers import T5_LENGTH
from .vae import LATENT_CHANNELS

SIDE = 16  # latent pixels a side, for 128x128 pictures
PATCHES = (SIDE // 2) ** 2


def build_transformer() -> FluxTransformer2DModel:
    """An untrained transformer with FLUX.1-dev's blocks and embedded guidance, 1 double and 7 single."""
    model = FluxTransformer2DModel(
        patch_size=1,
        in_channels=4 * LATENT_CHANNELS,
        num_layers=1,
        num_single_layers=7,
        attention_head_dim=64,
        num_attention_heads=4,
        joint_attention_dim=WIDTH,
        pooled_projection_dim=WIDTH,
        guidance_embeds=True,
        axes_dims_rope=(16, 24, 24),
    )
    for name, parameter in model.named_parameters():
        if ".linear." in name or name.startswith("proj_out"):
            torch.nn.init.zeros_(parameter)  # every block starts as the identity
    return model


def build_scheduler() -> FlowMatchEulerDiscreteScheduler:
    """FLUX.1-dev's scheduler."""
    return FlowMatchEulerDiscreteScheduler(
        num_train_timesteps=1000,
        shift=3.0,
        use_dynamic_shifting=True,
        base_shift=0.5,
        max_shift=1.15,
        base_image_seq_len=256,
        max_image_seq_len=4096,
    )


def pack(latents: torch.Tensor) -> torch.Tensor:
    """(n, 16, 16, 16) latents as (n, 64, 64): each 2x2 square a token, as FluxPipeline does."""
    count = latents.shape[0]
    squares = latents.view(count, LATENT_CHANNELS, SIDE // 2, 2, SIDE // 2, 2).permute(0, 2, 4, 1, 3, 5)
    return squares.reshape(count, PATCHES, 4 * LATENT_CHANNELS)


def unpack(tokens: torch.Tensor) -> torch.Tensor:
    """The inverse of pack."""
    squares = tokens.view(-1, SIDE // 2, SIDE // 2, LATENT_CHANNELS, 2, 2).permute(0, 3, 1, 4, 2, 5)
    return squares.reshape(-1, LATENT_CHANNELS, SIDE, SIDE)


def position_ids() -> tuple[torch.Tensor, torch.Tensor]:
    """The text's and the picture's position ids, as FluxPipeline makes them."""
    picture = torch.zeros(SIDE // 2, SIDE // 2, 3)
    picture[..., 1] += torch.arange(SIDE // 2)[:, None]
    picture[..., 2] += torch.arange(SIDE // 2)[None, :]
    return torch.zeros(T5_LENGTH, 3), picture.reshape(PATCHES, 3)
