"""Qwen-Image and the models that edit pictures with it."""

import json
from pathlib import Path
from typing import Any

import torch
from diffusers import (
    AutoencoderKLQwenImage,
    FlowMatchEulerDiscreteScheduler,
    QwenImagePipeline,
    QwenImageTransformer2DModel,
)
from transformers import PreTrainedTokenizerBase, Qwen2_5_VLConfig, Qwen2_5_VLForConditionalGeneration

from .publish import publish
from .qwen_tokenizer import build_qwen_tokenizer
from .weights import randomize

TEXT_WIDTH = 32
PICTURES = {
    "image_processor_type": "Qwen2VLImageProcessor",
    "min_pixels": 3136,
    "max_pixels": 12845056,
    "patch_size": 14,
    "temporal_patch_size": 2,
    "merge_size": 2,
    "image_mean": [0.48145466, 0.4578275, 0.40821073],
    "image_std": [0.26862954, 0.26130258, 0.27577711],
}
"""The settings in the repositories."""


def build_qwen_image_transformer(seed: int, **config: Any) -> QwenImageTransformer2DModel:
    """Two blocks of four heads of 16."""
    return randomize(
        QwenImageTransformer2DModel(
            num_layers=2,
            attention_head_dim=16,
            num_attention_heads=4,
            joint_attention_dim=TEXT_WIDTH,
            axes_dims_rope=(4, 6, 6),
            **config,
        ),
        seed,
    ).to(torch.bfloat16)


def build_qwen_image_vae(seed: int) -> AutoencoderKLQwenImage:
    """8x in space with 16 channels, one block a level, normalized by the published means."""
    vae = AutoencoderKLQwenImage(base_dim=4, dim_mult=[1, 2, 2, 2], num_res_blocks=1)
    return randomize(vae, seed).to(torch.bfloat16)


def build_qwen25_vl(tokenizer: PreTrainedTokenizerBase, seed: int) -> Qwen2_5_VLForConditionalGeneration:
    """As Qwen2.5-VL: a vision tower with window and full attention, and two language layers."""
    ids = {
        f"{name}_token_id": tokenizer.convert_tokens_to_ids(f"<|{name}_pad|>") for name in ("image", "video")
    }
    config = Qwen2_5_VLConfig(
        text_config={
            "vocab_size": len(tokenizer),
            "hidden_size": TEXT_WIDTH,
            "intermediate_size": 2 * TEXT_WIDTH,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "num_key_value_heads": 2,
            "rope_parameters": {"rope_type": "default", "rope_theta": 1e6, "mrope_section": [2, 1, 1]},
        },
        vision_config={
            "depth": 2,
            "hidden_size": 32,
            "intermediate_size": 64,
            "num_heads": 2,
            "out_hidden_size": TEXT_WIDTH,
            "fullatt_block_indexes": [1],
        },
        vision_start_token_id=tokenizer.convert_tokens_to_ids("<|vision_start|>"),
        vision_end_token_id=tokenizer.convert_tokens_to_ids("<|vision_end|>"),
        **ids,
    )
    return randomize(Qwen2_5_VLForConditionalGeneration(config), seed).to(torch.bfloat16)


def qwen_image_scheduler() -> FlowMatchEulerDiscreteScheduler:
    """The configuration in the repositories."""
    return FlowMatchEulerDiscreteScheduler(
        num_train_timesteps=1000,
        shift=1.0,
        use_dynamic_shifting=True,
        base_shift=0.5,
        max_shift=0.9,
        base_image_seq_len=256,
        max_image_seq_len=8192,
        shift_terminal=0.02,
        time_shift_type="exponential",
    )


def qwen_image_components(seed: int, **transformer: Any) -> dict[str, Any]:
    """The parts that every model of the family has, in bfloat16 as published."""
    tokenizer = build_qwen_tokenizer()
    return {
        "scheduler": qwen_image_scheduler(),
        "vae": build_qwen_image_vae(seed),
        "text_encoder": build_qwen25_vl(tokenizer, seed + 1),
        "tokenizer": tokenizer,
        "transformer": build_qwen_image_transformer(seed + 2, **transformer),
    }


def build_qwen_image(checkpoints: Path) -> None:
    """Qwen-Image."""
    publish(QwenImagePipeline(**qwen_image_components(600)), checkpoints / "Qwen/Qwen-Image")


def build_qwen_image_2512(checkpoints: Path) -> None:
    """Qwen-Image-2512."""
    publish(QwenImagePipeline(**qwen_image_components(610)), checkpoints / "Qwen/Qwen-Image-2512")


def build_edit(folder: Path, seed: int, **transformer: Any) -> None:
    """A repository for editing: the same, and the settings for pictures that the reader sees."""
    components = qwen_image_components(seed, **transformer)
    index = {"processor": ["transformers", "Qwen2VLProcessor"], "_class_name": "QwenImageEditPlusPipeline"}
    publish(QwenImagePipeline(**components), folder, index)
    components["tokenizer"].save_pretrained(folder / "processor")
    settings = json.dumps(PICTURES, indent=2)
    (folder / "processor/preprocessor_config.json").write_text(settings, encoding="utf-8")


def build_qwen_image_edit(checkpoints: Path) -> None:
    """Qwen-Image-Edit."""
    build_edit(checkpoints / "Qwen/Qwen-Image-Edit", 620)


def build_qwen_image_edit_2509(checkpoints: Path) -> None:
    """Qwen-Image-Edit-2509."""
    build_edit(checkpoints / "Qwen/Qwen-Image-Edit-2509", 630)


def build_qwen_image_edit_2511(checkpoints: Path) -> None:
    """Qwen-Image-Edit-2511, whose transformer takes control pictures to be free of noise."""
    build_edit(checkpoints / "Qwen/Qwen-Image-Edit-2511", 640, zero_cond_t=True)


RECIPES = {
    "qwen_image": build_qwen_image,
    "qwen_image_2512": build_qwen_image_2512,
    "qwen_image_edit": build_qwen_image_edit,
    "qwen_image_edit_plus": build_qwen_image_edit_2509,
    "qwen_image_edit_plus_2511": build_qwen_image_edit_2511,
}
