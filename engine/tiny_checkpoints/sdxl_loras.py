"""SDXL LoRAs in kohya's spelling over diffusers' module names, as ai-toolkit writes them."""

from pathlib import Path

import torch
from diffusers import UNet2DConditionModel
from torch import nn

from .adapter import draw_pairs, kohya_keys, linear_shapes, peft_keys, save_adapter, trainer_metadata
from .clip_tokenizer import build_clip_tokenizer
from .sdxl import WIDTH_1, WIDTH_2, build_sdxl_unet
from .text_encoders import build_clip, build_projected_clip

ALPHA = 2.0


def build_sdxl_loras(folder: Path) -> None:
    """The UNet's linear and 1x1 layers; the same with 3x3 convolutions; one with both text encoders; and one
    by diffusers' names.
    """
    unet = build_sdxl_unet(seed=0)
    metadata = trainer_metadata("sdxl_1.0", "tinystyle")
    half = torch.float16
    small = kohya_keys(draw_pairs(unet_shapes(unet, kernels=(1,)), 21), "lora_unet_", ALPHA)
    save_adapter(folder / "kohya.safetensors", small, half, metadata)
    large = kohya_keys(draw_pairs(unet_shapes(unet, kernels=(1, 3)), 22), "lora_unet_", ALPHA)
    save_adapter(folder / "kohya_conv.safetensors", large, half, metadata)
    named = peft_keys(draw_pairs(unet_shapes(unet, kernels=(1,)), 25), "unet.")
    save_adapter(folder / "peft.safetensors", named, torch.bfloat16)
    save_adapter(folder / "kohya_text.safetensors", small | text_encoder_keys(), half, metadata)


def unet_shapes(unet: UNet2DConditionModel, kernels: tuple[int, ...]) -> dict[str, torch.Size]:
    """Every linear layer, the time and size embeddings included, and convolutions with these kernel sizes."""
    convolutions = {
        name: layer.weight.shape
        for name, layer in unet.named_modules()
        if isinstance(layer, nn.Conv2d) and layer.kernel_size[0] in kernels
    }
    return linear_shapes(unet, ("",)) | convolutions


def text_encoder_keys() -> dict[str, torch.Tensor]:
    """Both text encoders' layers, under `text_model.`, which transformers 5 drops from the first."""
    tokenizer = build_clip_tokenizer()
    first = linear_shapes(build_clip(tokenizer, WIDTH_1, 0), ("encoder.",))
    second = linear_shapes(build_projected_clip(tokenizer, WIDTH_2, 0), ("text_model.encoder.",))
    return {
        **kohya_keys(draw_pairs(first, 23), "lora_te1_text_model_", ALPHA),
        **kohya_keys(draw_pairs(second, 24), "lora_te2_", ALPHA),
    }


LORA_RECIPES = {"sdxl": build_sdxl_loras}
