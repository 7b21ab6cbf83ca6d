"""The training pictures: one cut-out per thing, laid over any background colour."""

from pathlib import Path

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFont

from .hot_air_balloon import draw_hot_air_balloon
from .sources import emoji_by_name, require_file
from .vocabulary import DRAWN, cldr_names

SIZE = 128
FIGURE_SIZE = 112  # the longer side of a thing inside the picture
GLYPH_SIZE = 109  # the only size NotoColorEmoji has bitmaps for


def draw_glyph(character: str, font: ImageFont.FreeTypeFont) -> Image.Image:
    """One emoji with premultiplied opacity, found by drawing it on black and on white."""
    on_black, on_white = (Image.new("RGB", (160, 160), backing) for backing in ("black", "white"))
    for canvas in (on_black, on_white):
        ImageDraw.Draw(canvas).text((12, 12), character, font=font, embedded_color=True)
    opacity = ImageChops.invert(ImageChops.difference(on_white, on_black)).split()[1]
    return Image.frombytes("RGBa", (160, 160), np.dstack([on_black, opacity]).tobytes())


def cut_out(figure: Image.Image) -> np.ndarray:
    """A premultiplied picture, cropped, scaled to FIGURE_SIZE and centred on a SIZE square."""
    box = figure.getchannel("a").getbbox()
    if box is None:
        raise SystemExit("the font draws nothing for one of the things; is it NotoColorEmoji.ttf?")
    figure = figure.crop(box)
    ratio = FIGURE_SIZE / max(figure.size)
    side = (max(1, round(figure.width * ratio)), max(1, round(figure.height * ratio)))
    picture = Image.new("RGBa", (SIZE, SIZE), (0, 0, 0, 0))
    scaled = figure.resize(side, Image.Resampling.LANCZOS)
    picture.paste(scaled, ((SIZE - side[0]) // 2, (SIZE - side[1]) // 2))
    return np.asarray(picture)


def load_cut_outs(font_path: Path, annotations: Path) -> np.ndarray:
    """Every thing of the vocabulary as premultiplied RGBA bytes: (things, SIZE, SIZE, 4)."""
    font = ImageFont.truetype(str(require_file(font_path, "fonts-noto-color-emoji")), GLYPH_SIZE)
    characters = emoji_by_name(annotations)
    missing = [name for name in cldr_names() if name not in characters and name != DRAWN]
    if missing:
        raise SystemExit(f"no such CLDR names: {missing}")
    drawn = cut_out(draw_hot_air_balloon().convert("RGBa"))
    return np.stack([drawn if n == DRAWN else cut_out(draw_glyph(characters[n], font)) for n in cldr_names()])


def lay_over(cut: np.ndarray, colour: tuple[int, int, int]) -> np.ndarray:
    """A premultiplied cut-out over a plain colour, as RGB bytes."""
    opacity = cut[..., 3:].astype(np.float32) / 255.0
    picture = cut[..., :3].astype(np.float32) + (1.0 - opacity) * np.asarray(colour, np.float32)
    return np.clip(picture + 0.5, 0, 255).astype(np.uint8)
