"""Qwen-Image-Edit as the trainer calls it: the reader gets the picture as it came, the VAE stretched."""

from collections.abc import Callable
from typing import Any

import diffusers
import torch
from PIL import Image

from darkroom_engine.pipelines.qwen_reading import read_with_pictures

READER_AREA = 1024 * 1024


class QwenImageEditPipeline(diffusers.QwenImageEditPipeline):
    """Prompts are encoded here (qwen_image_edit.py of the trainer, get_prompt_embeds), the rest is the stock
    pipeline's.
    """

    def __call__(
        self,
        image: Image.Image,
        prompt: str,
        negative_prompt: str,
        true_cfg_scale: float,
        width: int,
        height: int,
        callback_on_step_end: Callable[..., dict[str, Any]] | None = None,
        **others: Any,
    ) -> Any:
        embeds, mask = read_with_pictures(self, prompt, image, READER_AREA)
        negative: tuple[torch.Tensor | None, torch.Tensor | None] = (None, None)
        if true_cfg_scale > 1:
            negative = read_with_pictures(self, negative_prompt, image, READER_AREA)
        return super().__call__(
            image=image.resize((width, height), Image.Resampling.BILINEAR),
            prompt_embeds=embeds,
            prompt_embeds_mask=mask,
            negative_prompt_embeds=negative[0],
            negative_prompt_embeds_mask=negative[1],
            true_cfg_scale=true_cfg_scale,
            width=width,
            height=height,
            callback_on_step_end=callback_on_step_end,
            **others,
        )
