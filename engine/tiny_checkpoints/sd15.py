"""Stable Diffusion 1.5, with the float32 files and the fp16 variant that its repository holds."""

from pathlib import Path

import torch
from diffusers import PNDMScheduler, StableDiffusionPipeline, UNet2DConditionModel

from .adapter import draw_pairs, kohya_keys, linear_shapes, peft_keys, save_adapter, trainer_metadata
from .autoencoder import build_stable_diffusion_vae
from .clip_tokenizer import build_clip_tokenizer
from .publish import publish
from .sdxl_loras import unet_shapes
from .text_encoders import build_clip
from .weights import randomize

WIDTH = 32
SEED = 340
ALPHA = 2.0


def build_sd15_unet(seed: int) -> UNet2DConditionModel:
    """SD 1.5's block structure: four levels, the last without attention, 1x1 kernels around attention."""
    return randomize(
        UNet2DConditionModel(
            sample_size=64,
            in_channels=4,
            out_channels=4,
            down_block_types=(*("CrossAttnDownBlock2D",) * 3, "DownBlock2D"),
            up_block_types=("UpBlock2D", *("CrossAttnUpBlock2D",) * 3),
            block_out_channels=(8, 8, 16, 16),
            layers_per_block=1,
            attention_head_dim=2,
            norm_num_groups=4,
            cross_attention_dim=WIDTH,
        ),
        seed,
    )


def sd15_scheduler() -> PNDMScheduler:
    """The configuration in the repository."""
    return PNDMScheduler(
        num_train_timesteps=1000,
        beta_start=0.00085,
        beta_end=0.012,
        beta_schedule="scaled_linear",
        skip_prk_steps=True,
        set_alpha_to_one=False,
        steps_offset=1,
    )


def build_sd15(checkpoints: Path) -> None:
    """stable-diffusion-v1-5, without the weights of its safety checker, which is never loaded."""
    tokenizer = build_clip_tokenizer()
    pipeline = StableDiffusionPipeline(
        vae=build_stable_diffusion_vae(SEED, scaling_factor=0.18215),
        text_encoder=build_clip(tokenizer, WIDTH, SEED + 1),
        tokenizer=tokenizer,
        unet=build_sd15_unet(SEED + 2),
        scheduler=sd15_scheduler(),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )
    classes = {
        "safety_checker": ["stable_diffusion", "StableDiffusionSafetyChecker"],
        "feature_extractor": ["transformers", "CLIPFeatureExtractor"],
        "requires_safety_checker": True,
    }
    publish(pipeline, checkpoints / "stable-diffusion-v1-5/stable-diffusion-v1-5", classes, ("fp16",))


def build_sd15_loras(folder: Path) -> None:
    """kohya's spelling over diffusers' names, as ai-toolkit writes it; with the text encoder; diffusers'."""
    metadata = trainer_metadata("sd_1.5", "tinystyle")
    shapes = unet_shapes(build_sd15_unet(0), kernels=(1,))
    unet = kohya_keys(draw_pairs(shapes, 34), "lora_unet_", ALPHA)
    save_adapter(folder / "kohya.safetensors", unet, torch.float16, metadata)
    layers = linear_shapes(build_clip(build_clip_tokenizer(), WIDTH, 0), ("encoder.",))
    text = kohya_keys(draw_pairs(layers, 35), "lora_te_text_model_", ALPHA)
    save_adapter(folder / "kohya_text.safetensors", unet | text, torch.float16, metadata)
    named = peft_keys(draw_pairs(shapes, 36), "unet.") | peft_keys(
        draw_pairs(layers, 37), "text_encoder.text_model."
    )
    save_adapter(folder / "peft.safetensors", named, torch.bfloat16)


RECIPES = {"sd15": build_sd15}
LORA_RECIPES = {"sd15": build_sd15_loras}
