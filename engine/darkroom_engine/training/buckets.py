"""Which size a picture is trained at, as the trainer has it (its toolkit/buckets.py and
dataloader_mixins.py).
"""

import math
from typing import NamedTuple


class Bucket(NamedTuple):
    """Size in pixels that a picture is scaled to cover and then cut to."""

    width: int
    height: int


class Placement(NamedTuple):
    """How a picture comes to the size of its bucket: scaled to a size, then cut from its middle."""

    scaled_width: int
    scaled_height: int
    left: int
    top: int


def bucket_of(width: int, height: int, resolution: int, divisor: int) -> Bucket:
    """The bucket whose area is nearest to the picture's, or to `resolution` squared where that is less.

    Sides are multiples of `divisor`; no bucket has more than `resolution` squared pixels while one can be had
    that has not, so pictures are only enlarged to reach a whole multiple.
    """
    wanted = min(width * height, resolution * resolution)
    scale = (wanted / (width * height)) ** 0.5
    wide, high = width * scale / divisor, height * scale / divisor
    sizes = [
        Bucket(round_wide(wide) * divisor, round_high(high) * divisor)
        for round_wide in (math.floor, math.ceil)
        for round_high in (math.floor, math.ceil)
    ]
    fitting = [
        size
        for size in sizes
        if size.width > 0 and size.height > 0 and size.width * size.height <= resolution**2
    ]
    if not fitting:
        return Bucket(max(divisor, math.floor(wide) * divisor), max(divisor, math.floor(high) * divisor))
    return min(fitting, key=lambda size: abs(size.width * size.height - wanted))


def placement_in(bucket: Bucket, width: int, height: int) -> Placement:
    scale = max(bucket.width / width, bucket.height / height)
    scaled_width, scaled_height = math.ceil(width * scale), math.ceil(height * scale)
    return Placement(
        scaled_width,
        scaled_height,
        int((scaled_width - bucket.width) / 2),
        int((scaled_height - bucket.height) / 2),
    )
