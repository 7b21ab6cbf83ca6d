"""FLUX.1 Kontext: FLUX.1 with the latents of one control picture behind those of the picture."""

from typing import Any

import torch

from darkroom_engine.failures import JobFailure
from darkroom_engine.training.families.flux import (
    encode_images,
    encode_text,
    guidance_bypassed,
    guidance_of,
    position_ids,
    tokens_of,
)
from darkroom_engine.training.families.parts import Inputs, packed, stacked, unpacked
from darkroom_engine.training.plan import Method

__all__ = ["encode_images", "encode_text", "predict", "tokens_of"]


def predict(model: Any, method: Method, inputs: Inputs) -> torch.Tensor:
    count, _, height, width = inputs.noisy.shape
    device, dtype = inputs.noisy.device, model.dtype
    tokens, ids = packed(inputs.noisy), position_ids(height, width, 0, device)
    if any(len(controls) > 1 for controls in inputs.controls):
        raise JobFailure("DATASET_INVALID", "FLUX.1 Kontext takes one control picture with each picture.")
    controls = [controls[0] for controls in inputs.controls if controls]
    if len(controls) == count:
        tokens = torch.cat([tokens, packed(torch.stack(controls))], dim=1)
        ids = torch.cat([ids, position_ids(height, width, 1, device)])
    embeds = stacked(inputs.texts, "embeds", device, dtype)
    with guidance_bypassed(model, method):
        answer = model(
            hidden_states=tokens.to(dtype),
            timestep=inputs.times,
            guidance=guidance_of(model, method, count, device),
            pooled_projections=stacked(inputs.texts, "pooled", device, dtype),
            encoder_hidden_states=embeds,
            txt_ids=torch.zeros(embeds.shape[1], 3, device=device),
            img_ids=ids,
            return_dict=False,
        )[0]
    return unpacked(answer[:, : height * width // 4], height, width)
