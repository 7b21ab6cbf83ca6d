"""Mistral Small 3.1 with its processor, as FLUX.2 reads prompts with it."""

import json
from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import (
    Mistral3Config,
    Mistral3ForConditionalGeneration,
    PreTrainedTokenizerFast,
)

from .corpus import WORDS
from .spelling import spell_out
from .weights import randomize

SPACE = "\u0120"
SPECIAL = [
    *("<unk>", "<s>", "</s>", "[INST]", "[/INST]", "[SYSTEM_PROMPT]", "[/SYSTEM_PROMPT]"),
    *("<pad>", "[IMG]", "[IMG_BREAK]", "[IMG_END]"),
]
SPECIAL_NAMES = {"unk_token": "<unk>", "bos_token": "<s>", "eos_token": "</s>", "pad_token": "<pad>"}
CHAT = (
    "{{- bos_token }}"
    "{%- for message in messages %}"
    "{%- if message['role'] == 'system' %}"
    "{{- '[SYSTEM_PROMPT]' + message['content'][0]['text'] + '[/SYSTEM_PROMPT]' }}"
    "{%- else %}{{- '[INST]' + message['content'][0]['text'] + '[/INST]' }}{%- endif %}"
    "{%- endfor %}"
)
"""What the published template makes of one system and one user text."""
PROCESSOR = {"processor_class": "PixtralProcessor", "patch_size": 14, "spatial_merge_size": 2}


def build_mistral_tokenizer(chat: str | None) -> PreTrainedTokenizerFast:
    """Byte-level BPE, padded on the left."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    merges = spell_out(spelled for word in WORDS for spelled in ([*word], [SPACE, *word]))
    pieces = dict.fromkeys([*SPECIAL, *alphabet, *map("".join, merges)])
    tokenizer = Tokenizer(models.BPE({piece: index for index, piece in enumerate(pieces)}, merges))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        **SPECIAL_NAMES,
        padding_side="left",
        extra_special_tokens=SPECIAL[3:],
        chat_template=chat,
    )


def publish_mistral(folder: Path, width: int, seed: int) -> None:
    """Mistral's own repository, which keeps the chat template in a file of the processor's."""
    build_mistral_tokenizer(None).save_pretrained(folder)
    (folder / "chat_template.json").write_text(json.dumps({"chat_template": CHAT}), encoding="utf-8")
    (folder / "processor_config.json").write_text(json.dumps(PROCESSOR), encoding="utf-8")
    build_mistral3(width, seed).save_pretrained(folder)


def build_mistral3(width: int, seed: int) -> Mistral3ForConditionalGeneration:
    """Thirty layers, the number up to which FLUX.2 reads them, and a vision tower that it never calls."""
    tokenizer = build_mistral_tokenizer(None)
    config = Mistral3Config(
        text_config={
            "model_type": "mistral",
            "vocab_size": len(tokenizer),
            "hidden_size": width,
            "intermediate_size": 2 * width,
            "num_hidden_layers": 30,
            "num_attention_heads": 4,
            "num_key_value_heads": 2,
            "head_dim": 8,
            "sliding_window": None,
        },
        vision_config={
            "model_type": "pixtral",
            "hidden_size": 16,
            "intermediate_size": 32,
            "num_hidden_layers": 1,
            "num_attention_heads": 2,
            "head_dim": 8,
            "image_size": 28,
            "patch_size": 14,
        },
        image_token_index=tokenizer.convert_tokens_to_ids("[IMG]"),
    )
    return randomize(Mistral3ForConditionalGeneration(config), seed).to(torch.bfloat16)
