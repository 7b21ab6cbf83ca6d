"""Pictures of a training set as the denoiser's autoencoder takes them."""

import numpy
import torch
from PIL import Image, ImageOps

from darkroom_engine.failures import JobFailure
from darkroom_engine.training.buckets import Bucket, Placement, placement_in
from darkroom_engine.training.plan import Item


def size_of(item: Item) -> tuple[int, int]:
    """Width and height as the picture is looked at. Raises JobFailure DATASET_INVALID."""
    try:
        with Image.open(item.file) as image:
            turned = image.getexif().get(0x0112, 1) in (5, 6, 7, 8)
            return (image.height, image.width) if turned else image.size
    except Exception as error:
        raise unreadable(item, error) from error


def picture_of(item: Item, bucket: Bucket, mirrored: bool) -> torch.Tensor:
    """(3, height, width) from -1 to 1: turned as EXIF says, without transparency, scaled with PIL's bicubic
    filter to cover the bucket and cut to it. Raises JobFailure DATASET_INVALID.
    """
    try:
        image = open_picture(item.file)
    except Exception as error:
        raise unreadable(item, error) from error
    if mirrored:
        image = ImageOps.mirror(image)
    return pixels_of(cut(image, bucket, placement_in(bucket, *image.size)))


def cut(image: Image.Image, bucket: Bucket, place: Placement) -> Image.Image:
    image = image.resize((place.scaled_width, place.scaled_height), Image.Resampling.BICUBIC)
    return image.crop((place.left, place.top, place.left + bucket.width, place.top + bucket.height))


def control_pixels(item: Item, file: str, bucket: Bucket, mirrored: bool) -> torch.Tensor:
    """A control picture as it lies over its picture: stretched to the size that is scaled to, and cut alike.
    Raises JobFailure DATASET_INVALID.
    """
    place = placement_in(bucket, *size_of(item))
    try:
        image = open_control(file)
    except Exception as error:
        raise unreadable(item, error) from error
    if mirrored:
        image = ImageOps.mirror(image)
    return pixels_of(cut(image, bucket, place))


def own_control_pixels(item: Item, file: str, mirrored: bool) -> torch.Tensor:
    """A control picture at its own size, (1, 3, height, width) from 0 to 1. Raises JobFailure
    DATASET_INVALID.
    """
    try:
        image = open_control(file)
    except Exception as error:
        raise unreadable(item, error) from error
    image = ImageOps.mirror(image) if mirrored else image
    return values_of(image).float()[None] / 255


def open_picture(file: str) -> Image.Image:
    with Image.open(file) as image:
        return ImageOps.exif_transpose(image).convert("RGB")


def open_control(file: str) -> Image.Image:
    """What of a control picture is transparent is black, as in the trainer's loader of controls."""
    with Image.open(file) as image:
        turned = ImageOps.exif_transpose(image)
    if turned.mode != "RGBA" and "transparency" not in turned.info:
        return turned.convert("RGB")
    whole = turned.convert("RGBA")
    black = Image.new("RGB", whole.size, (0, 0, 0))
    black.paste(whole, mask=whole.getchannel("A"))
    return black


def pixels_of(image: Image.Image) -> torch.Tensor:
    """(3, height, width) from -1 to 1."""
    return values_of(image).float() / 255 * 2 - 1


def values_of(image: Image.Image) -> torch.Tensor:
    return torch.from_numpy(numpy.array(image, dtype=numpy.uint8)).permute(2, 0, 1)


def unreadable(item: Item, error: Exception) -> JobFailure:
    return JobFailure(
        "DATASET_INVALID",
        f"The picture {item.label} cannot be read ({error}). Take it out of the set, or replace it with a "
        "whole JPEG, PNG or WebP file, then train again.",
    )
