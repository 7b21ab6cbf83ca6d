"""Wan 2.1 and 2.2: from words, from a first frame, with one transformer or two."""

import json
from pathlib import Path
from typing import Any

import torch
from diffusers import AutoencoderKLWan, UniPCMultistepScheduler, WanPipeline, WanTransformer3DModel
from transformers import CLIPVisionConfig, CLIPVisionModel, UMT5Config, UMT5EncoderModel

from .publish import prefix_keys, publish
from .t5_tokenizer import build_t5_tokenizer
from .weights import randomize

TEXT_WIDTH = 32
SEEN_WIDTH = 32
CLASSES: dict[str, list[str | None]] = {"tokenizer": ["transformers", "T5TokenizerFast"]}
PICTURES = {
    "crop_size": {"height": 224, "width": 224},
    "do_center_crop": True,
    "do_convert_rgb": True,
    "do_normalize": True,
    "do_rescale": True,
    "do_resize": True,
    "image_mean": [0.48145466, 0.4578275, 0.40821073],
    "image_processor_type": "CLIPImageProcessor",
    "image_std": [0.26862954, 0.26130258, 0.27577711],
    "resample": 3,
    "rescale_factor": 1 / 255,
    "size": {"shortest_edge": 224},
}
"""`image_processor/preprocessor_config.json` as published."""


def build_wan_transformer(seed: int, **changes: Any) -> WanTransformer3DModel:
    """Two blocks of two heads of 24; normalized across heads, as published."""
    shape = {
        "num_attention_heads": 2,
        "attention_head_dim": 24,
        "in_channels": 16,
        "out_channels": 16,
        "text_dim": TEXT_WIDTH,
        "freq_dim": 32,
        "ffn_dim": 96,
        "num_layers": 2,
    }
    return randomize(WanTransformer3DModel(**shape | changes), seed)


def build_seeing_transformer(seed: int) -> WanTransformer3DModel:
    """With the channels of a first frame, and a second attention for what CLIP sees."""
    return build_wan_transformer(seed, in_channels=36, image_dim=SEEN_WIDTH, added_kv_proj_dim=48)


def build_token_transformer(seed: int) -> WanTransformer3DModel:
    """With the 48 channels of the small model's own VAE."""
    return build_wan_transformer(seed, in_channels=48, out_channels=48)


def build_wan_vae(seed: int) -> AutoencoderKLWan:
    """8x in space and 4x in time, 16 channels."""
    vae = AutoencoderKLWan(base_dim=4, dim_mult=[1, 2, 2, 2], num_res_blocks=1)
    return randomize(vae, seed)


def build_wan22_vae(seed: int) -> AutoencoderKLWan:
    """16x in space and 4x in time, 48 channels, residual: the VAE of the 5B model."""
    vae = AutoencoderKLWan(
        base_dim=4,
        decoder_base_dim=4,
        z_dim=48,
        dim_mult=[1, 2, 2, 2],
        num_res_blocks=1,
        is_residual=True,
        in_channels=12,
        out_channels=12,
        patch_size=2,
        scale_factor_spatial=16,
        latents_mean=[0.02 * (channel % 5 - 2) for channel in range(48)],
        latents_std=[0.8 + 0.01 * channel for channel in range(48)],
    )
    return randomize(vae, seed)


def build_umt5(vocabulary: int, seed: int) -> UMT5EncoderModel:
    """As UMT5-XXL: T5 v1.1 with a table of positions in every layer."""
    config = UMT5Config(vocab_size=vocabulary, d_model=TEXT_WIDTH, d_kv=8, d_ff=64, num_layers=2, num_heads=4)
    return randomize(UMT5EncoderModel(config), seed).to(torch.bfloat16)


def build_vision_tower(seed: int) -> CLIPVisionModel:
    """As CLIP ViT-H/14, read for its last layer but one."""
    config = CLIPVisionConfig(
        hidden_size=SEEN_WIDTH,
        intermediate_size=64,
        num_hidden_layers=3,
        num_attention_heads=2,
        image_size=224,
        patch_size=32,
        hidden_act="gelu",
    )
    return randomize(CLIPVisionModel(config), seed)


def wan_scheduler(shift: float) -> UniPCMultistepScheduler:
    """The repositories' own, which the trainer does not use."""
    return UniPCMultistepScheduler(
        prediction_type="flow_prediction", use_flow_sigmas=True, flow_shift=shift, num_train_timesteps=1000
    )


def publish_wan(pipeline: WanPipeline, folder: Path, index: dict[str, Any] | None = None) -> None:
    publish(pipeline, folder, CLASSES | (index or {}))


def words(seed: int) -> dict[str, Any]:
    tokenizer = build_t5_tokenizer()
    return {"tokenizer": tokenizer, "text_encoder": build_umt5(len(tokenizer), seed)}


def build_wan21(folder: Path, seed: int) -> None:
    """A whole repository of Wan 2.1, in float32 as published."""
    pipeline = WanPipeline(
        scheduler=wan_scheduler(3.0),
        transformer=build_wan_transformer(seed + 1),
        vae=build_wan_vae(seed + 2),
        **words(seed),
    )
    publish_wan(pipeline, folder)


