"""Qwen-Image-Edit-2509 and later: one to three control pictures, each at its own aspect, for the reader and
behind the picture.
"""

from typing import Any

import torch

from darkroom_engine.failures import JobFailure
from darkroom_engine.pipelines import qwen_image_edit_plus
from darkroom_engine.pipelines.qwen_reading import read_with_pictures, size_of_area
from darkroom_engine.training.families.parts import Inputs, packed, row_by_row, stacked, unpacked
from darkroom_engine.training.families.qwen_image import encode_images, tokens_of
from darkroom_engine.training.pictures import open_control
from darkroom_engine.training.plan import Item, Method

__all__ = ["encode_control", "encode_images", "encode_text", "predict", "tokens_of"]


def encode_text(pipeline: Any, _method: Method, caption: str, item: Item) -> dict[str, torch.Tensor]:
    if not item.controls:
        raise JobFailure(
            "DATASET_INVALID",
            f"{item.label} has no control picture; this model is trained with one to three for each picture.",
        )
    shown = [open_control(control.file) for control in item.controls]
    embeds, mask = read_with_pictures(pipeline, caption, shown, qwen_image_edit_plus.READER_AREA)
    return {"embeds": embeds, "mask": mask.to(torch.int64)}


def encode_control(pipeline: Any, pixels: torch.Tensor) -> torch.Tensor:
    """A control picture of (1, 3, height, width) from 0 to 1, at its own aspect in a megapixel."""
    size = size_of_area(pixels.shape[-2], pixels.shape[-1], qwen_image_edit_plus.VAE_IMAGE_SIZE)
    scaled = torch.nn.functional.interpolate(pixels, size=size, mode="bilinear")
    return encode_images(pipeline, scaled * 2 - 1)


def predict(model: Any, method: Method, inputs: Inputs) -> torch.Tensor:
    return torch.cat([answer(model, method, row) for row in row_by_row(inputs)])


def answer(model: Any, _method: Method, inputs: Inputs) -> torch.Tensor:
    """Of one picture: their control pictures have sizes of their own."""
    _, _, height, width = inputs.noisy.shape
    device = inputs.noisy.device
    pictures = [inputs.noisy, *(control[None].to(device) for control in inputs.controls[0])]
    found = model(
        hidden_states=torch.cat([packed(picture) for picture in pictures], dim=1).to(model.dtype),
        timestep=inputs.times,
        guidance=None,
        encoder_hidden_states=stacked(inputs.texts, "embeds", device, model.dtype),
        encoder_hidden_states_mask=stacked(inputs.texts, "mask", device),
        img_shapes=[[(1, each.shape[-2] // 2, each.shape[-1] // 2) for each in pictures]],
        return_dict=False,
    )[0]
    return unpacked(found[:, : height * width // 4], height, width)
