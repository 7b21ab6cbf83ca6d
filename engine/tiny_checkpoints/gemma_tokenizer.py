"""A Gemma tokenizer over the words of a few lines."""

from transformers import GemmaTokenizer

from .corpus import WORDS
from .spelling import spell_out

SPACE = "▁"
SPECIAL = ["<pad>", "<eos>", "<bos>", "<unk>", "<mask>"]


def build_gemma_tokenizer() -> GemmaTokenizer:
    """BPE with bytes to fall back on; a word takes the space before it along."""
    merges = spell_out(letters for word in WORDS for letters in ([*word], [SPACE, *word]))
    letters = sorted({letter for word in WORDS for letter in word} | {SPACE})
    pieces = [*SPECIAL, *(f"<0x{byte:02X}>" for byte in range(256)), *letters, *map("".join, merges)]
    return GemmaTokenizer(
        vocab={piece: index for index, piece in enumerate(dict.fromkeys(pieces))},
        merges=merges,
        model_max_length=4096,
        add_bos_token=True,
    )
