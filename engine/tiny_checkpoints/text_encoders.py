"""Small CLIP and T5 text encoders with random weights."""

from transformers import (
    CLIPTextConfig,
    CLIPTextModel,
    CLIPTextModelWithProjection,
    CLIPTokenizer,
    T5Config,
    T5EncoderModel,
)

from .weights import randomize


def clip_config(tokenizer: CLIPTokenizer, width: int, activation: str) -> CLIPTextConfig:
    """CLIP's text configuration at `width`, with the tokenizer's own special ids."""
    return CLIPTextConfig(
        vocab_size=len(tokenizer),
        hidden_size=width,
        intermediate_size=width * 2,
        projection_dim=width,
        num_hidden_layers=2,
        num_attention_heads=4,
        max_position_embeddings=77,
        hidden_act=activation,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )


def build_clip(tokenizer: CLIPTokenizer, width: int, seed: int) -> CLIPTextModel:
    """As OpenAI's CLIP ViT-L/14, the first encoder of FLUX and Stable Diffusion."""
    return randomize(CLIPTextModel(clip_config(tokenizer, width, "quick_gelu")), seed)


def build_projected_clip(tokenizer: CLIPTokenizer, width: int, seed: int) -> CLIPTextModelWithProjection:
    """As OpenCLIP bigG, the second encoder of SDXL."""
    return randomize(CLIPTextModelWithProjection(clip_config(tokenizer, width, "gelu")), seed)


def build_t5(vocabulary: int, width: int, seed: int) -> T5EncoderModel:
    """As T5 v1.1: gated GELU, no weight sharing between layers."""
    config = T5Config(
        vocab_size=vocabulary,
        d_model=width,
        d_kv=8,
        d_ff=width * 2,
        num_layers=2,
        num_heads=4,
        feed_forward_proj="gated-gelu",
        tie_word_embeddings=False,
    )
    return randomize(T5EncoderModel(config), seed)
