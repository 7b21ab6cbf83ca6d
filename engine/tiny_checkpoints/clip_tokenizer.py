"""A CLIP tokenizer over the words of a few lines, in the files of the published ones."""

import json
from pathlib import Path

from tokenizers import pre_tokenizers
from transformers import CLIPTokenizer

from .corpus import WORDS
from .spelling import spell_out

START, END = "<|startoftext|>", "<|endoftext|>"
LENGTH = 77


def build_clip_tokenizer(pad_token: str = END) -> CLIPTokenizer:
    """Byte-level BPE with CLIP's word ends; every byte is a token, and START and END are the last two."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    merges = spell_out([*word[:-1], f"{word[-1]}</w>"] for word in WORDS)
    pieces = dict.fromkeys([*alphabet, *(f"{letter}</w>" for letter in alphabet), *map("".join, merges)])
    vocabulary = {piece: index for index, piece in enumerate([*pieces, START, END])}
    return CLIPTokenizer(vocab=vocabulary, merges=merges, pad_token=pad_token, model_max_length=LENGTH)


def publish_clip_files(folder: Path) -> None:
    """Turns a saved `tokenizer.json` into `vocab.json` and `merges.txt`, all that old repositories hold."""
    source = folder / "tokenizer.json"
    model = json.loads(source.read_text(encoding="utf-8"))["model"]
    (folder / "vocab.json").write_text(json.dumps(model["vocab"], ensure_ascii=False), encoding="utf-8")
    rules = [" ".join(pair) for pair in model["merges"]]
    (folder / "merges.txt").write_text("\n".join(["#version: 0.2", *rules, ""]), encoding="utf-8")
    source.unlink()
