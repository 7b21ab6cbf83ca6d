"""FLUX.1: the text-to-image checkpoint and the editing one, which differ in weights only."""

from pathlib import Path

import torch
from diffusers import (
    FlowMatchEulerDiscreteScheduler,
    FluxKontextPipeline,
    FluxPipeline,
    FluxTransformer2DModel,
)

from .autoencoder import build_flux_vae
from .clip_tokenizer import build_clip_tokenizer
from .publish import publish
from .t5_tokenizer import build_t5_tokenizer
from .text_encoders import build_clip, build_t5
from .weights import randomize

TEXT_WIDTH = 32
CLASSES: dict[str, list[str | None]] = {"tokenizer_2": ["transformers", "T5TokenizerFast"]}


def build_flux_transformer(seed: int, channels: int = 64, guided: bool = True) -> FluxTransformer2DModel:
    """Two double and two single blocks of width 64, with the guidance embedding where it is `guided`."""
    return randomize(
        FluxTransformer2DModel(
            patch_size=1,
            in_channels=channels,
            out_channels=64,
            num_layers=2,
            num_single_layers=2,
            attention_head_dim=16,
            num_attention_heads=4,
            joint_attention_dim=TEXT_WIDTH,
            pooled_projection_dim=TEXT_WIDTH,
            guidance_embeds=guided,
            axes_dims_rope=(4, 6, 6),
        ),
        seed,
    )


def flux_scheduler() -> FlowMatchEulerDiscreteScheduler:
    """FLUX.1-dev's own configuration."""
    return FlowMatchEulerDiscreteScheduler(
        num_train_timesteps=1000,
        shift=3.0,
        use_dynamic_shifting=True,
        base_shift=0.5,
        max_shift=1.15,
        base_image_seq_len=256,
        max_image_seq_len=4096,
    )


def flux_components(seed: int) -> dict[str, object]:
    """Every component that a FLUX.1 pipeline takes, in bfloat16 as published."""
    tokenizer = build_clip_tokenizer()
    tokenizer_2 = build_t5_tokenizer()
    return {
        "scheduler": flux_scheduler(),
        "tokenizer": tokenizer,
        "tokenizer_2": tokenizer_2,
        "text_encoder": build_clip(tokenizer, TEXT_WIDTH, seed).to(torch.bfloat16),
        "text_encoder_2": build_t5(len(tokenizer_2), TEXT_WIDTH, seed + 1).to(torch.bfloat16),
        "transformer": build_flux_transformer(seed + 2).to(torch.bfloat16),
        "vae": build_flux_vae(seed + 3).to(torch.bfloat16),
    }


def build_flux(checkpoints: Path) -> None:
    """FLUX.1-dev."""
    publish(FluxPipeline(**flux_components(100)), checkpoints / "black-forest-labs/FLUX.1-dev", CLASSES)


def build_flux_kontext(checkpoints: Path) -> None:
    """FLUX.1-Kontext-dev."""
    folder = checkpoints / "black-forest-labs/FLUX.1-Kontext-dev"
    publish(FluxKontextPipeline(**flux_components(200)), folder, CLASSES)


def build_flux_schnell(checkpoints: Path) -> None:
    """FLUX.1-schnell: no guidance, and a scheduler without a shift."""
    components = flux_components(240) | {
        "transformer": build_flux_transformer(242, guided=False).to(torch.bfloat16),
        "scheduler": FlowMatchEulerDiscreteScheduler(
            num_train_timesteps=1000,
            shift=1.0,
            use_dynamic_shifting=False,
            base_shift=0.5,
            max_shift=1.15,
            base_image_seq_len=256,
            max_image_seq_len=4096,
        ),
    }
    publish(FluxPipeline(**components), checkpoints / "black-forest-labs/FLUX.1-schnell", CLASSES)


RECIPES = {"flux": build_flux, "flux_kontext": build_flux_kontext, "flux_schnell": build_flux_schnell}
