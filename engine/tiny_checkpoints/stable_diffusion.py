"""Stable Diffusion 1.5, with the safety checker and the fp16 variant that its repository holds."""

from pathlib import Path

import torch
from diffusers import PNDMScheduler, StableDiffusionPipeline, UNet2DConditionModel
from diffusers.pipelines.stable_diffusion import StableDiffusionSafetyChecker
from transformers import CLIPConfig, CLIPImageProcessor, CLIPTextConfig, CLIPVisionConfig

from .autoencoder import build_stable_diffusion_vae
from .clip_tokenizer import build_clip_tokenizer
from .publish import publish
from .text_encoders import build_clip
from .weights import randomize

WIDTH = 32
SEED = 400


def build_sd15_unet(seed: int) -> UNet2DConditionModel:
    """Four levels, attention in all but the last."""
    return randomize(
        UNet2DConditionModel(
            sample_size=64,
            in_channels=4,
            out_channels=4,
            down_block_types=(*("CrossAttnDownBlock2D",) * 3, "DownBlock2D"),
            up_block_types=("UpBlock2D", *("CrossAttnUpBlock2D",) * 3),
            block_out_channels=(8, 16, 16, 16),
            layers_per_block=2,
            attention_head_dim=2,
            norm_num_groups=4,
            cross_attention_dim=WIDTH,
        ),
        seed,
    )


def build_safety_checker(seed: int) -> StableDiffusionSafetyChecker:
    """A checker with thresholds that no picture reaches: random weights would black out pictures at random."""
    tiny = {"hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2}
    vision = CLIPVisionConfig(**tiny, image_size=28, patch_size=14, projection_dim=16)
    config = CLIPConfig.from_text_vision_configs(CLIPTextConfig(**tiny), vision, projection_dim=16)
    checker = randomize(StableDiffusionSafetyChecker(config), seed)
    for thresholds in (checker.concept_embeds_weights, checker.special_care_embeds_weights):
        torch.nn.init.constant_(thresholds, 2.0)
    return checker


def build_sd15(checkpoints: Path) -> None:
    """stable-diffusion-v1-5."""
    tokenizer = build_clip_tokenizer()
    pipeline = StableDiffusionPipeline(
        vae=build_stable_diffusion_vae(SEED, scaling_factor=0.18215),
        text_encoder=build_clip(tokenizer, WIDTH, SEED + 1),
        tokenizer=tokenizer,
        unet=build_sd15_unet(SEED + 2),
        scheduler=PNDMScheduler(
            beta_start=0.00085,
            beta_end=0.012,
            beta_schedule="scaled_linear",
            skip_prk_steps=True,
            set_alpha_to_one=False,
            steps_offset=1,
        ),
        safety_checker=build_safety_checker(SEED + 3),
        feature_extractor=CLIPImageProcessor(size={"shortest_edge": 28}, crop_size=28),
    )
    folder = checkpoints / "stable-diffusion-v1-5/stable-diffusion-v1-5"
    publish(pipeline, folder, variants=("fp16",))


RECIPES = {"sd15": build_sd15}
