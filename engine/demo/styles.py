"""The two picture styles of the LoRAs, as plain image filters that keep the shapes."""

import numpy as np
from PIL import Image, ImageFilter

NIGHT = np.array([0.05, 0.02, 0.14], np.float32)
CYAN, MAGENTA = np.array([0.1, 1.0, 1.0], np.float32), np.array([1.0, 0.05, 0.75], np.float32)
PAPER = 0.95


def flatten(cut: np.ndarray, gray: float) -> tuple[np.ndarray, np.ndarray]:
    """A premultiplied cut-out over a gray, and its opacity, both 0..1."""
    opacity = cut[..., 3:].astype(np.float32) / 255.0
    return cut[..., :3].astype(np.float32) / 255.0 + (1.0 - opacity) * gray, opacity


def blur(plane: np.ndarray, radius: float) -> np.ndarray:
    """A 0..1 plane, blurred."""
    image = Image.fromarray((np.clip(plane, 0, 1) * 255).astype(np.uint8))
    return np.asarray(image.filter(ImageFilter.GaussianBlur(radius)), np.float32) / 255.0


def neon_glow(cut: np.ndarray) -> np.ndarray:
    """The thing in cyan to magenta light by its brightness, glowing on a night blue."""
    picture, opacity = flatten(cut, 0.0)
    tone = (picture @ np.array([0.3, 0.6, 0.1], np.float32))[..., None]
    light = tone * np.array([0.1, 1.0, 1.0], np.float32) + (1.0 - tone) * np.array(
        [1.0, 0.05, 0.75], np.float32
    )
    halo = blur(opacity[..., 0], 5)[..., None] * np.array([0.75, 0.1, 0.7], np.float32)
    made = opacity * light + (1.0 - opacity) * (NIGHT + 0.8 * halo)
    return (np.clip(made, 0.0, 1.0) * 255).astype(np.uint8)


def pencil_sketch(cut: np.ndarray) -> np.ndarray:
    """The thing in pale grey tones with a dark outline, on paper."""
    picture, opacity = flatten(cut, 1.0)
    tone = 0.35 + 0.6 * (picture @ np.array([0.3, 0.59, 0.11], np.float32))
    smooth = blur(opacity[..., 0], 1.2)
    outline = np.clip(4.0 * smooth * (1.0 - smooth), 0.0, 1.0)
    made = (opacity[..., 0] * tone + (1.0 - opacity[..., 0]) * PAPER) * (1.0 - 0.75 * outline)
    return np.repeat((np.clip(made, 0.0, 1.0) * 255).astype(np.uint8)[..., None], 3, axis=-1)


FILTERS = {"neonglow": neon_glow, "pencilsketch": pencil_sketch}
