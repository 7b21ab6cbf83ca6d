"""Llama 3.1 as its repository lays it out: the model and its tokenizer side by side, without subfolders."""

import torch
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, processors
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from .corpus import WORDS
from .spelling import spell_out
from .weights import randomize

SPACE = "Ġ"
START, END, PAD = "<|begin_of_text|>", "<|eot_id|>", "<|finetune_right_pad_id|>"


def build_llama_tokenizer() -> PreTrainedTokenizerFast:
    """Byte-level BPE with a token in front of every text, padded on the left."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    merges = spell_out(letters for word in WORDS for letters in ([*word], [SPACE, *word]))
    pieces = dict.fromkeys([*alphabet, *map("".join, merges)])
    tokenizer = Tokenizer(models.BPE({piece: index for index, piece in enumerate(pieces)}, merges))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(token, special=True) for token in (START, END, PAD)])
    start = (START, tokenizer.token_to_id(START))
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{START} $A", pair=f"{START} $A {START} $B", special_tokens=[start]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token=START,
        eos_token=END,
        pad_token=PAD,
        padding_side="left",
        model_max_length=131072,
    )


def build_llama(tokenizer: PreTrainedTokenizerFast, width: int, layers: int, seed: int) -> LlamaForCausalLM:
    """Grouped queries and Llama 3.1's stretched positions; in bfloat16 as published."""
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=width,
        intermediate_size=2 * width,
        num_hidden_layers=layers,
        num_attention_heads=4,
        num_key_value_heads=2,
        rope_parameters={
            "rope_type": "llama3",
            "rope_theta": 500000.0,
            "factor": 8.0,
            "low_freq_factor": 1.0,
            "high_freq_factor": 4.0,
            "original_max_position_embeddings": 8192,
        },
        max_position_embeddings=131072,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    return randomize(LlamaForCausalLM(config), seed).to(torch.bfloat16)
