"""LTX-2 and LTX-2.3: moving pictures with sound."""

from pathlib import Path
from typing import Any

import torch
from diffusers import (
    AutoencoderKLLTX2Audio,
    AutoencoderKLLTX2Video,
    FlowMatchEulerDiscreteScheduler,
    LTX2Pipeline,
    LTX2VideoTransformer3DModel,
)
from diffusers.pipelines.ltx2.connectors import LTX2TextConnectors
from diffusers.pipelines.ltx2.latent_upsampler import LTX2LatentUpsamplerModel
from diffusers.pipelines.ltx2.vocoder import LTX2Vocoder
from transformers import Gemma3Config, Gemma3ForConditionalGeneration, PreTrainedTokenizerBase

from .adapter import draw_pairs, kohya_keys, linear_shapes, peft_keys, save_adapter, trainer_metadata
from .gemma_tokenizer import build_gemma_tokenizer
from .lycoris import lokr_keys
from .publish import publish
from .weights import randomize

TEXT_WIDTH = 32
TEXT_LAYERS = 3
WIDTH, SOUND_WIDTH = 32, 16
CHANNELS = 16
ALPHA = 2.0
CLASSES: dict[str, list[str | None]] = {"tokenizer": ["transformers", "GemmaTokenizerFast"]}


def build_transformer(seed: int, layers: int, **changes: Any) -> LTX2VideoTransformer3DModel:
    """Two heads for pictures and two for sound."""
    shape = {
        "in_channels": CHANNELS,
        "out_channels": CHANNELS,
        "num_attention_heads": 2,
        "attention_head_dim": WIDTH // 2,
        "cross_attention_dim": WIDTH,
        "audio_in_channels": 8,
        "audio_out_channels": 8,
        "audio_num_attention_heads": 2,
        "audio_attention_head_dim": SOUND_WIDTH // 2,
        "audio_cross_attention_dim": SOUND_WIDTH,
        "num_layers": layers,
        "caption_channels": TEXT_WIDTH,
        "rope_type": "split",
    }
    return randomize(LTX2VideoTransformer3DModel(**shape | changes), seed).to(torch.bfloat16)


def build_ltx2_transformer(seed: int) -> LTX2VideoTransformer3DModel:
    return build_transformer(seed, layers=2)


def build_ltx23_transformer(seed: int) -> LTX2VideoTransformer3DModel:
    """Gated, with the text's own modulation, and enough blocks for guidance that perturbs the 28th."""
    return build_transformer(
        seed,
        layers=29,
        gated_attn=True,
        audio_gated_attn=True,
        cross_attn_mod=True,
        audio_cross_attn_mod=True,
        use_prompt_embeddings=False,
        perturbed_attn=True,
    )


def build_connectors(seed: int, **changes: Any) -> LTX2TextConnectors:
    """One layer for each stream, with 128 registers as published."""
    shape = {
        "caption_channels": TEXT_WIDTH,
        "text_proj_in_factor": TEXT_LAYERS + 1,
        "video_connector_num_attention_heads": 2,
        "video_connector_attention_head_dim": TEXT_WIDTH // 2,
        "video_connector_num_layers": 1,
        "audio_connector_num_attention_heads": 2,
        "audio_connector_attention_head_dim": TEXT_WIDTH // 2,
        "audio_connector_num_layers": 1,
        "rope_type": "split",
    }
    return randomize(LTX2TextConnectors(**shape | changes), seed).to(torch.bfloat16)


def build_video_vae(seed: int) -> AutoencoderKLLTX2Video:
    """32x in space and 8x in time."""
    vae = AutoencoderKLLTX2Video(
        latent_channels=CHANNELS,
        block_out_channels=(8, 16, 32, 64),
        decoder_block_out_channels=(8, 16, 32),
        layers_per_block=(1, 1, 1, 1, 1),
        decoder_layers_per_block=(1, 1, 1, 1),
        decoder_causal=False,
        spatial_compression_ratio=32,
        temporal_compression_ratio=8,
    )
    return randomize(vae, seed).to(torch.bfloat16)


def build_audio_vae(seed: int) -> AutoencoderKLLTX2Audio:
    """4x in time and in pitch: 2 channels of 4 bands."""
    vae = AutoencoderKLLTX2Audio(
        base_channels=8, ch_mult=(1, 1, 1), num_res_blocks=1, latent_channels=2, mel_bins=16, resolution=32
    )
    return randomize(vae, seed).to(torch.bfloat16)


def build_vocoder(seed: int) -> LTX2Vocoder:
    """From 16 bands of two channels to 24000 samples a second."""
    vocoder = LTX2Vocoder(
        in_channels=32,
        hidden_channels=32,
        upsample_kernel_sizes=[16, 15, 8, 4, 4],
        resnet_kernel_sizes=[3],
        resnet_dilations=[[1, 3, 5]],
    )
    return randomize(vocoder, seed).to(torch.bfloat16)


