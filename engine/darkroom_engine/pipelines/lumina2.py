"""Lumina 2 with the trainer's negative prompt."""

from typing import Any

import diffusers


class Lumina2Pipeline(diffusers.Lumina2Pipeline):
    """The stock pipeline, but the negative prompt stands behind the system prompt as the prompt does.

    The trainer encodes both alike (toolkit/stable_diffusion_model.py, encode_prompt); diffusers puts the
    system prompt before the positive one only.
    """

    def encode_prompt(
        self,
        prompt: str | list[str],
        do_classifier_free_guidance: bool = True,
        negative_prompt: str | None = None,
        **others: Any,
    ) -> tuple[Any, ...]:
        system = others.get("system_prompt") or self.system_prompt
        negative = f"{system} <Prompt Start> {negative_prompt or ''}"
        return super().encode_prompt(prompt, do_classifier_free_guidance, negative, **others)
