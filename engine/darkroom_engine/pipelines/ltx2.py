"""LTX-2 as the trainer samples it: prompts read at their natural length and turned round, an optional first
frame.
"""

import inspect
from collections.abc import Callable
from typing import Any

import diffusers
import torch
from PIL import Image

LEAST_SEEN = -9000.0
"""Masks of connectors are added to scores: below this a token is padding."""


class LTX2Pipeline(diffusers.LTX2Pipeline):
    """The stock pipeline, or with a picture the stock image-to-video one over the same parts."""

    def __init__(
        self,
        scheduler: Any,
        vae: Any,
        audio_vae: Any,
        text_encoder: Any,
        tokenizer: Any,
        connectors: Any,
        transformer: Any,
        vocoder: Any,
        processor: Any = None,
        prompt_enhancer: Any = None,
        duration_head: Any = None,
    ) -> None:
        parts = (scheduler, vae, audio_vae, text_encoder, tokenizer, connectors, transformer, vocoder)
        super().__init__(*parts, processor, prompt_enhancer, duration_head)
        for connector in (connectors.video_connector, connectors.audio_connector):
            connector.register_forward_pre_hook(turn_round, with_kwargs=True)

    def _get_gemma_prompt_embeds(
        self,
        prompt: str | list[str],
        num_videos_per_prompt: int = 1,
        max_sequence_length: int = 1024,
        scale_factor: int = 8,
        device: torch.device | None = None,
        dtype: torch.dtype | None = None,
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """The states of all layers of one prompt, with zeros before them up to the length that the
        connectors were trained on.
        """
        device, dtype = device or self._execution_device, dtype or self.text_encoder.dtype
        texts = [text.strip() for text in ([prompt] if isinstance(prompt, str) else prompt)]
        self.tokenizer.padding_side = "left"
        tokens = self.tokenizer(texts, max_length=max_sequence_length, truncation=True, return_tensors="pt")
        ids, mask = tokens.input_ids.to(device), tokens.attention_mask.to(device)
        states = self.text_encoder(
            input_ids=ids, attention_mask=mask, output_hidden_states=True
        ).hidden_states
        embeds = torch.stack(states, dim=-1).flatten(2, 3).to(dtype)
        missing = max_sequence_length - ids.shape[1]
        pad = torch.nn.functional.pad
        # The trainer casts the mask with the states: means that are taken with it round in that precision.
        return pad(embeds, (0, 0, missing, 0)), pad(mask, (missing, 0)).to(dtype)

    def __call__(
        self,
        *,
        num_inference_steps: int,
        image: Image.Image | None = None,
        callback_on_step_end: Callable[..., Any] | None = None,
        **call: Any,
    ) -> Any:
        """`image` has the size of the output already; it is not compressed first, as newer releases do."""
        if callback_on_step_end:
            callback_on_step_end = self.unpacking(callback_on_step_end, call)
        call |= {"num_inference_steps": num_inference_steps, "callback_on_step_end": callback_on_step_end}
        if image is None:
            return super().__call__(**call)
        taken = inspect.signature(diffusers.LTX2ImageToVideoPipeline.__init__).parameters
        parts = {name: part for name, part in self.components.items() if name in taken}
        animate = diffusers.LTX2ImageToVideoPipeline(**parts)
        animate.set_progress_bar_config(disable=True)
        # The one that reads at natural length, and that is watched.
        animate.encode_prompt = self.encode_prompt
        self._num_timesteps = num_inference_steps
        return animate(image=image, image_crf=0, **call)

    def unpacking(self, callback: Callable[..., Any], call: dict[str, Any]) -> Callable[..., Any]:
        """The callback, given latents that the VAE can decode in the place of the transformer's tokens."""
        frames = (call["num_frames"] - 1) // self.vae_temporal_compression_ratio + 1
        sides = (call[side] // self.vae_spatial_compression_ratio for side in ("height", "width"))
        shape = (frames, *sides, self.transformer_spatial_patch_size, self.transformer_temporal_patch_size)
        vae = self.vae

        def unpacked(pipeline: Any, step: int, time: Any, tensors: dict[str, Any]) -> Any:
            latents = self._unpack_latents(tensors["latents"], *shape)
            scales = (vae.latents_mean, vae.latents_std, vae.config.scaling_factor)
            return callback(pipeline, step, time, {"latents": self._denormalize_latents(latents, *scales)})

        return unpacked


def turn_round(
    connector: torch.nn.Module, inputs: tuple[torch.Tensor, torch.Tensor], named: dict[str, Any]
) -> tuple[tuple[torch.Tensor, torch.Tensor], dict[str, Any]]:
    """Lay out what a connector reads, (1, tokens, width), as the trainer's release of diffusers (c943837)
    does: learned registers in the place of the padding before the words, and then all from back to front.

    Later releases move the words to the front and keep their order, which changes nothing once no token is
    padding any more: so the mask says.
    """
    states, mask = inputs
    if connector.learnable_registers is None:
        return inputs, named
    words = (mask >= LEAST_SEEN).reshape(len(states), -1, 1)
    registers = connector.learnable_registers.repeat(states.shape[1] // len(connector.learnable_registers), 1)
    filled = torch.where(words, states, registers.to(states.dtype))
    return (filled.flip(1), torch.zeros_like(mask)), named