def build_gemma3(tokenizer: PreTrainedTokenizerBase, seed: int) -> Gemma3ForConditionalGeneration:
    """As Gemma 3, read for the states of all its layers."""
    config = Gemma3Config(
        text_config={
            "vocab_size": len(tokenizer) + 8,
            "hidden_size": TEXT_WIDTH,
            "intermediate_size": 2 * TEXT_WIDTH,
            "num_hidden_layers": TEXT_LAYERS,
            "num_attention_heads": 4,
            "num_key_value_heads": 2,
            "head_dim": 8,
            "query_pre_attn_scalar": 8,
        },
        vision_config={
            "hidden_size": 16,
            "intermediate_size": 32,
            "num_hidden_layers": 1,
            "num_attention_heads": 2,
            "image_size": 28,
            "patch_size": 14,
        },
        mm_tokens_per_image=4,
        boi_token_index=len(tokenizer),
        eoi_token_index=len(tokenizer) + 1,
        image_token_index=len(tokenizer) + 2,
    )
    return randomize(Gemma3ForConditionalGeneration(config), seed).to(torch.bfloat16)


def publish_ltx2(folder: Path, seed: int, **parts: Any) -> None:
    tokenizer = build_gemma_tokenizer()
    pipeline = LTX2Pipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(
            base_image_seq_len=1024,
            base_shift=0.95,
            max_image_seq_len=4096,
            max_shift=2.05,
            shift_terminal=0.1,
            use_dynamic_shifting=True,
        ),
        vae=build_video_vae(seed),
        audio_vae=build_audio_vae(seed + 1),
        text_encoder=build_gemma3(tokenizer, seed + 2),
        tokenizer=tokenizer,
        **parts,
    )
    publish(pipeline, folder, CLASSES)


def build_ltx2(checkpoints: Path) -> None:
    """LTX-2."""
    parts = {
        "connectors": build_connectors(904),
        "transformer": build_ltx2_transformer(905),
        "vocoder": build_vocoder(906),
    }
    publish_ltx2(checkpoints / "Lightricks/LTX-2", 900, **parts)


def build_ltx23(checkpoints: Path) -> None:
    """LTX-2.3-Diffusers, with features of its own for each stream."""
    own = {
        "per_modality_projections": True,
        "video_hidden_dim": TEXT_WIDTH,
        "audio_hidden_dim": SOUND_WIDTH,
        "audio_connector_attention_head_dim": SOUND_WIDTH // 2,
        "video_gated_attn": True,
        "audio_gated_attn": True,
        "proj_bias": True,
    }
    parts = {
        "connectors": build_connectors(914, **own),
        "transformer": build_ltx23_transformer(915),
        "vocoder": build_vocoder(916),
    }
    publish_ltx2(checkpoints / "dg845/LTX-2.3-Diffusers", 910, **parts)
    build_stages(checkpoints)


def build_stages(checkpoints: Path) -> None:
    """What “High” takes beside LTX-2.3: the network that doubles latents, and the distilled LoRA."""
    upsampler = LTX2LatentUpsamplerModel(in_channels=CHANNELS, mid_channels=32, num_blocks_per_stage=1)
    randomize(upsampler, 917).to(torch.bfloat16).save_pretrained(
        checkpoints / "dg845/LTX-2.3-Spatial-Upsampler-Diffusers/latent_upsampler"
    )
    shapes = linear_shapes(build_ltx23_transformer(seed=0), ("transformer_blocks.0.", "proj_out"))
    folder = checkpoints / "CalamitousFelicitousness/LTX-2.3-distilled-lora-384-Diffusers"
    tensors = peft_keys(draw_pairs(shapes, 93), "transformer.")
    save_adapter(folder / "pytorch_lora_weights.safetensors", tensors, torch.bfloat16)


def build_ltx2_loras(folder: Path) -> None:
    """ai-toolkit's form, the same with alpha, its LoKr, kohya's, and diffusers'.

    The names of the original release are the same in blocks.
    """
    shapes = linear_shapes(build_ltx2_transformer(seed=0), ("transformer_blocks.",))
    metadata = trainer_metadata("ltx2", "tinystyle")
    forms = {
        "ai_toolkit": (peft_keys(draw_pairs(shapes, 91), "diffusion_model."), metadata),
        "lokr": (lokr_keys(shapes, 94, "diffusion_model.", ALPHA), metadata),
        "peft_alpha": (peft_keys(draw_pairs(shapes, 95), "diffusion_model.", ALPHA), None),
        "kohya": (kohya_keys(draw_pairs(shapes, 96), "lora_unet_", ALPHA), None),
        "diffusers": (peft_keys(draw_pairs(shapes, 92), "transformer."), None),
    }
    for name, (tensors, written) in forms.items():
        save_adapter(folder / f"{name}.safetensors", tensors, torch.float16, written)


def build_ltx23_loras(folder: Path) -> None:
    """ai-toolkit's form and kohya's, with the gates that LTX-2 has not."""
    blocks = ("transformer_blocks.0.", "transformer_blocks.28.")
    shapes = linear_shapes(build_ltx23_transformer(seed=0), blocks)
    trained = peft_keys(draw_pairs(shapes, 97), "diffusion_model.")
    metadata = trainer_metadata("ltx2.3", "tinystyle")
    save_adapter(folder / "ai_toolkit.safetensors", trained, torch.float16, metadata)
    flat = kohya_keys(draw_pairs(shapes, 98), "lora_unet_", ALPHA)
    save_adapter(folder / "kohya.safetensors", flat, torch.float16)


RECIPES = {"ltx2": build_ltx2, "ltx2.3": build_ltx23}
LORA_RECIPES = {"ltx2": build_ltx2_loras, "ltx2.3": build_ltx23_loras}
