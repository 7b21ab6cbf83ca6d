"""The spelling of one tensor in a LoRA file: which component, which module, which part of the change."""

import re
from typing import NamedTuple

ADAPTER = r"(?:\.[A-Za-z0-9_-]+)?"  # PEFT may put the adapter's name before `.weight`
SUFFIXES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern + "$"), part)
    for pattern, part in (
        (rf"\.lora_A{ADAPTER}\.weight", "down"),
        (rf"\.lora_B{ADAPTER}\.weight", "up"),
        (rf"\.lora_B{ADAPTER}\.bias", "up_bias"),
        (r"\.lora_down\.weight", "down"),
        (r"\.lora_up\.weight", "up"),
        (r"\.lora_mid\.weight", "mid"),
        (r"(?:\.lora|_lora|\.lora_linear_layer)\.down\.weight", "down"),
        (r"(?:\.lora|_lora|\.lora_linear_layer)\.up\.weight", "up"),
        (r"\.alpha", "alpha"),
        (r"\.dora_scale", "dora"),
        (r"\.magnitude", "dora"),
        (rf"\.lora_magnitude_vector{ADAPTER}(?:\.weight)?", "dora"),
        (r"\.diff", "diff"),
        (r"\.diff_b", "diff_b"),
    )
) + tuple(
    (re.compile(rf"\.{part}$"), part)
    for part in (
        *("lokr_w1", "lokr_w1_a", "lokr_w1_b", "lokr_w2", "lokr_w2_a", "lokr_w2_b", "lokr_t2"),
        *("hada_w1_a", "hada_w1_b", "hada_w2_a", "hada_w2_b", "hada_t1", "hada_t2"),
    )
)

# Longest first. None: the component that the plan's adapter names.
PREFIXES: tuple[tuple[str, str | None], ...] = (
    ("text_encoders.clip_l.transformer.", "text_encoder"),
    ("text_encoders.clip_g.transformer.", "text_encoder_2"),
    ("text_encoders.t5xxl.transformer.", "text_encoder_2"),
    # Both sides of Wan 2.2 in one file, as ai-toolkit saves them when it is told not to split them.
    ("diffusion_model.transformer_1.", "transformer"),
    ("diffusion_model.transformer_2.", "transformer_2"),
    ("model.diffusion_model.", None),
    ("diffusion_model.", None),
    ("transformer_2.", "transformer_2"),
    ("transformer_1.", "transformer"),
    ("transformer.", None),
    ("unet.", None),
    ("text_encoder_3.", "text_encoder_3"),
    ("text_encoder_2.", "text_encoder_2"),
    ("text_encoder.", "text_encoder"),
    ("connectors.", "connectors"),
    ("lora_transformer_", None),
    ("lora_unet_", None),
    ("lycoris_", None),
    ("lora_te1_", "text_encoder"),
    ("lora_te2_", "text_encoder_2"),
    ("lora_te3_", "text_encoder_3"),
    ("lora_te_", "text_encoder"),
)


# DiffSynth-Studio trains MiniMax-H3 with queries, keys and values fused head by head, where all others have
# first all queries. Its files are told by bare names with PEFT's name of the adapter.
BY_HEAD = "_by_head"
FUSED_BY_HEAD = re.compile(r"(?:token_refiner\.)?blocks\.\d+\.attn\.qkv_proj\.lora_[AB]\.default\.weight")


class TensorName(NamedTuple):
    """`component` is None where the file leaves it to the plan. `module` keeps the file's dots or
    underscores.
    """

    component: str | None
    module: str
    part: str


def parse_key(key: str) -> TensorName | None:
    """The meaning of a tensor's name; None when it is no part of a known form."""
    for pattern, part in SUFFIXES:
        if match := pattern.search(key):
            component, module = split_component(key[: match.start()].replace("$$", "."))
            return TensorName(component, module + (BY_HEAD if FUSED_BY_HEAD.fullmatch(key) else ""), part)
    return None


def split_component(module: str) -> tuple[str | None, str]:
    module = module.removeprefix("base_model.model.")
    for prefix, component in PREFIXES:
        if module.startswith(prefix) and len(module) > len(prefix):
            return component, module.removeprefix(prefix)
    return None, module
