"""Small image VAEs: diffusers' AutoencoderKL, 8x, in the two forms that the checkpoints use."""

from diffusers import AutoencoderKL

from .weights import randomize

LEVELS = 4


def build_flux_vae(seed: int) -> AutoencoderKL:
    """16 channels, without the quantizing convolutions, scaled and shifted as FLUX.1's."""
    return randomize(
        AutoencoderKL(
            **shape(latent_channels=16),
            scaling_factor=0.3611,
            shift_factor=0.1159,
            use_quant_conv=False,
            use_post_quant_conv=False,
        ),
        seed,
    )


def build_stable_diffusion_vae(seed: int, scaling_factor: float) -> AutoencoderKL:
    """4 channels, with the quantizing convolutions."""
    return randomize(AutoencoderKL(**shape(latent_channels=4), scaling_factor=scaling_factor), seed)


def shape(latent_channels: int) -> dict[str, object]:
    """What both forms share; the widths are the only thing that is not the published one."""
    return {
        "in_channels": 3,
        "out_channels": 3,
        "down_block_types": ("DownEncoderBlock2D",) * LEVELS,
        "up_block_types": ("UpDecoderBlock2D",) * LEVELS,
        "block_out_channels": (8, 8, 16, 16),
        "layers_per_block": 1,
        "act_fn": "silu",
        "latent_channels": latent_channels,
        "norm_num_groups": 4,
        "sample_size": 1024,
    }
