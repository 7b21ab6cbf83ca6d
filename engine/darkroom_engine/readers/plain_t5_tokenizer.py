"""UMT5's tokenizer as the trainer loads it for Wan."""

from typing import Any

from transformers import T5Tokenizer


class PlainT5Tokenizer(T5Tokenizer):
    """Reads characters as they are written. The stock class first brings them to their compatibility forms
    (fractions, ligatures, full-width letters), by a table that the trainer leaves out
    (toolkit/models/loaders/umt5.py).
    """

    def __init__(
        self,
        vocab: Any = None,
        eos_token: str = "</s>",  # noqa: S107 - a piece of text, no secret
        unk_token: str = "<unk>",  # noqa: S107 - a piece of text, no secret
        pad_token: str = "<pad>",  # noqa: S107 - a piece of text, no secret
        _spm_precompiled_charsmap: bytes | None = None,
        extra_ids: int = 100,
        additional_special_tokens: list[str] | None = None,
        **others: Any,
    ) -> None:
        # By name, since transformers reads this signature to know what a tokenizer is made from.
        super().__init__(
            vocab=vocab,
            eos_token=eos_token,
            unk_token=unk_token,
            pad_token=pad_token,
            _spm_precompiled_charsmap=None,
            extra_ids=extra_ids,
            additional_special_tokens=additional_special_tokens,
            **others,
        )
