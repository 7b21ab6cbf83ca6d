"""The text side of a processor: its tokenizer with its chat template."""

import json
from pathlib import Path
from typing import Any

from transformers import AutoTokenizer, PreTrainedTokenizerBase

LEGACY_TEMPLATE = "chat_template.json"


class ChatTokenizer:
    """Loads what a processor would use for prompts without pictures."""

    @staticmethod
    def from_pretrained(folder: str | Path, subfolder: str = "", **options: Any) -> PreTrainedTokenizerBase:
        """The tokenizer of `folder`/`subfolder`, with the chat template that processors keep in a file of
        their own and a tokenizer alone does not read. Raises OSError when there is no tokenizer.
        """
        tokenizer = AutoTokenizer.from_pretrained(folder, subfolder=subfolder, **options)
        template = Path(folder) / subfolder / LEGACY_TEMPLATE
        if tokenizer.chat_template is None and template.is_file():
            tokenizer.chat_template = json.loads(template.read_text(encoding="utf-8"))["chat_template"]
        return tokenizer
