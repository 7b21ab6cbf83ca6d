"""Z-Image: base, turbo, and the de-distilled transformer for the turbo one."""

from pathlib import Path

import torch
from diffusers import FlowMatchEulerDiscreteScheduler, ZImagePipeline, ZImageTransformer2DModel

from .adapter import draw_pairs, kohya_keys, linear_shapes, peft_keys, save_adapter, trainer_metadata
from .autoencoder import build_flux_vae
from .language_models import build_qwen3
from .lycoris import lokr_keys
from .publish import publish
from .qwen_tokenizer import build_qwen_tokenizer
from .weights import randomize

ALPHA = 2.0

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


def publish_zimage(folder: Path, seed: int) -> None:
    """A whole Z-Image repository. Its pipeline reads the last but one of the text encoder's layers."""
    tokenizer = build_qwen_tokenizer()
    pipeline = ZImagePipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(num_train_timesteps=1000, shift=3.0),
        vae=build_flux_vae(seed).to(torch.bfloat16),
        text_encoder=build_qwen3(tokenizer, TEXT_WIDTH, layers=3, seed=seed + 1),
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


def build_zimage_loras(folder: Path) -> None:
    """ai-toolkit's form, over the main layers; diffusers', with and without alpha; kohya's; and LoKr."""
    shapes = linear_shapes(build_zimage_transformer(seed=0), ("layers.",))
    metadata = trainer_metadata("zimage", "tinystyle")
    forms = {
        "ai_toolkit": (peft_keys(draw_pairs(shapes, 51), "diffusion_model."), metadata),
        "peft": (peft_keys(draw_pairs(shapes, 52), "transformer."), metadata),
        "peft_alpha": (peft_keys(draw_pairs(shapes, 53), "transformer.", ALPHA), None),
        "kohya": (kohya_keys(draw_pairs(shapes, 54), "lora_unet_", ALPHA), None),
        "lokr": (lokr_keys(shapes, 55, "diffusion_model.", ALPHA), metadata),
    }
    for name, (tensors, written) in forms.items():
        save_adapter(folder / f"{name}.safetensors", tensors, torch.float16, written)


RECIPES = {
    "zimage": build_zimage,
    "zimage_turbo": build_zimage_turbo,
    "zimage_deturbo": build_zimage_deturbo,
}
LORA_RECIPES = dict.fromkeys(RECIPES, build_zimage_loras)
