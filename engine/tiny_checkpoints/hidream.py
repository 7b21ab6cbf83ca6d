"""HiDream-I1-Full and HiDream-E1.1, with Llama in a repository of its own."""

import json
import shutil
from pathlib import Path

import torch
from diffusers import FlowMatchEulerDiscreteScheduler, HiDreamImagePipeline, HiDreamImageTransformer2DModel
from transformers import CLIPTextModelWithProjection, CLIPTokenizer

from .adapter import draw_pairs, kohya_keys, linear_shapes, peft_keys, save_adapter, trainer_metadata
from .autoencoder import build_flux_vae
from .clip_tokenizer import build_clip_tokenizer
from .llama import build_llama, build_llama_tokenizer
from .publish import publish
from .t5_tokenizer import build_t5_tokenizer
from .text_encoders import build_t5, clip_config
from .weights import randomize

LLAMA = "unsloth/Meta-Llama-3.1-8B-Instruct"
WIDTH, LAYERS, ALPHA = 32, 3, 2.0
POSITIONS = 248
"""HiDream's CLIPs read longer prompts than CLIP does."""
TRAINED = ("double_stream_blocks.", "single_stream_blocks.")
ROUTED = "ff_i.experts"
"""What the trainer's own settings leave out."""


def build_hidream_transformer(seed: int, resolution: int = 128) -> HiDreamImageTransformer2DModel:
    """Two double and two single blocks of width 64, with four experts of which two work."""
    return randomize(
        HiDreamImageTransformer2DModel(
            patch_size=2,
            in_channels=16,
            num_layers=2,
            num_single_layers=2,
            attention_head_dim=16,
            num_attention_heads=4,
            caption_channels=[WIDTH, WIDTH],
            text_emb_dim=2 * WIDTH,
            axes_dims_rope=(8, 4, 4),
            max_resolution=(resolution, resolution),
            llama_layers=[0, 1, 2, 2],
        ),
        seed,
    )


def build_long_clip(tokenizer: CLIPTokenizer, activation: str, seed: int) -> CLIPTextModelWithProjection:
    config = clip_config(tokenizer, WIDTH, activation)
    config.max_position_embeddings = POSITIONS
    return randomize(CLIPTextModelWithProjection(config), seed).to(torch.bfloat16)


def build_long_clip_tokenizer() -> CLIPTokenizer:
    tokenizer = build_clip_tokenizer()
    tokenizer.model_max_length = POSITIONS
    return tokenizer


def build_repository(folder: Path, seed: int, resolution: int, class_name: str) -> None:
    """The index names Llama, whose files are not there, as in the published repositories."""
    tokenizer, tokenizer_2, tokenizer_3 = (
        build_long_clip_tokenizer(),
        build_long_clip_tokenizer(),
        build_t5_tokenizer(),
    )
    llama_tokenizer = build_llama_tokenizer()
    pipeline = HiDreamImagePipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(num_train_timesteps=1000, shift=3.0),
        vae=build_flux_vae(seed).to(torch.bfloat16),
        text_encoder=build_long_clip(tokenizer, "quick_gelu", seed + 1),
        tokenizer=tokenizer,
        text_encoder_2=build_long_clip(tokenizer_2, "gelu", seed + 2),
        tokenizer_2=tokenizer_2,
        text_encoder_3=build_t5(len(tokenizer_3), WIDTH, seed + 3).to(torch.bfloat16),
        tokenizer_3=tokenizer_3,
        text_encoder_4=build_llama(llama_tokenizer, WIDTH, LAYERS, seed + 4),
        tokenizer_4=llama_tokenizer,
        transformer=build_hidream_transformer(seed + 5, resolution).to(torch.bfloat16),
    )
    publish(pipeline, folder, {"_class_name": class_name})
    for lent in ("text_encoder_4", "tokenizer_4"):
        shutil.rmtree(folder / lent)


def build_llama_repository(folder: Path) -> None:
    tokenizer = build_llama_tokenizer()
    build_llama(tokenizer, WIDTH, LAYERS, 1300).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    settings = folder / "tokenizer_config.json"
    content = json.loads(settings.read_text(encoding="utf-8"))
    published = content | {"tokenizer_class": "PreTrainedTokenizerFast"}
    settings.write_text(json.dumps(published, indent=2) + "\n", encoding="utf-8")


def build_hidream(checkpoints: Path) -> None:
    """HiDream-I1-Full and Llama."""
    build_repository(checkpoints / "HiDream-ai/HiDream-I1-Full", 1310, 128, "HiDreamImagePipeline")
    build_llama_repository(checkpoints / LLAMA)


def build_hidream_e1(checkpoints: Path) -> None:
    """HiDream-E1.1, whose own limit of tokens is small enough for quick tests, and Llama."""
    build_repository(checkpoints / "HiDream-ai/HiDream-E1-1", 1320, 24, "HiDreamImageEditingPipeline")
    build_llama_repository(checkpoints / LLAMA)


def build_hidream_loras(folder: Path) -> None:
    """ai-toolkit's form without the routed experts and with them, kohya's with alpha, diffusers' prefix."""
    shapes = linear_shapes(build_hidream_transformer(seed=0), TRAINED)
    usual = {name: shape for name, shape in shapes.items() if ROUTED not in name}
    half, metadata = torch.float16, trainer_metadata("hidream_i1", "tinystyle")
    trained = peft_keys(draw_pairs(usual, 131), "diffusion_model.")
    save_adapter(folder / "ai_toolkit.safetensors", trained, half, metadata)
    experts = peft_keys(draw_pairs(shapes, 132), "diffusion_model.", ALPHA)
    save_adapter(folder / "every_expert.safetensors", experts, torch.bfloat16, metadata)
    flat = kohya_keys(draw_pairs(shapes, 133), "lora_unet_", ALPHA)
    save_adapter(folder / "kohya.safetensors", flat, half)
    save_adapter(folder / "diffusers.safetensors", peft_keys(draw_pairs(usual, 134), "transformer."), half)


RECIPES = {"hidream": build_hidream, "hidream_e1": build_hidream_e1}
LORA_RECIPES = dict.fromkeys(RECIPES, build_hidream_loras)
