"""Flex.2 without a control picture.

Its transformer reads 49 latent channels: 16 of noise, 16 of a picture to fill in, its mask, 16 of a control
picture. Without pictures the trainer fills in zeros, a mask of ones, and zeros (its flex2/pipeline.py).
"""

from typing import Any

import diffusers
import torch

NOISE_CHANNELS = 16


class Flex2Pipeline(diffusers.FluxPipeline):
    """FluxPipeline that draws 16 channels of noise and hands the transformer blank ones for the rest."""

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
        transformer.x_embedder.register_forward_pre_hook(append_blank_channels)

    def prepare_latents(
        self, batch_size: int, num_channels_latents: int, *others: Any, **named: Any
    ) -> tuple[torch.Tensor, torch.Tensor]:
        return super().prepare_latents(batch_size, NOISE_CHANNELS, *others, **named)


def append_blank_channels(_module: torch.nn.Module, inputs: tuple[torch.Tensor]) -> tuple[torch.Tensor]:
    """Nothing to fill in, all of it open, no control; two by two pixels are packed into one token."""
    (noise,) = inputs
    blank = torch.zeros_like(noise)
    mask = torch.ones_like(noise[..., :4])
    return (torch.cat([noise, blank, mask, blank], dim=-1),)
