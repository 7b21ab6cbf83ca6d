"""Modules that original checkpoints fuse or name otherwise than diffusers: where each of them went.

Names are flat (dots as underscores), because kohya's files are, and dotted ones flatten to the same. A name
may have several possible places; the first whose modules all exist is taken. Row counts are checked against
the real weights, so that tables of different architectures cannot be mistaken for one another.

Left: a pattern of the flat name. Right: possible places, each one or more module paths that share the rows in
this order; `{0}` is the number of the block.
"""

import re

Place = tuple[str, ...]

DOUBLE = "transformer_blocks.{0}."
SINGLE = "single_transformer_blocks.{0}."
EMBED = "time_text_embed."
REFINER = "token_refiner.refiner_blocks.{0}."


def under(prefix: str, *names: str) -> Place:
    return tuple(prefix + name for name in names)


# Black Forest Labs' names, as in FLUX.1, Flex, Chroma and FLUX.2; Z-Image's fused attention; Krea 2;
# MiniMax-H3.
PLACES: dict[str, list[Place]] = {
    r"double_blocks_(\d+)_img_attn_qkv": [under(DOUBLE + "attn.", "to_q", "to_k", "to_v")],
    r"double_blocks_(\d+)_txt_attn_qkv": [under(DOUBLE + "attn.", "add_q_proj", "add_k_proj", "add_v_proj")],
    r"double_blocks_(\d+)_img_attn_proj": [under(DOUBLE, "attn.to_out.0")],
    r"double_blocks_(\d+)_txt_attn_proj": [under(DOUBLE, "attn.to_add_out")],
    r"double_blocks_(\d+)_img_mlp_0": [under(DOUBLE, "ff.net.0.proj"), under(DOUBLE, "ff.linear_in")],
    r"double_blocks_(\d+)_img_mlp_2": [under(DOUBLE, "ff.net.2"), under(DOUBLE, "ff.linear_out")],
    r"double_blocks_(\d+)_txt_mlp_0": [
        under(DOUBLE, "ff_context.net.0.proj"),
        under(DOUBLE, "ff_context.linear_in"),
    ],
    r"double_blocks_(\d+)_txt_mlp_2": [
        under(DOUBLE, "ff_context.net.2"),
        under(DOUBLE, "ff_context.linear_out"),
    ],
    r"double_blocks_(\d+)_img_mod_lin": [under(DOUBLE, "norm1.linear")],
    r"double_blocks_(\d+)_txt_mod_lin": [under(DOUBLE, "norm1_context.linear")],
    r"single_blocks_(\d+)_linear1": [
        under(SINGLE, "attn.to_q", "attn.to_k", "attn.to_v", "proj_mlp"),
        under(SINGLE, "attn.to_qkv_mlp_proj"),
    ],
    r"single_blocks_(\d+)_linear2": [under(SINGLE, "proj_out"), under(SINGLE, "attn.to_out")],
    r"single_blocks_(\d+)_modulation_lin": [under(SINGLE, "norm.linear")],
    r"img_in": [("x_embedder",)],
    r"txt_in": [("context_embedder",)],
    r"time_in_in_layer": [under(EMBED, "timestep_embedder.linear_1")],
    r"time_in_out_layer": [under(EMBED, "timestep_embedder.linear_2")],
    r"vector_in_in_layer": [under(EMBED, "text_embedder.linear_1")],
    r"vector_in_out_layer": [under(EMBED, "text_embedder.linear_2")],
    r"guidance_in_in_layer": [under(EMBED, "guidance_embedder.linear_1")],
    r"guidance_in_out_layer": [under(EMBED, "guidance_embedder.linear_2")],
    r"final_layer_linear": [("proj_out",)],
    r"distilled_guidance_layer_layers_(\d+)_in_layer": [("distilled_guidance_layer.layers.{0}.linear_1",)],
    r"distilled_guidance_layer_layers_(\d+)_out_layer": [("distilled_guidance_layer.layers.{0}.linear_2",)],
    r"layers_(\d+)_attention_qkv": [under("layers.{0}.attention.", "to_q", "to_k", "to_v")],
    r"blocks_(\d+)_attn_w([qkv])": [(DOUBLE + "attn.to_{1}",)],
    r"blocks_(\d+)_attn_wo": [(DOUBLE + "attn.to_out.0",)],
    r"blocks_(\d+)_attn_gate": [(DOUBLE + "attn.to_gate",)],
    r"blocks_(\d+)_mlp_(gate|up|down)": [(DOUBLE + "ff.{1}",)],
    r"txtfusion_(\w+_blocks)_(\d+)_attn_w([qkv])": [("text_fusion.{0}.{1}.attn.to_{2}",)],
    r"txtfusion_(\w+_blocks)_(\d+)_attn_wo": [("text_fusion.{0}.{1}.attn.to_out.0",)],
    r"txtfusion_(\w+_blocks)_(\d+)_attn_gate": [("text_fusion.{0}.{1}.attn.to_gate",)],
    r"txtfusion_(\w+_blocks)_(\d+)_mlp_(gate|up|down)": [("text_fusion.{0}.{1}.ff.{2}",)],
    r"blocks_(\d+)_attn_qkv_proj(?:_by_head)?": [under(DOUBLE + "attn.", "to_q", "to_k", "to_v")],
    r"blocks_(\d+)_attn_out_proj": [(DOUBLE + "attn.to_out.0",)],
    r"blocks_(\d+)_mlp_fc2": [(DOUBLE + "ff.net.2",)],
    r"blocks_(\d+)_adaln_proj_linear": [(DOUBLE + "adaln_proj.linear",)],
    r"token_refiner_blocks_(\d+)_attn_qkv_proj(?:_by_head)?": [
        under(REFINER + "attn.", "to_q", "to_k", "to_v")
    ],
    r"token_refiner_blocks_(\d+)_attn_out_proj": [(REFINER + "attn.to_out.0",)],
    r"token_refiner_blocks_(\d+)_mlp_fc2": [(REFINER + "ff.net.2",)],
    r"final_layer_adaln_proj_linear": [("norm_out.linear",)],
    r"final_layer_video_out": [("proj_out",)],
    r"final_layer_audio_out": [("audio_proj_out",)],
    r"video_patch_proj": [("proj_in",)],
    r"audio_patch_proj": [("audio_proj_in",)],
    r"condition_proj": [("context_embedder",)],
}
# Modules whose output has two halves that stand the other way around in diffusers: shift and scale, gate and
# value.
SWAPPED: dict[str, str] = {
    r"final_layer_adaLN_modulation_1": "norm_out.linear",
    r"blocks_(\d+)_mlp_fc1": DOUBLE + "ff.net.0.proj",
    r"token_refiner_blocks_(\d+)_mlp_fc1": REFINER + "ff.net.0.proj",
}
PATTERNS = tuple((re.compile(pattern), places) for pattern, places in PLACES.items())


def original_places(flat_name: str) -> list[Place]:
    """Possible places of an original module, best first; empty when the name is not known."""
    for pattern, places in PATTERNS:
        if match := pattern.fullmatch(flat_name):
            return [tuple(path.format(*match.groups()) for path in place) for place in places]
    return []


def swapped_place(flat_name: str) -> str | None:
    """Where an original module went whose halves changed places; None when it is none of those."""
    for pattern, place in SWAPPED.items():
        if match := re.fullmatch(pattern, flat_name):
            return place.format(*match.groups())
    return None
