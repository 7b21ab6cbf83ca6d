"""Phase 2a: trains the two small tokenizers, lower-casing both, in the files that transformers loads."""

import argparse
import random
import shutil
from pathlib import Path

import sentencepiece
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers
from transformers import CLIPTokenizer, T5Tokenizer

from .captions import random_meaning, say
from .sources import add_source_flags, emoji_by_name, emoji_keywords
from .vocabulary import cldr_names

CLIP_LENGTH = 77
T5_LENGTH = 24  # the max_sequence_length to call the pipeline with
CLIP_VOCABULARY = 2400
T5_VOCABULARY = 1800
START, END = "<|startoftext|>", "<|endoftext|>"


def other_things(annotations: Path) -> list[str]:
    """Emoji names outside the vocabulary, which the text encoders must not mistake for it."""
    known = set(cldr_names())
    names = [n for n in emoji_by_name(annotations) if n not in known and n.replace(" ", "").isalpha()]
    return sorted(n for n in names if len(n) > 2)


def corpus(annotations: Path) -> list[str]:
    """Captions, and all the keywords for the sake of words no caption has."""
    rng = random.Random(0)
    strangers = other_things(annotations)
    captions = [say(random_meaning(strangers, rng), rng) for _ in range(40000)]
    return [text for text in captions if text.strip()] + emoji_keywords(annotations) * 3


def train_clip_tokenizer(texts: list[str], folder: Path) -> None:
    """A byte-level BPE with CLIP's word ends; every byte is a token, so nothing is unknown."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    draft = Tokenizer(models.BPE(end_of_word_suffix="</w>", unk_token=None))
    draft.normalizer = normalizers.Lowercase()
    draft.pre_tokenizer = CLIPTokenizer().backend_tokenizer.pre_tokenizer
    trainer = trainers.BpeTrainer(
        vocab_size=CLIP_VOCABULARY, end_of_word_suffix="</w>", initial_alphabet=alphabet, show_progress=False
    )
    draft.train_from_iterator(texts, trainer)
    draft.model.save(str(folder))
    merges = [tuple(line.split()) for line in (folder / "merges.txt").read_text().splitlines()[1:]]
    pieces = dict.fromkeys([*alphabet, *(f"{letter}</w>" for letter in alphabet), *map("".join, merges)])
    vocabulary = {piece: index for index, piece in enumerate([*pieces, START, END])}
    CLIPTokenizer(vocab=vocabulary, merges=merges, model_max_length=CLIP_LENGTH).save_pretrained(folder)
    (folder / "vocab.json").unlink()
    (folder / "merges.txt").unlink()


def train_t5_tokenizer(texts: list[str], folder: Path) -> None:
    """A SentencePiece unigram model that folds case, with T5's special tokens."""
    prefix = folder / "spiece"
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(texts),
        model_prefix=str(prefix),
        vocab_size=T5_VOCABULARY,
        model_type="unigram",
        normalization_rule_name="nmt_nfkc_cf",
        required_chars="abcdefghijklmnopqrstuvwxyz0123456789.,!?'-:()&",
        pad_id=0,
        eos_id=1,
        unk_id=2,
        bos_id=-1,
        minloglevel=2,
    )
    tokenizer = T5Tokenizer.from_pretrained(folder, extra_ids=0, model_max_length=T5_LENGTH)
    tokenizer.save_pretrained(folder)
    prefix.with_suffix(".vocab").unlink()


def main() -> None:
    """Reads the flags and trains both."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--work", type=Path, required=True, help="folder for tokenizer/ and tokenizer_2/")
    add_source_flags(parser)
    args = parser.parse_args()
    texts = corpus(args.annotations)
    for name, train in (("tokenizer", train_clip_tokenizer), ("tokenizer_2", train_t5_tokenizer)):
        folder = args.work / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        train(texts, folder)


if __name__ == "__main__":
    main()
