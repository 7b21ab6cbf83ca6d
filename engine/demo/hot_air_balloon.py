"""A drawing of a hot air balloon, the one thing asked for that no emoji shows."""

import math

from PIL import Image, ImageDraw

SIDE = 512
STRIPES = [(214, 48, 49), (253, 203, 65), (58, 134, 220), (253, 203, 65), (214, 48, 49)]
ROPE = (110, 78, 50, 255)
CENTRE, TOP, WIDTH = SIDE / 2, 16, 180


def half_width(along: float) -> float:
    """Half the envelope's width at a fraction of its height, 0 the crown and 1 the mouth."""
    if along < 0.45:
        return WIDTH * math.sin(math.acos(1 - along / 0.45))
    return WIDTH * (0.24 + 0.76 * math.cos((along - 0.45) / 0.55 * math.pi / 2) ** 0.9)


def draw_hot_air_balloon() -> Image.Image:
    """A striped envelope over a wicker basket, as RGBA."""
    picture = Image.new("RGBA", (SIDE, SIDE), (0, 0, 0, 0))
    pen = ImageDraw.Draw(picture)
    height = 350
    for row in range(height):
        reach = half_width(row / height)
        edges = [CENTRE - reach * math.cos(math.pi * i / len(STRIPES)) for i in range(len(STRIPES) + 1)]
        for left, right, colour in zip(edges, edges[1:], STRIPES, strict=False):
            pen.line([(left, TOP + row), (right, TOP + row)], fill=(*colour, 255))
    mouth = TOP + height
    pen.rectangle([CENTRE - 46, mouth - 8, CENTRE + 46, mouth + 4], fill=(150, 40, 44, 255))
    for side in (-1, 1):
        pen.line([(CENTRE + side * 42, mouth), (CENTRE + side * 36, mouth + 62)], fill=ROPE, width=7)
        pen.line([(CENTRE + side * 14, mouth), (CENTRE + side * 12, mouth + 62)], fill=ROPE, width=5)
    pen.rounded_rectangle([CENTRE - 44, mouth + 56, CENTRE + 44, mouth + 126], 12, fill=(181, 126, 72, 255))
    for row in range(3):
        pen.line(
            [(CENTRE - 42, mouth + 78 + 17 * row), (CENTRE + 42, mouth + 78 + 17 * row)], fill=ROPE, width=4
        )
    pen.rounded_rectangle([CENTRE - 50, mouth + 52, CENTRE + 50, mouth + 68], 8, fill=(120, 78, 44, 255))
    return picture
