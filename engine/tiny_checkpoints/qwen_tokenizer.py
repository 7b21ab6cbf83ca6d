"""A Qwen tokenizer over the words of a few lines, with the published special tokens and chat template."""

from tokenizers import pre_tokenizers
from transformers import Qwen2Tokenizer

from .corpus import WORDS
from .spelling import spell_out

SPACE = "Ġ"
TEMPLATE_TEXT = (
    "system user assistant Describe the image by detailing color shape size texture quantity text spatial "
    "relationships of objects and background"
)
SPECIAL = [
    "<|im_start|>",
    "<|im_end|>",
    "<|vision_start|>",
    "<|vision_end|>",
    "<|vision_pad|>",
    "<|image_pad|>",
    "<|video_pad|>",
    "<think>",
    "</think>",
]
CHAT = (
    "{%- for message in messages %}"
    "{{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' }}"
    "{%- endfor %}"
    "{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}"
    "{%- if enable_thinking is defined and enable_thinking is false %}{{- '<think>\\n\\n</think>\\n\\n' }}"
    "{%- endif %}{%- endif %}"
)
"""What the published template makes of plain messages."""


def build_qwen_tokenizer() -> Qwen2Tokenizer:
    """Byte-level BPE; a word takes the space before it along."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    words = [*WORDS, *TEMPLATE_TEXT.split()]
    merges = spell_out(letters for word in words for letters in ([*word], [SPACE, *word]))
    pieces = dict.fromkeys([*alphabet, *map("".join, merges), "<|endoftext|>"])
    return Qwen2Tokenizer(
        vocab={piece: index for index, piece in enumerate(pieces)},
        merges=merges,
        additional_special_tokens=SPECIAL,
        chat_template=CHAT,
        model_max_length=4096,
    )
