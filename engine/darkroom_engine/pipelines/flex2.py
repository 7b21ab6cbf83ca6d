"""Flex.2: words alone, a picture to fill in, or a control picture.

Its transformer reads 49 latent channels: 16 of noise, 16 of a picture to fill in, its mask, 16 of a control
picture. Without pictures the trainer fills in zeros, a mask of ones, and zeros (its flex2/pipeline.py).
"""

from collections.abc import Callable
from typing import Any

import diffusers
import numpy
import torch
from PIL import Image

NOISE_CHANNELS = 16
FILLED_IN, FOLLOWED = 0, 1
"""What a control image is for, by the trainer's `ctrl_idx`."""


class Flex2Pipeline(diffusers.FluxPipeline):
    """FluxPipeline that draws 16 channels of noise and hands the transformer those of the pictures beside."""

    def __init__(
        self,
        scheduler: Any,
        vae: Any,
        text_encoder: Any,
        tokenizer: Any,
        text_encoder_2: Any,
        tokenizer_2: Any,
        transformer: Any,
        image_encoder: Any = None,
        feature_extractor: Any = None,
    ) -> None:
        texts = (text_encoder, tokenizer, text_encoder_2, tokenizer_2)
        super().__init__(scheduler, vae, *texts, transformer, image_encoder, feature_extractor)
        self._beside: dict[int, torch.Tensor] = {}

    @torch.no_grad()
    def __call__(
        self,
        prompt: str,
        width: int,
        height: int,
        num_inference_steps: int,
        guidance_scale: float,
        generator: torch.Generator,
        control_image: Image.Image | None = None,
        control_index: int | None = None,
        output_type: str = "pil",
        callback_on_step_end: Callable[..., dict[str, Any]] | None = None,
    ) -> Any:
        """`control_image` is RGBA. Without a `control_index` it is filled in where any of it is transparent,
        and followed where nothing is.
        """
        if control_image is not None:
            if control_index is None:
                control_index = FILLED_IN if control_image.getextrema()[3][0] < 255 else FOLLOWED
            encoded = self.encode_control(control_image, control_index, width, height, generator)
            self._beside = {control_index: encoded}
        hook = self.transformer.x_embedder.register_forward_pre_hook(self.append_pictures)
        try:
            return super().__call__(
                prompt=prompt,
                width=width,
                height=height,
                num_inference_steps=num_inference_steps,
                guidance_scale=guidance_scale,
                generator=generator,
                output_type=output_type,
                callback_on_step_end=callback_on_step_end,
            )
        finally:
            hook.remove()
            self._beside = {}

    def encode_control(
        self, picture: Image.Image, index: int, width: int, height: int, generator: torch.Generator
    ) -> torch.Tensor:
        """Packed latents of the picture, drawn before the noise is; behind them the mask of one that is
        filled in, 1 where it is open.
        """
        red_green_blue = self.image_processor.preprocess(picture.convert("RGB"), height=height, width=width)
        pixels = red_green_blue.to(self._execution_device, self.vae.dtype)
        latents = self.vae.encode(pixels).latent_dist.sample(generator=generator)
        latents = (latents - self.vae.config.shift_factor) * self.vae.config.scaling_factor
        if index == FILLED_IN:
            shown = torch.tensor(numpy.asarray(picture.getchannel("A")) / 255)[None, None]
            mask = torch.nn.functional.interpolate(shown.to(latents), size=latents.shape[2:], mode="bilinear")
            latents = torch.cat([latents * mask, 1 - mask], dim=1)
        return self._pack_latents(latents, *latents.shape)

    def prepare_latents(
        self, batch_size: int, num_channels_latents: int, *others: Any, **named: Any
    ) -> tuple[torch.Tensor, torch.Tensor]:
        return super().prepare_latents(batch_size, NOISE_CHANNELS, *others, **named)

    def append_pictures(self, _module: torch.nn.Module, inputs: tuple[torch.Tensor]) -> tuple[torch.Tensor]:
        """Nothing to fill in, all of it open, no control, where there is no picture; two by two pixels are
        packed into one token.
        """
        (noise,) = inputs
        blank = torch.zeros_like(noise)
        opened = torch.cat([blank, torch.ones_like(noise[..., :4])], dim=-1)
        beside = [self._beside.get(FILLED_IN, opened), self._beside.get(FOLLOWED, blank)]
        return (torch.cat([noise, *(part.to(noise) for part in beside)], dim=-1),)
