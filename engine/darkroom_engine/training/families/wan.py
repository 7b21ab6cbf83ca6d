"""Wan's models of videos, trained on pictures: videos of one frame."""

from typing import Any

import torch

from darkroom_engine.training.families.parts import Inputs, stacked
from darkroom_engine.training.families.qwen_image import encode_images, tokens_of
from darkroom_engine.training.plan import Item, Method

__all__ = ["encode_images", "encode_text", "predict", "tokens_of"]


def encode_text(pipeline: Any, method: Method, caption: str, _item: Item) -> dict[str, torch.Tensor]:
    embeds, _ = pipeline.encode_prompt(caption, do_classifier_free_guidance=False, **method.text)
    return {"embeds": embeds}


def predict(model: Any, _method: Method, inputs: Inputs) -> torch.Tensor:
    """The model counts its time from 0 to 1000."""
    device, dtype = inputs.noisy.device, model.dtype
    return model(
        hidden_states=inputs.noisy.to(dtype).unsqueeze(2),
        timestep=inputs.times * 1000,
        encoder_hidden_states=stacked(inputs.texts, "embeds", device, dtype),
        return_dict=False,
    )[0].squeeze(2)
