"""Which layers of a pipeline a LoRA's module name means: several, in row order, where it is fused."""

import re
from typing import Any

from torch import nn

DOUBLE = {
    "img_attn_qkv": ("attn.to_q", "attn.to_k", "attn.to_v"),
    "img_attn_proj": ("attn.to_out.0",),
    "img_mlp_0": ("ff.net.0.proj",),
    "img_mlp_2": ("ff.net.2",),
    "img_mod_lin": ("norm1.linear",),
    "txt_attn_qkv": ("attn.add_q_proj", "attn.add_k_proj", "attn.add_v_proj"),
    "txt_attn_proj": ("attn.to_add_out",),
    "txt_mlp_0": ("ff_context.net.0.proj",),
    "txt_mlp_2": ("ff_context.net.2",),
    "txt_mod_lin": ("norm1_context.linear",),
}
SINGLE = {
    "linear1": ("attn.to_q", "attn.to_k", "attn.to_v", "proj_mlp"),
    "linear2": ("proj_out",),
    "modulation_lin": ("norm.linear",),
}
FLUX2_DOUBLE = DOUBLE | {
    "img_mlp_0": ("ff.linear_in",),
    "img_mlp_2": ("ff.linear_out",),
    "txt_mlp_0": ("ff_context.linear_in",),
    "txt_mlp_2": ("ff_context.linear_out",),
}
FLUX2_SINGLE = {"linear1": ("attn.to_qkv_mlp_proj",), "linear2": ("attn.to_out",)}


WAN = {
    "self_attn_": "attn1_",
    "cross_attn_": "attn2_",
    "_k_img": "_add_k_proj",
    "_v_img": "_add_v_proj",
    "_ffn_0": "_ffn_net_0_proj",
    "_ffn_2": "_ffn_net_2",
}


def destinations(pipeline: Any, name: str, expert: str | None = None) -> list[nn.Module]:
    """The layers, or a KeyError that names what is not known."""
    if hasattr(pipeline, "destinations"):
        return pipeline.destinations(name)
    component, path = split(pipeline, name)
    if expert == "low":
        component = pipeline.transformer_2
    if match := re.fullmatch(r"(double|single)_blocks_(\d+)_(\w+)", flat(path)):
        kind, block, layer = match.groups()
        stem = "transformer_blocks" if kind == "double" else "single_transformer_blocks"
        tables = (FLUX2_DOUBLE, FLUX2_SINGLE) if is_flux2(component) else (DOUBLE, SINGLE)
        table = tables[0 if kind == "double" else 1]
        return [component.get_submodule(f"{stem}.{block}.{tail}") for tail in table[layer]]
    return [by_flat_name(component)[by_diffusers(flat(path))]]


KREA2 = {
    "mlp_": "ff_",
    "txtfusion_": "text_fusion_",
    "_attn_wq": "_attn_to_q",
    "_attn_wk": "_attn_to_k",
    "_attn_wv": "_attn_to_v",
    "_attn_wo": "_attn_to_out_0",
    "_attn_gate": "_attn_to_gate",
}


CHROMA = {"img_in": "x_embedder", "txt_in": "context_embedder", "final_layer_linear": "proj_out"}


def by_diffusers(path: str) -> str:
    """The name that diffusers gives a layer of Wan, Krea 2 or Chroma; other names stay."""
    if path in CHROMA:
        return CHROMA[path]
    if match := re.fullmatch(r"(distilled_guidance_layer_layers_\d+)_(in|out)_layer", path):
        return f"{match[1]}_linear_{1 if match[2] == 'in' else 2}"
    if re.match(r"(txtfusion_\w+_)?blocks_\d+_(attn_w|attn_gate|mlp_)", path):
        for theirs, ours in KREA2.items():
            path = path.replace(theirs, ours)
        return re.sub("^blocks_", "transformer_blocks_", path)
    if not re.match(r"blocks_\d+_(self_attn|cross_attn|ffn)_", path):
        return path
    for theirs, ours in WAN.items():
        path = path.replace(theirs, ours)
    return re.sub(r"_([qkv])$", r"_to_\1", re.sub(r"_o$", "_to_out_0", path))


def is_flux2(transformer: nn.Module) -> bool:
    """FLUX.2 has one modulation for all its blocks."""
    return hasattr(transformer, "double_stream_modulation_img")


def split(pipeline: Any, name: str) -> tuple[nn.Module, str]:
    """The component that a name's prefix stands for, and the rest of the name."""
    denoiser = getattr(pipeline, "transformer", None) or pipeline.unet
    prefixes = {
        "transformer.": denoiser,
        "diffusion_model.": denoiser,
        "lora_unet_": denoiser,
        "lycoris_": denoiser,
        "unet.": denoiser,
        "text_encoder.": getattr(pipeline, "text_encoder", None),
        "lora_te_": getattr(pipeline, "text_encoder", None),
        "lora_te1_": getattr(pipeline, "text_encoder", None),
        "lora_te2_": getattr(pipeline, "text_encoder_2", None),
    }
    for prefix, component in prefixes.items():
        if name.startswith(prefix):
            return component, name.removeprefix(prefix)
    raise KeyError(name)


def by_flat_name(component: nn.Module) -> dict[str, nn.Module]:
    """Layers by path with underscores; transformers 5 has no `text_model` level in the first CLIP."""
    layers = {flat(path): layer for path, layer in component.named_modules() if hasattr(layer, "weight")}
    return layers | {f"text_model_{path}": layer for path, layer in layers.items()}


def flat(path: str) -> str:
    """Dots as underscores."""
    return path.replace(".", "_")
