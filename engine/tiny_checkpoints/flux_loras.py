"""One LoRA per spelling that FLUX.1 files come in."""

from pathlib import Path

import torch
from diffusers import FluxTransformer2DModel

from .adapter import Pairs, draw_pairs, kohya_keys, linear_shapes, peft_keys, save_adapter, trainer_metadata
from .clip_tokenizer import build_clip_tokenizer
from .flux import TEXT_WIDTH, build_flux_transformer
from .lycoris import dora_keys, loha_keys, lokr_keys
from .text_encoders import build_clip

BLOCKS = ("transformer_blocks.", "single_transformer_blocks.")
ALPHA = 2.0
"""Half the rank, so that a reader that forgets alpha / rank is off by two."""
BY_TRAINER = ("ai_toolkit", "lokr")
"""Forms that ai-toolkit writes, with its metadata in the header."""


def build_flux_loras(folder: Path) -> None:
    """ai-toolkit's form, PEFT with alpha, kohya's over BFL's fused names, two with `diffusion_model.`, one in
    eight bits, the three forms that are more than a product of two factors, and one with the text encoder.
    """
    transformer = build_flux_transformer(seed=0)
    shapes = linear_shapes(transformer, BLOCKS)
    fused = draw_pairs(original_shapes(transformer), seed=13)
    metadata = trainer_metadata("flux.1", "tinystyle")
    half, full = torch.float16, torch.float32
    for form, tensors, dtype in (
        ("ai_toolkit", peft_keys(draw_pairs(shapes, 11), "transformer."), half),
        ("peft_alpha", peft_keys(draw_pairs(shapes, 12), "transformer.", ALPHA), torch.bfloat16),
        ("kohya", kohya_keys(fused, "lora_unet_", ALPHA), half),
        ("original_names", peft_keys(dotted(fused), "diffusion_model."), full),
        ("diffusion_model", peft_keys(draw_pairs(shapes, 14), "diffusion_model."), half),
        ("fp8", peft_keys(draw_pairs(shapes, 15), "transformer."), torch.float8_e4m3fn),
        ("lokr", lokr_keys(shapes, 16, "transformer.", ALPHA), half),
        ("loha", loha_keys(shapes, 17, "lycoris_", ALPHA), half),
        ("dora", dora_keys(shapes, 18, "transformer."), half),
        ("kohya_text", kohya_keys(fused, "lora_unet_", ALPHA) | reader_keys(), half),
    ):
        save_adapter(folder / f"{form}.safetensors", tensors, dtype, metadata if form in BY_TRAINER else None)


def reader_keys() -> dict[str, torch.Tensor]:
    """CLIP's layers as kohya writes them; nobody trains T5."""
    reader = build_clip(build_clip_tokenizer(), TEXT_WIDTH, 0)
    pairs = draw_pairs(linear_shapes(reader, ("encoder.",)), 19)
    return kohya_keys(pairs, "lora_te1_text_model_", ALPHA)


def original_shapes(transformer: FluxTransformer2DModel) -> dict[str, torch.Size]:
    """The trained layers of BFL's own FLUX, as wide as `transformer`; query, key and value are one matrix."""
    width = transformer.inner_dim
    hidden = 4 * width
    shapes: dict[str, torch.Size] = {}
    for block in range(len(transformer.transformer_blocks)):
        for side in ("img", "txt"):
            stem = f"double_blocks.{block}.{side}"
            shapes[f"{stem}_attn_qkv"] = torch.Size((3 * width, width))
            shapes[f"{stem}_attn_proj"] = torch.Size((width, width))
            shapes[f"{stem}_mlp_0"] = torch.Size((hidden, width))
            shapes[f"{stem}_mlp_2"] = torch.Size((width, hidden))
            shapes[f"{stem}_mod_lin"] = torch.Size((6 * width, width))
    for block in range(len(transformer.single_transformer_blocks)):
        stem = f"single_blocks.{block}"
        shapes[f"{stem}.linear1"] = torch.Size((3 * width + hidden, width))
        shapes[f"{stem}.linear2"] = torch.Size((width, width + hidden))
        shapes[f"{stem}.modulation_lin"] = torch.Size((3 * width, width))
    return shapes


def dotted(pairs: Pairs) -> Pairs:
    """The same under BFL's module paths: `img_attn.qkv` for `img_attn_qkv`."""
    joints = ("attn_", "mlp_", "mod_", "modulation_")
    renamed: Pairs = {}
    for name, pair in pairs.items():
        for joint in joints:
            name = name.replace(joint, f"{joint[:-1]}.")
        renamed[name] = pair
    return renamed


LORA_RECIPES = dict.fromkeys(("flux", "flux_kontext", "flux_schnell"), build_flux_loras)
