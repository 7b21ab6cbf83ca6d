"""One LoRA per spelling that Wan files come in; with two transformers, names say for which."""

from pathlib import Path

import torch

from .adapter import Pairs, draw_pairs, kohya_keys, linear_shapes, peft_keys, save_adapter, trainer_metadata
from .wan import build_seeing_transformer, build_token_transformer, build_wan_transformer

ALPHA = 2.0
BLOCKS = ("blocks.",)
ORIGINAL = {
    "attn1.": "self_attn.",
    "attn2.": "cross_attn.",
    "to_out.0": "o",
    "to_": "",
    "add_k_proj": "k_img",
    "add_v_proj": "v_img",
    "ffn.net.0.proj": "ffn.0",
    "ffn.net.2": "ffn.2",
}
"""diffusers' names and those of the original release, which ai-toolkit writes, in order of replacement."""


def original(pairs: Pairs) -> Pairs:
    renamed: Pairs = {}
    for path, pair in pairs.items():
        for ours, theirs in ORIGINAL.items():
            path = path.replace(ours, theirs)
        renamed[path] = pair
    return renamed


def build_loras(folder: Path, transformer: torch.nn.Module, version: str) -> None:
    """ai-toolkit's form, kohya's with the same names and alpha, and diffusers' own names."""
    shapes = linear_shapes(transformer, BLOCKS)
    half, metadata = torch.float16, trainer_metadata(version, "tinystyle")
    trained = peft_keys(original(draw_pairs(shapes, 91)), "diffusion_model.")
    save_adapter(folder / "ai_toolkit.safetensors", trained, half, metadata)
    flat = kohya_keys(original(draw_pairs(shapes, 92)), "lora_unet_", ALPHA)
    save_adapter(folder / "kohya.safetensors", flat, half)
    save_adapter(folder / "diffusers.safetensors", peft_keys(draw_pairs(shapes, 93), "transformer."), half)


def build_expert_loras(folder: Path, transformer: torch.nn.Module) -> None:
    """The two files that ai-toolkit writes for Wan 2.2 14B, and the low-noise side as kohya writes it."""
    shapes = linear_shapes(transformer, BLOCKS)
    half, metadata = torch.float16, trainer_metadata("wan_2.2_14b", "tinystyle")
    for side, seed in (("high", 94), ("low", 95)):
        trained = peft_keys(original(draw_pairs(shapes, seed)), "diffusion_model.")
        save_adapter(folder / f"ai_toolkit_{side}_noise.safetensors", trained, half, metadata)
    flat = kohya_keys(original(draw_pairs(shapes, 96)), "lora_unet_", ALPHA)
    save_adapter(folder / "kohya_low_noise.safetensors", flat, half)


def build_wan21_loras(folder: Path) -> None:
    build_loras(folder, build_wan_transformer(seed=0), "wan2.1")


def build_wan21_i2v_loras(folder: Path) -> None:
    build_loras(folder, build_seeing_transformer(seed=0), "wan2.1")


def build_wan22_14b_loras(folder: Path) -> None:
    build_expert_loras(folder, build_wan_transformer(seed=0))


def build_wan22_5b_loras(folder: Path) -> None:
    build_loras(folder, build_token_transformer(seed=0), "wan_2.2_5b")


LORA_RECIPES = {
    "wan21_1b": build_wan21_loras,
    "wan21_14b": build_wan21_loras,
    "wan21_i2v_14b": build_wan21_i2v_loras,
    "wan21_i2v_14b480p": build_wan21_i2v_loras,
    "wan22_14b_t2v": build_wan22_14b_loras,
    "wan22_14b_i2v": build_wan22_14b_loras,
    "wan22_5b": build_wan22_5b_loras,
}
