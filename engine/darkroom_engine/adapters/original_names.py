"""Modules that original checkpoints fuse or name otherwise than diffusers: where each of them went.

Names are flat (dots as underscores), because kohya's files are, and dotted ones flatten to the same. A name may have
several possible places; the first whose modules all exist is taken, and row counts are checked against the real weights,
so tables of different architectures cannot be mistaken for one another.
"""

import re

# (flat name, possible places: a tuple of module paths that share the rows in this order). `{0}` is the block's number.
FUSED: tuple[tuple[str, tuple[tuple[str, ...], ...]], ...] = (
    (
        r"double_blocks_(\d+)_img_attn_qkv",
        (tuple(f"transformer_blocks.{{0}}.attn.{name}" for name in ("to_q", "to_k", "to_v")),),
    ),
    (
        r"double_blocks_(\d+)_txt_attn_qkv",
        (
            tuple(
                f"transformer_blocks.{{0}}.attn.{name}" for name in ("add_q_proj", "add_k_proj", "add_v_proj")
            ),
        ),
    ),
    (r"double_blocks_(\d+)_img_attn_proj", (("transformer_blocks.{0}.attn.to_out.0",),)),
    (r"double_blocks_(\d+)_txt_attn_proj", (("transformer_blocks.{0}.attn.to_add_out",),)),
    (
        r"double_blocks_(\d+)_img_mlp_0",
        (("transformer_blocks.{0}.ff.net.0.proj",), ("transformer_blocks.{0}.ff.linear_in",)),
    ),
    (
        r"double_blocks_(\d+)_img_mlp_2",
        (("transformer_blocks.{0}.ff.net.2",), ("transformer_blocks.{0}.ff.linear_out",)),
    ),
    (
        r"double_blocks_(\d+)_txt_mlp_0",
        (("transformer_blocks.{0}.ff_context.net.0.proj",), ("transformer_blocks.{0}.ff_context.linear_in",)),
    ),
    (
        r"double_blocks_(\d+)_txt_mlp_2",
        (("transformer_blocks.{0}.ff_context.net.2",), ("transformer_blocks.{0}.ff_context.linear_out",)),
    ),
    (r"double_blocks_(\d+)_img_mod_lin", (("transformer_blocks.{0}.norm1.linear",),)),
    (r"double_blocks_(\d+)_txt_mod_lin", (("transformer_blocks.{0}.norm1_context.linear",),)),
    (
        r"single_blocks_(\d+)_linear1",
        (
            (
                *(f"single_transformer_blocks.{{0}}.attn.{name}" for name in ("to_q", "to_k", "to_v")),
                "single_transformer_blocks.{0}.proj_mlp",
            ),
            ("single_transformer_blocks.{0}.attn.to_qkv_mlp_proj",),
        ),
    ),
    (
        r"single_blocks_(\d+)_linear2",
        (("single_transformer_blocks.{0}.proj_out",), ("single_transformer_blocks.{0}.attn.to_out",)),
    ),
    (r"single_blocks_(\d+)_modulation_lin", (("single_transformer_blocks.{0}.norm.linear",),)),
    (r"img_in", (("x_embedder",),)),
    (r"txt_in", (("context_embedder",),)),
    (r"time_in_in_layer", (("time_text_embed.timestep_embedder.linear_1",),)),
    (r"time_in_out_layer", (("time_text_embed.timestep_embedder.linear_2",),)),
    (r"vector_in_in_layer", (("time_text_embed.text_embedder.linear_1",),)),
    (r"vector_in_out_layer", (("time_text_embed.text_embedder.linear_2",),)),
    (r"guidance_in_in_layer", (("time_text_embed.guidance_embedder.linear_1",),)),
    (r"guidance_in_out_layer", (("time_text_embed.guidance_embedder.linear_2",),)),
    (r"final_layer_linear", (("proj_out",),)),
    (
        r"layers_(\d+)_attention_qkv",
        (tuple(f"layers.{{0}}.attention.{name}" for name in ("to_q", "to_k", "to_v")),),
    ),
)
PATTERNS = tuple((re.compile(pattern), places) for pattern, places in FUSED)


def original_places(flat_name: str) -> list[tuple[str, ...]]:
    """Possible places of an original module, best first; empty when the name is not known."""
    for pattern, places in PATTERNS:
        if match := pattern.fullmatch(flat_name):
            return [tuple(path.format(*match.groups()) for path in place) for place in places]
    return []