def build_wan21_1b(checkpoints: Path) -> None:
    """Wan2.1-T2V-1.3B-Diffusers."""
    build_wan21(checkpoints / "Wan-AI/Wan2.1-T2V-1.3B-Diffusers", 700)


def build_wan21_14b(checkpoints: Path) -> None:
    """Wan2.1-T2V-14B-Diffusers."""
    build_wan21(checkpoints / "Wan-AI/Wan2.1-T2V-14B-Diffusers", 710)


def build_wan21_i2v(folder: Path, seed: int) -> None:
    """The same with CLIP's vision tower, whose processor is only a file of settings."""
    pipeline = WanPipeline(
        scheduler=wan_scheduler(3.0),
        transformer=build_seeing_transformer(seed + 1),
        vae=build_wan_vae(seed + 2),
        **words(seed),
    )
    seeing = {
        "_class_name": "WanImageToVideoPipeline",
        "image_encoder": ["transformers", "CLIPVisionModel"],
        "image_processor": ["transformers", "CLIPImageProcessor"],
    }
    publish_wan(pipeline, folder, seeing)
    build_vision_tower(seed + 3).save_pretrained(folder / "image_encoder")
    prefix_keys(folder / "image_encoder", "vision_model.")
    (folder / "image_processor").mkdir()
    settings = json.dumps(PICTURES, indent=2)
    (folder / "image_processor/preprocessor_config.json").write_text(settings, encoding="utf-8")


def build_wan21_i2v_14b(checkpoints: Path) -> None:
    """Wan2.1-I2V-14B-720P-Diffusers."""
    build_wan21_i2v(checkpoints / "Wan-AI/Wan2.1-I2V-14B-720P-Diffusers", 720)


def build_wan21_i2v_14b480p(checkpoints: Path) -> None:
    """Wan2.1-I2V-14B-480P-Diffusers."""
    build_wan21_i2v(checkpoints / "Wan-AI/Wan2.1-I2V-14B-480P-Diffusers", 730)


def build_experts(folder: Path, transformers: Path, seed: int, channels: int, **settings: Any) -> None:
    """A repository without its transformers, which come from the trainer's bfloat16 copy."""
    parts = {"scheduler": wan_scheduler(3.0), "vae": build_wan_vae(seed + 2), **words(seed)}
    index = {
        "transformer": ["diffusers", "WanTransformer3DModel"],
        "transformer_2": ["diffusers", "WanTransformer3DModel"],
        **settings,
    }
    publish_wan(WanPipeline(transformer=None, **parts), folder, index)
    for number, name in enumerate(("transformer", "transformer_2")):
        expert = build_wan_transformer(seed + 3 + number, in_channels=channels)
        expert.to(torch.bfloat16).save_pretrained(transformers / name)


def build_wan22_14b_t2v(checkpoints: Path) -> None:
    """Wan2.2-T2V-A14B-Diffusers and the trainer's copy of its transformers."""
    folders = ("Wan-AI/Wan2.2-T2V-A14B-Diffusers", "ai-toolkit/Wan2.2-T2V-A14B-Diffusers-bf16")
    build_experts(*(checkpoints / name for name in folders), 740, 16, boundary_ratio=0.875)


def build_wan22_14b_i2v(checkpoints: Path) -> None:
    """Wan2.2-I2V-A14B-Diffusers, the trainer's copy of its transformers, and its VAE and reader."""
    folders = ("Wan-AI/Wan2.2-I2V-A14B-Diffusers", "ai-toolkit/Wan2.2-I2V-A14B-Diffusers-bf16")
    index = {"boundary_ratio": 0.9, "_class_name": "WanImageToVideoPipeline"}
    build_experts(*(checkpoints / name for name in folders), 750, 36, **index)
    build_wan_vae(757).to(torch.bfloat16).save_pretrained(checkpoints / "ai-toolkit/wan2.1-vae")
    reader = words(758)
    for name, part in reader.items():
        part.save_pretrained(checkpoints / "ai-toolkit/umt5_xxl_encoder" / name)


def build_wan22_5b(checkpoints: Path) -> None:
    """Wan2.2-TI2V-5B-Diffusers, whose tokens have a time of their own."""
    pipeline = WanPipeline(
        scheduler=wan_scheduler(5.0),
        transformer=build_token_transformer(761),
        vae=build_wan22_vae(762),
        expand_timesteps=True,
        **words(760),
    )
    publish_wan(pipeline, checkpoints / "Wan-AI/Wan2.2-TI2V-5B-Diffusers")


RECIPES = {
    "wan21_1b": build_wan21_1b,
    "wan21_14b": build_wan21_14b,
    "wan21_i2v_14b": build_wan21_i2v_14b,
    "wan21_i2v_14b480p": build_wan21_i2v_14b480p,
    "wan22_14b_t2v": build_wan22_14b_t2v,
    "wan22_14b_i2v": build_wan22_14b_i2v,
    "wan22_5b": build_wan22_5b,
}
