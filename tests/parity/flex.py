"""Flex, a FLUX.1 with weights of its own."""

from pathlib import Path
from typing import Any

import numpy
import torch
from diffusers import FlowMatchEulerDiscreteScheduler, FluxPipeline
from PIL import Image

Case = dict[str, Any]
Call = dict[str, Any]


def flex1(case: Case) -> tuple[FluxPipeline, Call]:
    """Flex.1: the scheduler of its repository, guidance embedded in the model."""
    folder = Path(case["checkpoints"]) / "ostris/Flex.1-alpha"
    return FluxPipeline.from_pretrained(folder, dtype=torch.float32), {}


def flex2(case: Case) -> tuple[FluxPipeline, Call]:
    """Flex.2: the transformer gets the noise, zeros, a mask of ones, and zeros, or a picture for some."""
    pipeline = FluxPipeline.from_pretrained(
        Path(case["checkpoints"]) / "ostris/Flex.2-preview", dtype=torch.float32
    )
    pipeline.scheduler = FlowMatchEulerDiscreteScheduler(
        base_image_seq_len=256,
        base_shift=0.5,
        max_image_seq_len=4096,
        max_shift=1.15,
        num_train_timesteps=1000,
        shift=3.0,
        use_dynamic_shifting=True,
    )
    # The pipeline draws a quarter of in_channels.
    pipeline.transformer.register_to_config(in_channels=64)
    beside = read_control(pipeline, case) if case.get("control_images") else {}
    forward = pipeline.transformer.forward

    def with_blank_pictures(hidden_states: torch.Tensor, **others: Any) -> Any:
        inpaint = torch.cat(
            [torch.zeros_like(hidden_states), torch.ones_like(hidden_states[:, :, :4])], dim=2
        )
        control = torch.zeros_like(hidden_states)
        parts = [hidden_states, beside.get("inpaint", inpaint), beside.get("control", control)]
        return forward(hidden_states=torch.cat(parts, dim=2), **others)

    pipeline.transformer.forward = with_blank_pictures
    return pipeline, {}


def read_control(pipeline: FluxPipeline, case: Case) -> dict[str, torch.Tensor]:
    """Filled with the picture's latents when the noise is about to be drawn, from the same generator."""
    picture = Image.open(case["control_images"][0])
    fills = case.get("control_index", int(picture.mode != "RGBA")) == 0
    beside: dict[str, torch.Tensor] = {}
    prepare = pipeline.prepare_latents

    def prepare_latents(*arguments: Any) -> Any:
        generator = next(one for one in arguments if isinstance(one, torch.Generator))
        size = case["width"], case["height"]
        stretched = picture.convert("RGB").resize(size, Image.Resampling.LANCZOS)
        pixels = torch.from_numpy(numpy.array(stretched, numpy.float32) / 255).movedim(-1, 0)[None] * 2 - 1
        encoded = pipeline.vae.encode(pixels).latent_dist.sample(generator=generator)
        encoded = (encoded - pipeline.vae.config.shift_factor) * pipeline.vae.config.scaling_factor
        if fills:
            alpha = numpy.array(picture.convert("RGBA"))[:, :, 3] / 255
            shown = torch.from_numpy(alpha).float()[None, None]
            mask = torch.nn.functional.interpolate(shown, encoded.shape[2:], mode="bilinear")
            encoded = torch.cat([encoded * mask, 1 - mask], dim=1)
        _, channels, tall, wide = encoded.shape
        tokens = encoded.view(1, channels, tall // 2, 2, wide // 2, 2).permute(0, 2, 4, 1, 3, 5)
        beside["inpaint" if fills else "control"] = tokens.reshape(1, -1, channels * 4)
        return prepare(*arguments)

    pipeline.prepare_latents = prepare_latents
    return beside


MODELS = {"flex1": flex1, "flex2": flex2}
