"""One LoRA per spelling that Qwen-Image files come in."""

from pathlib import Path

import torch

from .adapter import draw_pairs, kohya_keys, linear_shapes, peft_keys, save_adapter, trainer_metadata
from .lycoris import lokr_keys
from .qwen_image import RECIPES as QWEN_IMAGE_RECIPES
from .qwen_image import build_qwen_image_transformer

ALPHA = 2.0


def build_qwen_image_loras(folder: Path) -> None:
    """ai-toolkit's form, the older one with `transformer.`, the same with alpha, kohya's, and LoKr."""
    shapes = linear_shapes(build_qwen_image_transformer(seed=0), ("transformer_blocks.",))
    metadata = trainer_metadata("qwen_image", "tinystyle")
    forms = {
        "ai_toolkit": (peft_keys(draw_pairs(shapes, 61), "diffusion_model."), metadata),
        "transformer": (peft_keys(draw_pairs(shapes, 62), "transformer."), metadata),
        "peft_alpha": (peft_keys(draw_pairs(shapes, 63), "transformer.", ALPHA), None),
        "kohya": (kohya_keys(draw_pairs(shapes, 64), "lora_unet_", ALPHA), None),
        "lokr": (lokr_keys(shapes, 65, "diffusion_model.", ALPHA), metadata),
    }
    for name, (tensors, written) in forms.items():
        save_adapter(folder / f"{name}.safetensors", tensors, torch.float16, written)


LORA_RECIPES = dict.fromkeys(QWEN_IMAGE_RECIPES, build_qwen_image_loras)
