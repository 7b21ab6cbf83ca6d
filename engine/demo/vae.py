"""The demo model's VAE: diffusers' AutoencoderKL, 8x and 16 channels as FLUX's, but narrow."""

import torch
from diffusers import AutoencoderKL

LATENT_CHANNELS = 16
FIRST_LOG_VARIANCE = -6.0  # a posterior of unit variance would drown the first thousand steps in noise


def build_vae() -> AutoencoderKL:
    """An untrained VAE."""
    vae = AutoencoderKL(
        in_channels=3,
        out_channels=3,
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        block_out_channels=(32, 48, 64, 96),
        layers_per_block=1,
        act_fn="silu",
        latent_channels=LATENT_CHANNELS,
        norm_num_groups=8,
        sample_size=128,
        scaling_factor=1.0,
        shift_factor=0.0,
        use_quant_conv=False,
        use_post_quant_conv=False,
        mid_block_add_attention=False,
    )
    with torch.no_grad():
        vae.encoder.conv_out.bias[LATENT_CHANNELS:] = FIRST_LOG_VARIANCE
    return vae
