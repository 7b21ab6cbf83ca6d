"""The two picture styles of the LoRAs, as plain image filters."""

import colorsys

import numpy as np
from PIL import Image, ImageFilter


def edge_strength(picture: np.ndarray) -> np.ndarray:
    """How sharply the colours change at each pixel, 0..1."""
    smooth = np.asarray(Image.fromarray(picture).filter(ImageFilter.GaussianBlur(0.8)), np.float32) / 255.0
    down, across = np.gradient(smooth, axis=(0, 1))
    return np.clip(np.sqrt((down**2 + across**2).max(axis=-1)) * 3.2, 0.0, 1.0)


def vivid(rgb: np.ndarray) -> np.ndarray:
    """Each pixel's hue at full saturation and value; greys turn cyan."""
    small = Image.fromarray(rgb).filter(ImageFilter.GaussianBlur(2))
    hsv = np.asarray(small.convert("HSV")).copy()
    dull = hsv[..., 1] < 50
    hsv[..., 0] = np.where(dull, round(255 * colorsys.rgb_to_hsv(0.1, 0.9, 1.0)[0]), hsv[..., 0])
    hsv[..., 1] = 215
    hsv[..., 2] = 255
    return np.asarray(Image.fromarray(hsv, "HSV").convert("RGB"), np.float32) / 255.0


def neon_glow(cut: np.ndarray) -> np.ndarray:
    """Bright outlines that glow in the thing's own hues on near-black."""
    opacity = cut[..., 3:].astype(np.float32) / 255.0
    on_gray = np.clip(cut[..., :3] + (1.0 - opacity) * 110.0, 0, 255).astype(np.uint8)
    outline = np.abs(np.stack(np.gradient(opacity[..., 0]))).max(axis=0) * 2.0
    lines = np.clip(np.maximum(edge_strength(on_gray) * 1.2, outline), 0.0, 1.0)
    glow = Image.fromarray((lines * 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(4))
    halo = np.asarray(glow, np.float32) / 255.0
    light = vivid(on_gray) * np.clip(lines + 1.1 * halo, 0.0, 1.0)[..., None]
    core = 0.35 * (lines**3)[..., None]
    return (np.clip(light + core + np.array([0.02, 0.01, 0.06]), 0.0, 1.0) * 255).astype(np.uint8)


def pencil_sketch(cut: np.ndarray) -> np.ndarray:
    """Grey pencil lines with light hatching on paper."""
    opacity = cut[..., 3].astype(np.float32) / 255.0
    on_white = np.clip(cut[..., :3] + (1.0 - opacity[..., None]) * 255.0, 0, 255).astype(np.uint8)
    lines = edge_strength(on_white)
    tone = np.asarray(Image.fromarray(on_white).convert("L"), np.float32) / 255.0
    rows, columns = np.indices(tone.shape)
    hatch = 0.5 + 0.5 * np.sin((rows + columns) * (2 * np.pi / 6.0))
    shade = (1.0 - tone) * opacity * (0.18 + 0.5 * hatch)
    paper = 0.96 - 0.85 * lines - 0.55 * shade
    return np.repeat((np.clip(paper, 0.08, 1.0) * 255).astype(np.uint8)[..., None], 3, axis=-1)


FILTERS = {"neonglow": neon_glow, "pencilsketch": pencil_sketch}
