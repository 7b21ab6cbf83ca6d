"""Krea 2: the base checkpoint and the distilled one, which differ in weights and one setting of the index.

The models that edit pictures read prompts with the text encoder's own repository.
"""

import json
from pathlib import Path

import torch
from diffusers import FlowMatchEulerDiscreteScheduler, Krea2Pipeline, Krea2Transformer2DModel
from transformers import (
    PreTrainedTokenizerBase,
    Qwen3VLConfig,
    Qwen3VLForConditionalGeneration,
    Qwen3VLModel,
)

from .adapter import draw_pairs, kohya_keys, linear_shapes, peft_keys, save_adapter, trainer_metadata
from .lycoris import lokr_keys
from .publish import publish
from .qwen_image import build_qwen_image_vae
from .qwen_tokenizer import build_qwen_tokenizer
from .weights import randomize

TEXT_WIDTH = 32
LAYERS_READ = (1, 3, 5)
ALPHA = 2.0
TRAINED = ("transformer_blocks.", "text_fusion.layerwise_blocks.", "text_fusion.refiner_blocks.")
PICTURES = {
    "image_processor_type": "Qwen2VLImageProcessorFast",
    "size": {"shortest_edge": 65536, "longest_edge": 16777216},
    "patch_size": 16,
    "temporal_patch_size": 2,
    "merge_size": 2,
    "image_mean": [0.5, 0.5, 0.5],
    "image_std": [0.5, 0.5, 0.5],
}
"""The settings in the reader's repository."""
ORIGINAL = {
    "transformer_blocks.": "blocks.",
    "text_fusion.": "txtfusion.",
    "attn.to_q": "attn.wq",
    "attn.to_k": "attn.wk",
    "attn.to_v": "attn.wv",
    "attn.to_out.0": "attn.wo",
    "attn.to_gate": "attn.gate",
    "ff.": "mlp.",
}
"""diffusers' names and those of the original release, which ai-toolkit writes."""


def build_krea2_transformer(seed: int) -> Krea2Transformer2DModel:
    """Two blocks of four heads of 16, two of them with keys of their own; one block of each text fusion."""
    transformer = Krea2Transformer2DModel(
        num_layers=2,
        attention_head_dim=16,
        num_attention_heads=4,
        num_key_value_heads=2,
        intermediate_size=96,
        timestep_embed_dim=32,
        text_hidden_dim=TEXT_WIDTH,
        num_text_layers=len(LAYERS_READ),
        text_num_attention_heads=2,
        text_num_key_value_heads=2,
        text_intermediate_size=48,
        num_layerwise_text_blocks=1,
        num_refiner_text_blocks=1,
        axes_dims_rope=(4, 6, 6),
    )
    return randomize(transformer, seed).to(torch.bfloat16)


def qwen3_vl_config(tokenizer: PreTrainedTokenizerBase) -> Qwen3VLConfig:
    """Six language layers, and eyes of two that show in the first two of them."""
    return Qwen3VLConfig(
        tie_word_embeddings=True,
        text_config={
            "vocab_size": len(tokenizer),
            "hidden_size": TEXT_WIDTH,
            "intermediate_size": 2 * TEXT_WIDTH,
            "num_hidden_layers": 6,
            "num_attention_heads": 4,
            "num_key_value_heads": 2,
            "head_dim": 8,
            "rope_parameters": {"rope_type": "default", "rope_theta": 5e6, "mrope_section": [2, 1, 1]},
        },
        vision_config={
            "depth": 2,
            "hidden_size": 32,
            "intermediate_size": 64,
            "num_heads": 2,
            "out_hidden_size": TEXT_WIDTH,
            "num_position_embeddings": 64,
            "deepstack_visual_indexes": [0, 1],
        },
        **{
            f"{name}_token_id": tokenizer.convert_tokens_to_ids(f"<|{token}|>")
            for name, token in (("image", "image_pad"), ("video", "video_pad"))
        },
        vision_start_token_id=tokenizer.convert_tokens_to_ids("<|vision_start|>"),
        vision_end_token_id=tokenizer.convert_tokens_to_ids("<|vision_end|>"),
    )


