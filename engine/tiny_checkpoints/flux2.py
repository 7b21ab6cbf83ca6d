"""FLUX.2: dev with Mistral, and the two klein bases with Qwen3, each with the reader's own repository."""

from pathlib import Path
from typing import Any

import torch
from diffusers import (
    AutoencoderKLFlux2,
    FlowMatchEulerDiscreteScheduler,
    Flux2KleinPipeline,
    Flux2Pipeline,
    Flux2Transformer2DModel,
)

from .language_models import build_qwen3
from .mistral import CHAT, build_mistral3, build_mistral_tokenizer, publish_mistral
from .publish import publish
from .qwen_tokenizer import build_qwen_tokenizer
from .weights import randomize

TEXT_WIDTH = 16
MISTRAL = "mistralai/Mistral-Small-3.1-24B-Instruct-2503"


def build_flux2_transformer(seed: int, guided: bool) -> Flux2Transformer2DModel:
    """Two double and two single blocks of four heads of 16. A prompt is three layers of its reader."""
    return randomize(
        Flux2Transformer2DModel(
            num_layers=2,
            num_single_layers=2,
            attention_head_dim=16,
            num_attention_heads=4,
            joint_attention_dim=3 * TEXT_WIDTH,
            axes_dims_rope=(4, 4, 4, 4),
            guidance_embeds=guided,
        ),
        seed,
    ).to(torch.bfloat16)


def build_flux2_vae(seed: int) -> AutoencoderKLFlux2:
    """32 channels, packed two by two and normalized by running statistics that are not the identity."""
    vae = randomize(
        AutoencoderKLFlux2(block_out_channels=(8, 8, 16, 16), layers_per_block=1, norm_num_groups=4), seed
    )
    generator = torch.Generator().manual_seed(seed)
    vae.bn.running_mean.normal_(0.0, 0.1, generator=generator)
    vae.bn.running_var.uniform_(0.7, 1.4, generator=generator)
    return vae.to(torch.bfloat16)


def flux2_scheduler() -> FlowMatchEulerDiscreteScheduler:
    """The configuration in the repositories."""
    return FlowMatchEulerDiscreteScheduler(
        num_train_timesteps=1000,
        shift=3.0,
        use_dynamic_shifting=True,
        base_shift=0.5,
        max_shift=1.15,
        base_image_seq_len=256,
        max_image_seq_len=4096,
    )


def flux2_components(seed: int, guided: bool) -> dict[str, Any]:
    return {
        "scheduler": flux2_scheduler(),
        "vae": build_flux2_vae(seed),
        "transformer": build_flux2_transformer(seed + 1, guided),
    }


def build_flux2(checkpoints: Path) -> None:
    """FLUX.2-dev and Mistral, with other weights than its own text encoder, so that a mix-up shows."""
    pipeline = Flux2Pipeline(
        text_encoder=build_mistral3(TEXT_WIDTH, 802),
        tokenizer=build_mistral_tokenizer(CHAT),
        **flux2_components(800, guided=True),
    )
    classes = {"tokenizer": ["transformers", "PixtralProcessor"]}
    publish(pipeline, checkpoints / "black-forest-labs/FLUX.2-dev", classes)
    publish_mistral(checkpoints / MISTRAL, TEXT_WIDTH, 803)


def build_klein(checkpoints: Path, size: str, reader: str, seed: int) -> None:
    tokenizer = build_qwen_tokenizer()
    own = build_qwen3(tokenizer, TEXT_WIDTH, layers=28, seed=seed + 2)
    pipeline = Flux2KleinPipeline(
        text_encoder=own, tokenizer=tokenizer, is_distilled=False, **flux2_components(seed, guided=False)
    )
    publish(pipeline, checkpoints / f"black-forest-labs/FLUX.2-klein-base-{size}")
    build_qwen3(tokenizer, TEXT_WIDTH, layers=28, seed=seed + 3).save_pretrained(checkpoints / reader)
    tokenizer.save_pretrained(checkpoints / reader)


def build_klein_4b(checkpoints: Path) -> None:
    """FLUX.2-klein-base-4B and Qwen3-4B."""
    build_klein(checkpoints, "4B", "Qwen/Qwen3-4B", 810)


def build_klein_9b(checkpoints: Path) -> None:
    """FLUX.2-klein-base-9B and Qwen3-8B."""
    build_klein(checkpoints, "9B", "Qwen/Qwen3-8B", 820)


RECIPES = {
    "flux2": build_flux2,
    "flux2_diffusers": build_flux2,
    "flux2_klein_4b": build_klein_4b,
    "flux2_klein_9b": build_klein_9b,
}
