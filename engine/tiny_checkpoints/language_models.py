"""Small language models with random weights, read for their hidden states; in bfloat16 as published."""

import torch
from transformers import PreTrainedTokenizerBase, Qwen3Config, Qwen3ForCausalLM

from .weights import randomize


def build_qwen3(tokenizer: PreTrainedTokenizerBase, width: int, layers: int, seed: int) -> Qwen3ForCausalLM:
    """As Qwen3: grouped queries, normalized per head."""
    config = Qwen3Config(
        vocab_size=len(tokenizer),
        hidden_size=width,
        intermediate_size=width * 2,
        num_hidden_layers=layers,
        num_attention_heads=4,
        num_key_value_heads=2,
        head_dim=8,
        tie_word_embeddings=True,
        pad_token_id=tokenizer.pad_token_id,
    )
    return randomize(Qwen3ForCausalLM(config), seed).to(torch.bfloat16)
