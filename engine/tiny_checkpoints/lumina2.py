"""Lumina-Image-2.0."""

from pathlib import Path

import torch
from diffusers import FlowMatchEulerDiscreteScheduler, Lumina2Pipeline, Lumina2Transformer2DModel
from transformers import Gemma2Config, Gemma2Model, GemmaTokenizer

from .adapter import draw_pairs, kohya_keys, linear_shapes, peft_keys, save_adapter, trainer_metadata
from .autoencoder import build_flux_vae
from .corpus import WORDS
from .publish import publish
from .spelling import spell_out
from .weights import randomize

ALPHA = 2.0

SEED = 700
TEXT_WIDTH = 32
SPACE = "\u2581"
SPECIAL = ["<pad>", "<eos>", "<bos>", "<unk>", "<mask>"]


def build_gemma_tokenizer() -> GemmaTokenizer:
    """Gemma's byte-fallback BPE over the words of the corpus."""
    letters = [*map(chr, range(33, 127)), SPACE]
    merges = spell_out(spelled for word in WORDS for spelled in ([*word], [SPACE, *word]))
    pieces = dict.fromkeys([*SPECIAL, *(f"<0x{byte:02X}>" for byte in range(256)), *letters])
    pieces.update(dict.fromkeys(map("".join, merges)))
    vocabulary = {piece: index for index, piece in enumerate(pieces)}
    return GemmaTokenizer(vocab=vocabulary, merges=merges, add_bos_token=True, model_max_length=8192)


def build_gemma2(tokenizer: GemmaTokenizer, seed: int) -> Gemma2Model:
    """As Gemma 2: sliding and full attention by turns. The last but one of its layers is read."""
    config = Gemma2Config(
        vocab_size=len(tokenizer),
        hidden_size=TEXT_WIDTH,
        intermediate_size=2 * TEXT_WIDTH,
        num_hidden_layers=3,
        num_attention_heads=4,
        num_key_value_heads=2,
        head_dim=8,
        query_pre_attn_scalar=8,
        pad_token_id=tokenizer.pad_token_id,
    )
    return randomize(Gemma2Model(config), seed)


def build_lumina2_transformer(seed: int) -> Lumina2Transformer2DModel:
    """Two layers and one of each refiner, four heads of 16 of which two are keys."""
    return randomize(
        Lumina2Transformer2DModel(
            hidden_size=64,
            num_layers=2,
            num_refiner_layers=1,
            num_attention_heads=4,
            num_kv_heads=2,
            multiple_of=32,
            axes_dim_rope=(4, 6, 6),
            axes_lens=(300, 512, 512),
            cap_feat_dim=TEXT_WIDTH,
        ),
        seed,
    )


def build_lumina2(checkpoints: Path) -> None:
    """Lumina-Image-2.0."""
    tokenizer = build_gemma_tokenizer()
    pipeline = Lumina2Pipeline(
        transformer=build_lumina2_transformer(SEED).to(torch.bfloat16),
        scheduler=FlowMatchEulerDiscreteScheduler(num_train_timesteps=1000, shift=6.0),
        vae=build_flux_vae(SEED + 1).to(torch.bfloat16),
        text_encoder=build_gemma2(tokenizer, SEED + 2).to(torch.bfloat16),
        tokenizer=tokenizer,
    )
    publish(pipeline, checkpoints / "Alpha-VLLM/Lumina-Image-2.0")


def build_lumina2_loras(folder: Path) -> None:
    """ai-toolkit's form, over every layer and both refiners; with alpha, with `diffusion_model.`, kohya's."""
    blocks = ("layers.", "noise_refiner.", "context_refiner.")
    shapes = linear_shapes(build_lumina2_transformer(seed=0), blocks)
    forms = {
        "ai_toolkit": (
            peft_keys(draw_pairs(shapes, 71), "transformer."),
            trainer_metadata("lumina2", "tinystyle"),
        ),
        "peft_alpha": (peft_keys(draw_pairs(shapes, 72), "transformer.", ALPHA), None),
        "diffusion_model": (peft_keys(draw_pairs(shapes, 73), "diffusion_model."), None),
        "kohya": (kohya_keys(draw_pairs(shapes, 74), "lora_unet_", ALPHA), None),
    }
    for name, (tensors, written) in forms.items():
        save_adapter(folder / f"{name}.safetensors", tensors, torch.float16, written)


RECIPES = {"lumina2": build_lumina2}
LORA_RECIPES = {"lumina2": build_lumina2_loras}
