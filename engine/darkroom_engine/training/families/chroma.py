"""Chroma, which has no pooled text and no guidance, and sees one token of the padding."""

from typing import Any

import torch

from darkroom_engine.training.families.flux import encode_images, position_ids, tokens_of
from darkroom_engine.training.families.parts import Inputs, packed, stacked, unpacked
from darkroom_engine.training.plan import Item, Method

__all__ = ["encode_images", "encode_text", "predict", "tokens_of"]


def encode_text(pipeline: Any, method: Method, caption: str, _item: Item) -> dict[str, torch.Tensor]:
    embeds, _ids, mask, *_ = pipeline.encode_prompt(caption, do_classifier_free_guidance=False, **method.text)
    return {"embeds": embeds, "mask": mask.to(torch.int64)}


def predict(model: Any, _method: Method, inputs: Inputs) -> torch.Tensor:
    count, _, height, width = inputs.noisy.shape
    device, dtype = inputs.noisy.device, model.dtype
    tokens, embeds = packed(inputs.noisy), stacked(inputs.texts, "embeds", device, dtype)
    words = stacked(inputs.texts, "mask", device).bool()
    everything = torch.ones(count, tokens.shape[1], dtype=torch.bool, device=device)
    answer = model(
        hidden_states=tokens.to(dtype),
        timestep=inputs.times,
        encoder_hidden_states=embeds,
        txt_ids=torch.zeros(embeds.shape[1], 3, device=device),
        img_ids=position_ids(height, width, 0, device),
        attention_mask=torch.cat([words, everything], dim=1),
        return_dict=False,
    )[0]
    return unpacked(answer, height, width)
