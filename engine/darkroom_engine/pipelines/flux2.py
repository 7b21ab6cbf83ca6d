"""FLUX.2 klein with a negative prompt."""

from collections.abc import Callable
from typing import Any

import diffusers


class Flux2KleinPipeline(diffusers.Flux2KleinPipeline):
    """Guided away from `negative_prompt`, where the stock pipeline knows only the empty prompt."""

    def __call__(
        self,
        prompt: str,
        negative_prompt: str,
        guidance_scale: float,
        callback_on_step_end: Callable[..., dict[str, Any]] | None = None,
        **others: Any,
    ) -> Any:
        negative = None
        if guidance_scale > 1:
            negative, _ids = self.encode_prompt(negative_prompt)
        return super().__call__(
            prompt=prompt,
            guidance_scale=guidance_scale,
            negative_prompt_embeds=negative,
            callback_on_step_end=callback_on_step_end,
            **others,
        )
