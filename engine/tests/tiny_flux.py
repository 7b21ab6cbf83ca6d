"""A FLUX checkpoint of a few thousand random parameters, in the real on-disk layout."""

from pathlib import Path

import torch
from diffusers import AutoencoderKL, FlowMatchEulerDiscreteScheduler, FluxPipeline, FluxTransformer2DModel
from tokenizers import ByteLevelBPETokenizer
from transformers import (
    CLIPTextConfig,
    CLIPTextModel,
    CLIPTokenizer,
    T5Config,
    T5EncoderModel,
    T5TokenizerFast,
)

WORDS = [
    "a red hot air balloon over blue hills",
    "pencil drawing of a fox, watercolour",
    "night city with rain",
]


def build_tiny_flux(folder: Path) -> Path:
    torch.manual_seed(0)
    transformer = FluxTransformer2DModel(
        patch_size=1,
        in_channels=16,
        num_layers=2,
        num_single_layers=2,
        attention_head_dim=16,
        num_attention_heads=2,
        joint_attention_dim=32,
        pooled_projection_dim=32,
        guidance_embeds=True,
        axes_dims_rope=(4, 6, 6),
    )
    vae = AutoencoderKL(
        in_channels=3,
        out_channels=3,
        down_block_types=("DownEncoderBlock2D", "DownEncoderBlock2D"),
        up_block_types=("UpDecoderBlock2D", "UpDecoderBlock2D"),
        block_out_channels=(8, 8),
        layers_per_block=1,
        latent_channels=4,
        norm_num_groups=4,
        use_quant_conv=False,
        use_post_quant_conv=False,
        shift_factor=0.1,
        scaling_factor=0.5,
    )
    sizes = {"hidden_size": 32, "intermediate_size": 37, "num_hidden_layers": 2, "num_attention_heads": 4}
    tokens = {"vocab_size": 600, "bos_token_id": 0, "eos_token_id": 1, "pad_token_id": 1}
    clip = CLIPTextModel(CLIPTextConfig(projection_dim=32, max_position_embeddings=77, **sizes, **tokens))
    t5 = T5EncoderModel(T5Config(vocab_size=600, d_model=32, d_ff=37, d_kv=8, num_layers=2, num_heads=4))
    pipeline = FluxPipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(use_dynamic_shifting=True),
        vae=vae,
        text_encoder=clip,
        tokenizer=clip_tokenizer(folder),
        text_encoder_2=t5,
        tokenizer_2=t5_tokenizer(),
        transformer=transformer,
    )
    pipeline.save_pretrained(folder)
    return folder


def clip_tokenizer(folder: Path) -> CLIPTokenizer:
    trained = ByteLevelBPETokenizer()
    trained.train_from_iterator(WORDS, vocab_size=500, special_tokens=["<|startoftext|>", "<|endoftext|>"])
    files = folder / "words"
    files.mkdir(parents=True)
    vocabulary, merges = trained.save_model(str(files))
    return CLIPTokenizer(vocabulary, merges, model_max_length=77)


def t5_tokenizer() -> T5TokenizerFast:
    pieces = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("\u2581", -2.0)]
    pieces += [(letter, -3.0) for letter in "abcdefghijklmnopqrstuvwxyz,"]
    return T5TokenizerFast(vocab=pieces, extra_ids=0, model_max_length=64)
