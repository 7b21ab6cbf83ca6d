"""One LoRA per spelling that FLUX.2 files come in."""

from pathlib import Path

import torch

from .adapter import draw_pairs, kohya_keys, linear_shapes, peft_keys, save_adapter, trainer_metadata
from .flux2 import RECIPES as FLUX2_RECIPES
from .flux2 import build_flux2_transformer
from .lycoris import lokr_keys

ALPHA = 2.0
BLOCKS = ("transformer_blocks.", "single_transformer_blocks.")


def build_flux2_loras(folder: Path) -> None:
    """ai-toolkit's form over BFL's fused names, the same as kohya writes it, diffusers' names, and LoKr."""
    original = original_shapes(width=64, blocks=2)
    half, metadata = torch.float16, trainer_metadata("flux2", "tinystyle")
    save_adapter(
        folder / "ai_toolkit.safetensors",
        peft_keys(draw_pairs(original, 81), "diffusion_model."),
        half,
        metadata,
    )
    flat = kohya_keys(draw_pairs(original, 82), "lora_unet_", ALPHA)
    save_adapter(folder / "kohya.safetensors", flat, half)
    shapes = linear_shapes(build_flux2_transformer(seed=0, guided=False), BLOCKS)
    save_adapter(folder / "diffusers.safetensors", peft_keys(draw_pairs(shapes, 83), "transformer."), half)
    save_adapter(
        folder / "lokr.safetensors", lokr_keys(original, 84, "diffusion_model.", ALPHA), half, metadata
    )


def original_shapes(width: int, blocks: int) -> dict[str, torch.Size]:
    """The layers that ai-toolkit trains in BFL's FLUX.2, whose MLP is gated and thrice as wide."""
    shapes: dict[str, torch.Size] = {}
    for block in range(blocks):
        for side in ("img", "txt"):
            stem = f"double_blocks.{block}.{side}"
            shapes[f"{stem}_attn.qkv"] = torch.Size((3 * width, width))
            shapes[f"{stem}_attn.proj"] = torch.Size((width, width))
            shapes[f"{stem}_mlp.0"] = torch.Size((6 * width, width))
            shapes[f"{stem}_mlp.2"] = torch.Size((width, 3 * width))
        shapes[f"single_blocks.{block}.linear1"] = torch.Size((9 * width, width))
        shapes[f"single_blocks.{block}.linear2"] = torch.Size((width, 4 * width))
    return shapes


LORA_RECIPES = dict.fromkeys(FLUX2_RECIPES, build_flux2_loras)
