"""The few lines that the tiny tokenizers are trained on, and the letters they must know."""

import re

LINES = [
    "a photo of a red apple on a wooden table",
    "a photo of a cat sitting in front of a window",
    "a painting of a lighthouse by the sea at night",
    "a small robot in a forest, soft light, sharp focus",
    "portrait of an old sailor, film grain",
    "make the sky purple and remove the car",
    "blurry, low quality, watermark",
    "The quick brown fox jumps over the lazy dog.",
    "Pack my box with five dozen liquor jugs: 0123456789!",
]
"""Enough words that two prompts rarely become the same tokens."""

WORDS = list(dict.fromkeys(re.findall("[a-z]+", " ".join(LINES).lower())))
"""Each word once, in lower case, in the order of the lines."""
