"""A T5 tokenizer trained on a few lines, SentencePiece file included."""

import tempfile
from pathlib import Path

import sentencepiece
from transformers import T5Tokenizer

from .corpus import LINES

VOCABULARY = 240


def train_spiece(path: Path) -> None:
    """Writes a SentencePiece unigram model with T5's special ids: pad 0, end 1, unknown 2."""
    with path.open("wb") as file:
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(LINES),
            model_writer=file,
            vocab_size=VOCABULARY,
            hard_vocab_limit=False,
            model_type="unigram",
            required_chars="abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,!?'-:()&[]",
            pad_id=0,
            eos_id=1,
            unk_id=2,
            bos_id=-1,
            minloglevel=2,
            num_threads=1,
        )


def build_t5_tokenizer(length: int = 512) -> T5Tokenizer:
    """T5's tokenizer over the trained pieces, without sentinel tokens."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        train_spiece(folder / "spiece.model")
        return T5Tokenizer.from_pretrained(folder, extra_ids=0, model_max_length=length)
