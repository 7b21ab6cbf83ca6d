"""Qwen-Image-Edit as the trainer calls it: the reader gets the picture as it came, the VAE stretched."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import diffusers
import torch
from diffusers.pipelines.qwenimage import pipeline_qwenimage_edit_inpaint
from PIL import Image

from darkroom_engine.pipelines.qwen_reading import read_with_pictures

READER_AREA = 1024 * 1024


Reading = tuple[torch.Tensor | None, torch.Tensor | None]


class TrainerReading:
    """Prompts are encoded here (qwen_image_edit.py of the trainer, get_prompt_embeds), the rest is the stock
    pipelines'.
    """

    def read(
        self, image: Image.Image, prompt: str, negative_prompt: str, true_cfg_scale: float
    ) -> dict[str, torch.Tensor | float | None]:
        """The arguments of a call that say what to draw."""
        embeds, mask = read_with_pictures(self, prompt, image, READER_AREA)
        negative: Reading = (None, None)
        if true_cfg_scale > 1:
            negative = read_with_pictures(self, negative_prompt, image, READER_AREA)
        return {
            "prompt_embeds": embeds,
            "prompt_embeds_mask": mask,
            "negative_prompt_embeds": negative[0],
            "negative_prompt_embeds_mask": negative[1],
            "true_cfg_scale": true_cfg_scale,
        }


class QwenImageEditPipeline(TrainerReading, diffusers.QwenImageEditPipeline):
    """The picture as a whole."""

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
        return super().__call__(
            image=image.resize((width, height), Image.Resampling.BILINEAR),
            width=width,
            height=height,
            callback_on_step_end=callback_on_step_end,
            **self.read(image, prompt, negative_prompt, true_cfg_scale),
            **others,
        )


class QwenImageEditInpaintPipeline(TrainerReading, diffusers.QwenImageEditInpaintPipeline):
    """A part of the picture, at the size that is asked for: the stock pipeline makes a megapixel of any."""

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
        said = self.read(image, prompt, negative_prompt, true_cfg_scale)
        with painted_at(width, height):
            return super().__call__(image=image, callback_on_step_end=callback_on_step_end, **said, **others)


@contextmanager
def painted_at(width: int, height: int) -> Iterator[None]:
    """While open, the stock pipeline for a part of a picture makes this size."""
    stock = pipeline_qwenimage_edit_inpaint.calculate_dimensions
    pipeline_qwenimage_edit_inpaint.calculate_dimensions = lambda _area, _ratio: (width, height, None)
    try:
        yield
    finally:
        pipeline_qwenimage_edit_inpaint.calculate_dimensions = stock
