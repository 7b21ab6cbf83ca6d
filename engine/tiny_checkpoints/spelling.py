"""Merge rules for byte-pair tokenizers, without a trainer, which breaks ties at random."""

from collections.abc import Iterable, Sequence


def spell_out(words: Iterable[Sequence[str]]) -> list[tuple[str, str]]:
    """Rules that build each word, given as its letters, from left to right."""
    rules: dict[tuple[str, str], None] = {}
    for letters in words:
        for end in range(1, len(letters)):
            rules["".join(letters[:end]), letters[end]] = None
    return list(rules)