def build_qwen3_vl(tokenizer: PreTrainedTokenizerBase, seed: int) -> Qwen3VLModel:
    """As Qwen3-VL, read for the states between its layers."""
    return randomize(Qwen3VLModel(qwen3_vl_config(tokenizer)), seed).to(torch.bfloat16)


def build_checkpoint(folder: Path, seed: int, is_distilled: bool) -> None:
    tokenizer = build_qwen_tokenizer()
    pipeline = Krea2Pipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(
            base_image_seq_len=256,
            max_image_seq_len=6400,
            base_shift=0.5,
            max_shift=1.15,
            use_dynamic_shifting=True,
        ),
        vae=build_qwen_image_vae(seed),
        text_encoder=build_qwen3_vl(tokenizer, seed + 1),
        tokenizer=tokenizer,
        transformer=build_krea2_transformer(seed + 2),
        text_encoder_select_layers=LAYERS_READ,
        is_distilled=is_distilled,
    )
    publish(pipeline, folder)


def build_krea2(checkpoints: Path) -> None:
    """Krea-2-Raw."""
    build_checkpoint(checkpoints / "krea/Krea-2-Raw", 800, is_distilled=False)


def build_krea2_turbo(checkpoints: Path) -> None:
    """Krea-2-Turbo."""
    build_checkpoint(checkpoints / "krea/Krea-2-Turbo", 810, is_distilled=True)


def build_reader(checkpoints: Path) -> None:
    """Qwen3-VL-4B-Instruct with weights of its own, as its repository has it: model, tokenizer and settings
    for pictures in one folder.
    """
    folder = checkpoints / "Qwen/Qwen3-VL-4B-Instruct"
    tokenizer = build_qwen_tokenizer()
    model = randomize(Qwen3VLForConditionalGeneration(qwen3_vl_config(tokenizer)), 820)
    model.to(torch.bfloat16).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    (folder / "preprocessor_config.json").write_text(json.dumps(PICTURES, indent=2), encoding="utf-8")


def build_krea2_o_edit(checkpoints: Path) -> None:
    """Krea-2-Raw and the reader."""
    build_krea2(checkpoints)
    build_reader(checkpoints)


def build_krea2_o_edit_turbo(checkpoints: Path) -> None:
    """Krea-2-Turbo and the reader."""
    build_krea2_turbo(checkpoints)
    build_reader(checkpoints)


def original(path: str) -> str:
    """The name that the original release has for a layer of diffusers'."""
    for ours, theirs in ORIGINAL.items():
        path = path.replace(ours, theirs)
    return path


def build_krea2_loras(folder: Path) -> None:
    """ai-toolkit's form, the same with alpha, its LoKr, kohya's with the same names and alpha, and diffusers'
    own names.
    """
    ours = linear_shapes(build_krea2_transformer(seed=0), TRAINED)
    theirs = {original(path): shape for path, shape in ours.items()}
    metadata = trainer_metadata("krea2", "tinystyle")
    forms = {
        "ai_toolkit": (peft_keys(draw_pairs(theirs, 81), "diffusion_model."), metadata),
        "lokr": (lokr_keys(theirs, 84, "diffusion_model.", ALPHA), metadata),
        "peft_alpha": (peft_keys(draw_pairs(theirs, 85), "diffusion_model.", ALPHA), None),
        "kohya": (kohya_keys(draw_pairs(theirs, 82), "lora_unet_", ALPHA), None),
        "diffusers": (peft_keys(draw_pairs(ours, 83), "transformer."), None),
    }
    for name, (tensors, written) in forms.items():
        save_adapter(folder / f"{name}.safetensors", tensors, torch.float16, written)


RECIPES = {
    "krea2": build_krea2,
    "krea2_turbo": build_krea2_turbo,
    "krea2_o_edit": build_krea2_o_edit,
    "krea2_o_edit_turbo": build_krea2_o_edit_turbo,
}
LORA_RECIPES = dict.fromkeys(RECIPES, build_krea2_loras)
