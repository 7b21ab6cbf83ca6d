"""Qwen-Image-Edit: the reader sees the control picture as it came, and its latents stand behind the
picture's.
"""

from typing import Any

import torch

from darkroom_engine.failures import JobFailure
from darkroom_engine.pipelines import qwen_image_edit
from darkroom_engine.pipelines.qwen_reading import read_with_pictures
from darkroom_engine.training.families.parts import Inputs, packed, padded, unpacked
from darkroom_engine.training.families.qwen_image import encode_images, tokens_of
from darkroom_engine.training.pictures import open_control
from darkroom_engine.training.plan import Item, Method

__all__ = ["encode_images", "encode_text", "predict", "tokens_of"]


def encode_text(pipeline: Any, _method: Method, caption: str, item: Item) -> dict[str, torch.Tensor]:
    if len(item.controls) != 1:
        raise JobFailure(
            "DATASET_INVALID",
            f"{item.label} has {len(item.controls)} control pictures; this model is trained with one for "
            "each picture.",
        )
    shown = open_control(item.controls[0].file)
    embeds, mask = read_with_pictures(pipeline, caption, shown, qwen_image_edit.READER_AREA)
    return {"embeds": embeds, "mask": mask.to(torch.int64)}


def predict(model: Any, _method: Method, inputs: Inputs) -> torch.Tensor:
    count, _, height, width = inputs.noisy.shape
    device = inputs.noisy.device
    controls = packed(torch.stack([controls[0] for controls in inputs.controls]))
    answer = model(
        hidden_states=torch.cat([packed(inputs.noisy), controls], dim=1).to(model.dtype),
        timestep=inputs.times,
        guidance=None,
        encoder_hidden_states=padded(inputs.texts, "embeds", device, model.dtype),
        encoder_hidden_states_mask=padded(inputs.texts, "mask", device),
        img_shapes=[[(1, height // 2, width // 2)] * 2] * count,
        return_dict=False,
    )[0]
    return unpacked(answer[:, : height * width // 4], height, width)
