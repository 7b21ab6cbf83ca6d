"""Tiny checkpoints in the names of the original releases, for the models of which the trainer reads those
files only.

The tiny checkpoints have diffusers' names. diffusers has the way from the original names to its own, not
back, so the way back is traced: the values of a network in original names are numbered, the numbers are
converted, and where each number arrives is where its value has to come from.
"""

from collections.abc import Callable
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

Tensors = dict[str, torch.Tensor]


def in_original_names(
    template: Tensors, convert: Callable[[Tensors], Tensors], converted: Tensors
) -> Tensors:
    """`converted`, which has diffusers' names, in the names and shapes of `template`. `convert` leads from
    those of `template` to diffusers'. Raises ValueError where a value of the template came from nowhere.
    """
    numbered, sizes, start = {}, [value.numel() for value in template.values()], 0
    for (name, value), size in zip(template.items(), sizes, strict=True):
        numbered[name] = torch.arange(start, start + size, dtype=torch.float64).reshape(value.shape)
        start += size
    flat = torch.full((start,), torch.nan)
    for name, numbers in convert(numbered).items():
        flat[numbers.reshape(-1).long()] = converted[name].float().reshape(-1)
    if flat.isnan().any():
        raise ValueError("the tiny checkpoint lacks values of the original network")
    parts = flat.split(sizes)
    pairs = zip(template.items(), parts, strict=True)
    return {name: part.reshape(value.shape).contiguous() for (name, value), part in pairs}


def write_original(file: Path, tensors: Tensors) -> Path:
    """Save in the precision of the published files."""
    file.parent.mkdir(parents=True, exist_ok=True)
    save_file({name: value.to(torch.bfloat16) for name, value in tensors.items()}, file)
    return file


def diffusers_weights(folder: Path) -> Tensors:
    return load_file(folder / "diffusion_pytorch_model.safetensors")


def flux2_from_original(tensors: Tensors) -> Tensors:
    """The transformer of FLUX.2."""
    from diffusers.loaders.single_file_utils import convert_flux2_transformer_checkpoint_to_diffusers

    return convert_flux2_transformer_checkpoint_to_diffusers(dict(tensors))


def flux2_vae_from_original(config: dict[str, object]) -> Callable[[Tensors], Tensors]:
    """Its autoencoder: Stable Diffusion's, with its last convolutions inside, and running statistics."""
    from diffusers.loaders.single_file_utils import convert_ldm_vae_checkpoint

    def convert(tensors: Tensors) -> Tensors:
        outside = {
            name.replace("encoder.quant_conv", "quant_conv").replace(
                "decoder.post_quant_conv", "post_quant_conv"
            ): value
            for name, value in tensors.items()
        }
        statistics = {name: value for name, value in outside.items() if name.startswith("bn.")}
        return convert_ldm_vae_checkpoint(outside, config) | statistics

    return convert


KREA2_NAMES = (
    ("first.", "img_in."),
    ("tmlp.0.", "time_embed.linear_1."),
    ("tmlp.2.", "time_embed.linear_2."),
    ("tproj.1.", "time_mod_proj."),
    ("txtmlp.0.scale", "txt_in.norm.weight"),
    ("txtmlp.1.", "txt_in.linear_1."),
    ("txtmlp.3.", "txt_in.linear_2."),
    ("txtfusion.", "text_fusion."),
    ("last.modulation.lin", "final_layer.scale_shift_table"),
    ("last.norm.scale", "final_layer.norm.weight"),
    ("last.", "final_layer."),
    (".mod.lin", ".scale_shift_table"),
    (".prenorm.scale", ".norm1.weight"),
    (".postnorm.scale", ".norm2.weight"),
    (".attn.qknorm.qnorm.scale", ".attn.norm_q.weight"),
    (".attn.qknorm.knorm.scale", ".attn.norm_k.weight"),
    (".attn.wq.", ".attn.to_q."),
    (".attn.wk.", ".attn.to_k."),
    (".attn.wv.", ".attn.to_v."),
    (".attn.wo.", ".attn.to_out.0."),
    (".attn.gate.", ".attn.to_gate."),
    (".mlp.", ".ff."),
)


def krea2_from_original(tensors: Tensors) -> Tensors:
    """The transformer of Krea 2, of which diffusers keeps every tensor."""
    return {krea2_name(name): value for name, value in tensors.items()}


def krea2_name(name: str) -> str:
    for theirs, ours in KREA2_NAMES:
        if theirs.startswith(".") or name.startswith(theirs):
            name = name.replace(theirs, ours)
    return f"transformer_{name}" if name.startswith("blocks.") else name
