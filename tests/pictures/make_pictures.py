"""Pictures of every kind that people send, each with what a person sees in it.

`python make_pictures.py FOLDER` writes them, and prints a JSON list of `{file, seen, off, says}`: the
picture, a PNG of what it shows, how many levels a value may be off, and what the warnings have to say (none
where it is empty).
"""

import json
import struct
import sys
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageCms

FOLDER = Path(sys.argv[1])
WIDTH, HEIGHT = 61, 38
CASES: list[dict[str, Any]] = []


def pattern() -> Image.Image:
    """Smooth and lopsided, so that turning, stretching and shifted colours show."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    red, green = 255 * x / WIDTH, 255 * y / HEIGHT
    blue = 127 + 100 * np.sin(x / 5) * np.cos(y / 7)
    return Image.fromarray(np.stack([red, green, blue], -1).astype(np.uint8))


RGB = pattern()


def case(name: str, seen: Image.Image, off: int = 0, says: str = "", **options: Any) -> None:
    """Save `image` as `name`, or the bytes of `data`."""
    file = FOLDER / name
    if "data" in options:
        file.write_bytes(options["data"])
    else:
        options.pop("image").save(file, **options)
    shown = FOLDER / f"{name}.seen.png"
    seen.convert("RGB").save(shown)
    CASES.append({"file": str(file), "seen": str(shown), "off": off, "says": says})


def ordinary(name: str, image: Image.Image = RGB, says: str = "", **options: Any) -> None:
    """What the trainer opens as it is seen: its own pixels, to the last bit."""
    file = FOLDER / name
    image.save(file, **options)
    seen = Image.open(file).convert("RGB")
    case(name, seen, says=says, data=file.read_bytes())


def on_white(image: Image.Image) -> Image.Image:
    white = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(white, image.convert("RGBA"))


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(pixels: np.ndarray, colour: int, extra: bytes = b"") -> bytes:
    """Of 16 bits a channel; `colour` 0 is grey, 2 RGB, 6 RGBA."""
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in pixels)
    header = struct.pack(">IIBBBBB", pixels.shape[1], pixels.shape[0], 16, colour, 0, 0, 0)
    parts = [chunk(b"IHDR", header), extra, chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def ordinary_ones() -> None:
    grey = RGB.convert("L")
    for mode in ("L", "1", "LA", "RGBA"):
        ordinary(f"{mode}.png", RGB.convert(mode))
    ordinary("rgb.png")
    ordinary("palette.png", RGB.quantize(64))
    ordinary("palette4.png", RGB.quantize(4))
    for sampling in ("4:4:4", "4:2:2", "4:2:0", "4:1:1"):
        for progressive in (False, True):
            name = f"{sampling.replace(':', '')}{'p' if progressive else ''}.jpg"
            ordinary(name, subsampling=sampling, progressive=progressive, quality=80)
    ordinary("restarts.jpg", restart_marker_blocks=2, quality=60)
    ordinary("grey.jpg", grey)
    ordinary("as_rgb.jpg", keep_rgb=True)
    ordinary("comments.jpg", comment=b"x" * 60_000, quality=90)
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    ordinary("srgb_profile.jpg", icc_profile=srgb)
    ordinary("srgb_profile.png", icc_profile=srgb)
    ordinary("lossy.webp", quality=80)
    ordinary("lossless.webp", lossless=True)
    ordinary("one.gif", RGB.quantize(64))
    ordinary("grey.tiff", grey)
    for compression in ("raw", "tiff_lzw", "tiff_deflate", "jpeg", "packbits"):
        ordinary(f"{compression}.tiff", compression=compression)
    for mode in ("1", "L", "RGB"):
        ordinary(f"{mode}.bmp", RGB.convert(mode))
    ordinary("palette.bmp", RGB.quantize(64))
    deep = np.asarray(RGB).astype(np.uint16) * 256 + 77
    case("rgb16.png", RGB, data=png(deep, 2))


def turned_ones() -> None:
    undo = {2: 2, 3: 3, 4: 4, 5: 5, 6: 8, 7: 7, 8: 6}
    turns = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_270,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_90,
    }
    for orientation, back in undo.items():
        stored = RGB.transpose(turns[back])
        exif = Image.Exif()
        exif[274] = orientation
        case(f"turned{orientation}.png", RGB, says="upright", image=stored, exif=exif)
        case(f"turned{orientation}.webp", RGB, says="upright", image=stored, exif=exif, lossless=True)
        case(f"turned{orientation}.tiff", RGB, says="upright", image=stored, exif=exif)
        file = FOLDER / "stored.jpg"
        stored.save(file, exif=exif)
        seen = Image.open(file).transpose(turns[orientation])
        case(
            f"turned{orientation}.jpg", seen, says=f"orientation \\({orientation}\\)", data=file.read_bytes()
        )


def clear_ones() -> None:
    x = np.mgrid[0:HEIGHT, 0:WIDTH][1]
    hidden, faded = RGB.copy(), RGB.copy()
    hidden.putalpha(Image.fromarray(((x > 20) * 255).astype(np.uint8)))
    faded.putalpha(Image.fromarray((255 * x / WIDTH).astype(np.uint8)))
    white = "over white"
    case("hidden.png", on_white(hidden), says=white, image=hidden)
    case("faded.png", on_white(faded), 1, says=white, image=faded)
    case("faded.webp", on_white(faded), 1, says=white, image=faded, lossless=True)
    case("faded.tiff", on_white(faded), 1, says=white, image=faded)
    grey = faded.convert("LA")
    case("faded_grey.png", on_white(grey), 1, says=white, image=grey)
    few = RGB.quantize(16)
    case("clear_palette.png", on_white(with_clear(few, 3)), says=white, image=few, transparency=3)
    case("clear.gif", on_white(with_clear(few, 3)), says=white, image=few, transparency=3)
    deep = np.asarray(faded).astype(np.uint16) * 257
    case("faded16.png", on_white(faded), 1, says=white, data=png(deep, 6))


def with_clear(image: Image.Image, index: int) -> Image.Image:
    shown = image.convert("RGBA")
    alpha = np.where(np.asarray(image) == index, 0, 255).astype(np.uint8)
    shown.putalpha(Image.fromarray(alpha))
    return shown


def deep_ones() -> None:
    depth = np.linspace(0, 65535, WIDTH * HEIGHT).reshape(HEIGHT, WIDTH).astype(np.uint16)
    seen = Image.fromarray((depth >> 8).astype(np.uint8))
    says = "16 bits a pixel"
    case("depth16.png", seen, says=says, data=png(depth, 0))
    case("depth16.tiff", seen, says=says, image=Image.fromarray(depth))
    shallow = depth // 20
    case(
        "dark16.png",
        Image.fromarray((shallow >> 8).astype(np.uint8)),
        says="so it is dark",
        data=png(shallow, 0),
    )
    unit = (depth / 65535).astype(np.float32)
    rounded = Image.fromarray(np.round(unit * 255).astype(np.uint8))
    case("unit_float.tiff", rounded, 1, says="0 to 1 became 0 to 255", image=Image.fromarray(unit))
    far = unit * 812 - 3
    case("far_float.tiff", rounded, 1, says="from -3 to 809", image=Image.fromarray(far))
    holes, filled = unit.copy(), np.asarray(rounded).copy()
    holes[3:6, 4:9], filled[3:6, 4:9] = np.nan, 0
    case("holes_float.tiff", Image.fromarray(filled), 1, says="15 values", image=Image.fromarray(holes))
    case("whole.tiff", rounded, 1, says="the greatest white", image=Image.fromarray(depth.astype(np.int32)))


def inked_ones() -> None:
    ink = RGB.convert("CMYK")
    case("ink.tiff", ink.convert("RGB"), says="CMYK", image=ink)
    file = FOLDER / "ink_stored.jpg"
    ink.save(file, quality=95)
    case("ink.jpg", Image.open(file).convert("RGB"), says="CMYK", data=file.read_bytes())


def several() -> None:
    frames = [RGB.rotate(angle).quantize(64) for angle in (0, 90, 180)]
    first = frames[0].convert("RGB")
    more = {"save_all": True, "append_images": frames[1:], "duration": 100}
    says = "first of 3 frames"
    case("moving.gif", first, says=says, image=frames[0], **more)
    whole = [frame.convert("RGB") for frame in frames]
    more["append_images"] = whole[1:]
    case("moving.png", first, says=says, image=whole[0], **more)
    case("moving.webp", first, says=says, image=whole[0], lossless=True, **more)
    case("pages.tiff", first, says="3 pages", image=whole[0], save_all=True, append_images=whole[1:])
    case("still.avif", RGB, 12, image=RGB, quality=95, subsampling="4:4:4")
    case("moving.avif", first, 24, says="animated", image=whole[0], quality=95, subsampling="4:4:4", **more)


FOLDER.mkdir(parents=True, exist_ok=True)
for make in (ordinary_ones, turned_ones, clear_ones, deep_ones, inked_ones, several):
    make()
print(json.dumps(CASES))
