"""Z-Image: the base model, the turbo one, and the de-distilled transformer that goes into the turbo one's place."""

from pathlib import Path

import torch
from diffusers import FlowMatchEulerDiscreteScheduler, ZImagePipeline, ZImageTransformer2DModel
from transformers import Qwen3Config, Qwen3Model

from .autoencoder import build_flux_vae
from .publish import publish
from .qwen_tokenizer import build_qwen_tokenizer
from .weights import randomize

TEXT_WIDTH = 32


def build_zimage_transformer(seed: int) -> ZImageTransformer2DModel:
    """Two layers and one of each refiner, four heads of 16."""
    return randomize(
        ZImageTransformer2DModel(
            in_channels=16,
            dim=64,
            n_layers=2,
            n_refiner_layers=1,
            n_heads=4,
            n_kv_heads=4,
            cap_feat_dim=TEXT_WIDTH,
            axes_dims=[4, 6, 6],
            axes_lens=[1024, 512, 512],
        ),
        seed,
    ).to(torch.bfloat16)


def build_qwen3(vocabulary: int, seed: int) -> Qwen3Model:
    """A Qwen3 of three layers; the pipeline reads the last but one."""
    config = Qwen3Config(
        vocab_size=vocabulary,
        hidden_size=TEXT_WIDTH,
        intermediate_size=2 * TEXT_WIDTH,
        num_hidden_layers=3,
        num_attention_heads=4,
        num_key_value_heads=2,
        head_dim=8,
        tie_word_embeddings=True,
    )
    return randomize(Qwen3Model(config), seed).to(torch.bfloat16)


def publish_zimage(folder: Path, seed: int) -> None:
    """A whole Z-Image repository."""
    tokenizer = build_qwen_tokenizer()
    pipeline = ZImagePipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(num_train_timesteps=1000, shift=3.0),
        vae=build_flux_vae(seed).to(torch.bfloat16),
        text_encoder=build_qwen3(len(tokenizer), seed + 1),
        tokenizer=tokenizer,
        transformer=build_zimage_transformer(seed + 2),
    )
    publish(pipeline, folder)


def build_zimage(checkpoints: Path) -> None:
    """Z-Image."""
    publish_zimage(checkpoints / "Tongyi-MAI/Z-Image", 500)


def build_zimage_turbo(checkpoints: Path) -> None:
    """Z-Image-Turbo."""
    publish_zimage(checkpoints / "Tongyi-MAI/Z-Image-Turbo", 510)


def build_zimage_deturbo(checkpoints: Path) -> None:
    """Z-Image-Turbo, and the repository that holds only another transformer for it."""
    build_zimage_turbo(checkpoints)
    build_zimage_transformer(523).save_pretrained(checkpoints / "ostris/Z-Image-De-Turbo" / "transformer")


RECIPES = {
    "zimage": build_zimage,
    "zimage_turbo": build_zimage_turbo,
    "zimage_deturbo": build_zimage_deturbo,
}
