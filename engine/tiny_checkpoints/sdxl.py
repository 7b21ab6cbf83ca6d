"""Stable Diffusion XL, with the float32 files and the fp16 variant that its repository holds."""

from pathlib import Path

from diffusers import EulerDiscreteScheduler, StableDiffusionXLPipeline, UNet2DConditionModel

from .autoencoder import build_stable_diffusion_vae
from .clip_tokenizer import build_clip_tokenizer
from .publish import publish
from .text_encoders import build_clip, build_projected_clip
from .weights import randomize

WIDTH_1, WIDTH_2 = 32, 40
TIME_WIDTH = 16
SEED = 300


def build_sdxl_unet(seed: int) -> UNet2DConditionModel:
    """SDXL's block structure: three levels, the first without attention."""
    return randomize(
        UNet2DConditionModel(
            sample_size=128,
            in_channels=4,
            out_channels=4,
            down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
            up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
            block_out_channels=(8, 16, 32),
            layers_per_block=2,
            transformer_layers_per_block=(1, 1, 2),
            attention_head_dim=(1, 2, 4),
            norm_num_groups=4,
            cross_attention_dim=WIDTH_1 + WIDTH_2,
            use_linear_projection=True,
            addition_embed_type="text_time",
            addition_time_embed_dim=TIME_WIDTH,
            projection_class_embeddings_input_dim=WIDTH_2 + 6 * TIME_WIDTH,
        ),
        seed,
    )


def stable_diffusion_scheduler() -> EulerDiscreteScheduler:
    """The configuration in SDXL's repository."""
    return EulerDiscreteScheduler(
        num_train_timesteps=1000,
        beta_start=0.00085,
        beta_end=0.012,
        beta_schedule="scaled_linear",
        prediction_type="epsilon",
        interpolation_type="linear",
        timestep_spacing="leading",
        steps_offset=1,
        use_karras_sigmas=False,
    )


def build_sdxl(checkpoints: Path) -> None:
    """stable-diffusion-xl-base-1.0."""
    tokenizer = build_clip_tokenizer()
    tokenizer_2 = build_clip_tokenizer(pad_token="!")  # noqa: S106 the padding of the published tokenizer
    pipeline = StableDiffusionXLPipeline(
        vae=build_stable_diffusion_vae(SEED, scaling_factor=0.13025),
        text_encoder=build_clip(tokenizer, WIDTH_1, SEED + 1),
        text_encoder_2=build_projected_clip(tokenizer_2, WIDTH_2, SEED + 2),
        tokenizer=tokenizer,
        tokenizer_2=tokenizer_2,
        unet=build_sdxl_unet(SEED + 3),
        scheduler=stable_diffusion_scheduler(),
    )
    publish(pipeline, checkpoints / "stabilityai/stable-diffusion-xl-base-1.0", variants=("fp16",))


RECIPES = {"sdxl": build_sdxl}
