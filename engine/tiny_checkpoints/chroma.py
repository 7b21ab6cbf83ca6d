"""Chroma1-Base: diffusers' folders and the original file beside them; T5 and the VAE are Flex.1-alpha's."""

from pathlib import Path

import torch
from diffusers import ChromaPipeline, ChromaTransformer2DModel
from safetensors.torch import save_file

from .adapter import (
    Pairs,
    draw_pairs,
    kohya_keys,
    linear_shapes,
    peft_keys,
    save_adapter,
    trainer_metadata,
)
from .flex import build_flex1
from .flux import CLASSES, TEXT_WIDTH, flux_components
from .publish import publish
from .weights import randomize

SEED = 900
ALPHA = 2.0
REPOSITORY = "lodestones/Chroma1-Base"
WIDTH, HIDDEN, BLOCKS = 64, 48, 2
INDEX_CLASSES = {"tokenizer": CLASSES["tokenizer_2"]}
DOUBLE = {
    "attn.qkv": (("to_q", "to_k", "to_v"), ("add_q_proj", "add_k_proj", "add_v_proj")),
    "attn.proj": (("to_out.0",), ("to_add_out",)),
    "attn.norm.query_norm": (("norm_q",), ("norm_added_q",)),
    "attn.norm.key_norm": (("norm_k",), ("norm_added_k",)),
}
SINGLE = {
    "linear1": ("attn.to_q", "attn.to_k", "attn.to_v", "proj_mlp"),
    "linear2": ("proj_out",),
    "norm.query_norm": ("attn.norm_q",),
    "norm.key_norm": ("attn.norm_k",),
}
OUTSIDE = {
    "img_in": "x_embedder",
    "txt_in": "context_embedder",
    "final_layer.linear": "proj_out",
    "distilled_guidance_layer.in_proj": "distilled_guidance_layer.in_proj",
    "distilled_guidance_layer.out_proj": "distilled_guidance_layer.out_proj",
}


def build_chroma_transformer(seed: int) -> ChromaTransformer2DModel:
    """Two double and two single blocks of width 64, and an approximator of two layers."""
    return randomize(
        ChromaTransformer2DModel(
            num_layers=BLOCKS,
            num_single_layers=BLOCKS,
            attention_head_dim=16,
            num_attention_heads=4,
            joint_attention_dim=TEXT_WIDTH,
            axes_dims_rope=(4, 6, 6),
            approximator_hidden_dim=HIDDEN,
            approximator_layers=2,
        ),
        seed,
    )


def original_modules() -> dict[str, tuple[str, ...]]:
    """Every module of the original file and the modules of diffusers that it is made of, in row order."""
    modules: dict[str, tuple[str, ...]] = {name: (path,) for name, path in OUTSIDE.items()}
    for block in range(BLOCKS):
        stem = f"transformer_blocks.{block}"
        for side, (prefix, feed) in enumerate((("img", "ff"), ("txt", "ff_context"))):
            for name, sides in DOUBLE.items():
                paths = tuple(f"{stem}.attn.{part}" for part in sides[side])
                modules[f"double_blocks.{block}.{prefix}_{name}"] = paths
            modules[f"double_blocks.{block}.{prefix}_mlp.0"] = (f"{stem}.{feed}.net.0.proj",)
            modules[f"double_blocks.{block}.{prefix}_mlp.2"] = (f"{stem}.{feed}.net.2",)
        for name, parts in SINGLE.items():
            paths = tuple(f"single_transformer_blocks.{block}.{part}" for part in parts)
            modules[f"single_blocks.{block}.{name}"] = paths
        approximator = "distilled_guidance_layer"
        modules[f"{approximator}.layers.{block}.in_layer"] = (f"{approximator}.layers.{block}.linear_1",)
        modules[f"{approximator}.layers.{block}.out_layer"] = (f"{approximator}.layers.{block}.linear_2",)
        modules[f"{approximator}.norms.{block}"] = (f"{approximator}.norms.{block}",)
    return modules


def original_tensors(transformer: ChromaTransformer2DModel) -> dict[str, torch.Tensor]:
    """The whole transformer as the original file names and fuses it."""
    state = transformer.state_dict()
    tensors: dict[str, torch.Tensor] = {}
    for name, paths in original_modules().items():
        for attribute in ("weight", "bias"):
            parts = [state.pop(f"{path}.{attribute}") for path in paths if f"{path}.{attribute}" in state]
            if parts:
                written = "scale" if "norm" in name and attribute == "weight" else attribute
                tensors[f"{name}.{written}"] = torch.cat(parts).contiguous()
    assert not state, f"not in the original file: {list(state)}"
    return tensors


def build_chroma(checkpoints: Path) -> None:
    """Chroma1-Base and Flex.1-alpha."""
    build_flex1(checkpoints)
    parts = flux_components(SEED)
    transformer = build_chroma_transformer(SEED + 5).to(torch.bfloat16)
    pipeline = ChromaPipeline(
        scheduler=parts["scheduler"],
        vae=parts["vae"],
        text_encoder=parts["text_encoder_2"],
        tokenizer=parts["tokenizer_2"],
        transformer=transformer,
    )
    folder = checkpoints / REPOSITORY
    publish(pipeline, folder, INDEX_CLASSES)
    save_file(original_tensors(transformer), folder / "Chroma1-Base.safetensors")


def build_chroma_loras(folder: Path) -> None:
    """ai-toolkit's form over the blocks and over everything, kohya's with its names, and diffusers'."""
    transformer = build_chroma_transformer(seed=0)
    shapes = original_shapes(transformer)
    blocks = {name: shape for name, shape in shapes.items() if "_blocks." in name}
    half, metadata = torch.float16, trainer_metadata("chroma", "tinystyle")
    trained = peft_keys(draw_pairs(blocks, 91), "diffusion_model.")
    save_adapter(folder / "ai_toolkit.safetensors", trained, half, metadata)
    whole = peft_keys(draw_pairs(shapes, 92), "diffusion_model.", ALPHA)
    save_adapter(folder / "every_layer.safetensors", whole, torch.bfloat16, metadata)
    flat: Pairs = draw_pairs(shapes, 93)
    save_adapter(folder / "kohya.safetensors", kohya_keys(flat, "lora_unet_", ALPHA), half)
    theirs = linear_shapes(transformer, ("transformer_blocks.", "single_transformer_blocks."))
    save_adapter(folder / "diffusers.safetensors", peft_keys(draw_pairs(theirs, 94), "transformer."), half)


def original_shapes(transformer: ChromaTransformer2DModel) -> dict[str, torch.Size]:
    """Weights of the linear layers under their original names."""
    tensors = original_tensors(transformer)
    return {
        name.removesuffix(".weight"): tensor.shape for name, tensor in tensors.items() if tensor.ndim == 2
    }


RECIPES = {"chroma": build_chroma}
LORA_RECIPES = {"chroma": build_chroma_loras}
