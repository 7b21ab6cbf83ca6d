"""FLUX.2 and klein: pictures in 128 channels, and up to three control pictures at their own size behind
them.
"""

import math
from typing import Any

import torch
from torch.nn import functional

from darkroom_engine.failures import JobFailure
from darkroom_engine.training.families.parts import Inputs, row_by_row, stacked
from darkroom_engine.training.plan import Item, Method

CONTROL_AREA = 1024 * 1024
CONTROL_DIVISOR = 16
BETWEEN_PICTURES = 10
"""How far pictures stand apart in the first of the model's four coordinates."""


def encode_text(pipeline: Any, _method: Method, caption: str, _item: Item) -> dict[str, torch.Tensor]:
    embeds, _ids = pipeline.encode_prompt(caption)
    return {"embeds": embeds}


def encode_images(pipeline: Any, pixels: torch.Tensor) -> torch.Tensor:
    """Blocks of 2x2 as channels, each normalized by what the autoencoder keeps of them."""
    vae = pipeline.vae
    latents = pipeline._patchify_latents(vae.encode(pixels.to(vae.device, vae.dtype)).latent_dist.mean)
    return functional.batch_norm(
        latents, vae.bn.running_mean, vae.bn.running_var, eps=vae.config.batch_norm_eps
    )


def encode_control(pipeline: Any, pixels: torch.Tensor) -> torch.Tensor:
    """A control picture of (1, 3, height, width) from 0 to 1, as the trainer takes it (its
    encode_image_refs): a megapixel at most, cut to multiples of 16.
    """
    height, width = pixels.shape[-2:]
    scaled = pixels * 2 - 1
    if width * height > CONTROL_AREA:
        scale = math.sqrt(CONTROL_AREA / (width * height))
        scaled = functional.interpolate(
            scaled, size=(int(height * scale), int(width * scale)), mode="bicubic"
        )
    vae = pipeline.vae
    return pipeline._encode_vae_image(cut_to_divisor(scaled).to(vae.device, vae.dtype), None)


def cut_to_divisor(pixels: torch.Tensor) -> torch.Tensor:
    """The middle of the picture, in whole tokens."""
    height, width = pixels.shape[-2:]
    tall, wide = (side // CONTROL_DIVISOR * CONTROL_DIVISOR for side in (height, width))
    if tall == 0 or wide == 0:
        raise JobFailure(
            "DATASET_INVALID",
            f"A control picture has {width} by {height} pixels; this model takes them from 16 by 16 on.",
        )
    top, left = (height - tall) // 2, (width - wide) // 2
    return pixels[..., top : top + tall, left : left + wide]


def tokens_of(latents: torch.Tensor) -> int:
    return latents.shape[-2] * latents.shape[-1]


def predict(model: Any, method: Method, inputs: Inputs) -> torch.Tensor:
    """Control pictures have sizes of their own, so that pictures with some go one by one."""
    if any(inputs.controls):
        return torch.cat([answer(model, method, row) for row in row_by_row(inputs)])
    return answer(model, method, inputs)


def answer(model: Any, method: Method, inputs: Inputs) -> torch.Tensor:
    count, channels, height, width = inputs.noisy.shape
    device, dtype = inputs.noisy.device, model.dtype
    embeds = stacked(inputs.texts, "embeds", device, dtype)
    pictures = [inputs.noisy, *(control[None].to(device) for control in inputs.controls[0])]
    tokens = torch.cat([flat(picture) for picture in pictures], dim=1)
    ids = [position_ids(picture, BETWEEN_PICTURES * place) for place, picture in enumerate(pictures)]
    guidance = method.guidance if model.config.guidance_embeds else None
    found = model(
        hidden_states=tokens.to(dtype),
        timestep=inputs.times,
        guidance=None if guidance is None else torch.full((count,), guidance, device=device),
        encoder_hidden_states=embeds,
        txt_ids=text_ids(embeds),
        img_ids=torch.cat(ids).expand(count, -1, -1),
        return_dict=False,
    )[0]
    return found[:, : height * width].transpose(1, 2).reshape(count, channels, height, width)


def flat(latents: torch.Tensor) -> torch.Tensor:
    """A token for each place: (count, places, channels)."""
    return latents.flatten(2).transpose(1, 2).contiguous()


def position_ids(latents: torch.Tensor, time: int) -> torch.Tensor:
    """(places, 4): which picture, row, column, and 0."""
    height, width = latents.shape[-2:]
    ids = torch.cartesian_prod(
        torch.tensor([time]), torch.arange(height), torch.arange(width), torch.arange(1)
    )
    return ids.to(latents.device)


def text_ids(embeds: torch.Tensor) -> torch.Tensor:
    """(count, tokens, 4): three zeros and the place in the text."""
    count, length = embeds.shape[:2]
    zero = torch.arange(1)
    ids = torch.cartesian_prod(zero, zero, zero, torch.arange(length)).to(embeds.device)
    return ids.expand(count, -1, -1)
