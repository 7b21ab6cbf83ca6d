"""Krea 2 as the trainer samples it (its krea2/src/pipeline.py and text_encoder.py).

Prompts keep their natural length, latents stay in float32 between steps, and the time shift follows the
picture's area for the distilled checkpoint too.
"""

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import diffusers
import torch
from diffusers.pipelines.krea2.pipeline_output import Krea2PipelineOutput
from diffusers.utils.torch_utils import randn_tensor
from PIL import Image

from darkroom_engine.pipelines.krea2_padding import padded

Text = tuple[torch.Tensor, torch.Tensor]
OnStep = Callable[..., Any] | None


class Krea2Pipeline(diffusers.Krea2Pipeline):
    """The stock pipeline's parts in the trainer's loop."""

    def get_text_hidden_states(
        self, prompt: str, max_sequence_length: int = 512, device: torch.device | None = None
    ) -> Text:
        """Template, prompt and suffix without padding; the template's own features are dropped."""
        device = device or self._execution_device
        skipped = self.prompt_template_encode_start_idx
        longest = max_sequence_length + skipped
        text = self.prompt_template_encode_prefix + prompt
        tokens = self.tokenizer([text], truncation=True, max_length=longest, return_tensors="pt")
        suffix = self.tokenizer([self.prompt_template_encode_suffix], return_tensors="pt")
        return self.read(torch.cat([tokens.input_ids, suffix.input_ids], dim=1).to(device))

    def read(self, ids: torch.Tensor, **pictures: torch.Tensor) -> Text:
        """The states of the chosen layers behind the template, (1, tokens, layers, width), and a mask of
        ones.
        """
        mask = torch.ones_like(ids, dtype=torch.bool)
        states = self.text_encoder(input_ids=ids, attention_mask=mask, output_hidden_states=True, **pictures)
        chosen = [states.hidden_states[layer] for layer in self.text_encoder_select_layers]
        skipped = self.prompt_template_encode_start_idx
        features = torch.stack(chosen, dim=2)[:, skipped:]
        return features.to(self.transformer.dtype), mask[:, skipped:]

    @torch.no_grad()
    def __call__(
        self,
        prompt: str,
        negative_prompt: str,
        height: int,
        width: int,
        num_inference_steps: int,
        guidance_scale: float,
        generator: torch.Generator,
        output_type: str = "pil",
        callback_on_step_end: OnStep = None,
    ) -> Krea2PipelineOutput:
        """`guidance_scale` counts from 0: no negative pass then. `output_type` is always pictures."""
        prompts = [prompt, negative_prompt] if guidance_scale > 0 else [prompt]
        texts = [self.encode_prompt(text, self._execution_device) for text in prompts]
        noise = self.draw_noise(height, width, generator)
        with padded(self.transformer):
            latents = self.denoise(noise, texts, num_inference_steps, guidance_scale, callback_on_step_end)
        picture = self.decode(latents)
        self.maybe_free_model_hooks()
        return Krea2PipelineOutput(images=[picture])

    def draw_noise(self, height: int, width: int, generator: torch.Generator) -> torch.Tensor:
        rows, columns = (side // self.vae_scale_factor for side in (height, width))
        shape = (1, self.vae.config.z_dim, rows, columns)
        return randn_tensor(shape, generator=generator, device=self._execution_device, dtype=torch.float32)

    def denoise(
        self, latents: torch.Tensor, texts: list[Text], steps: int, guidance: float, on_step: OnStep
    ) -> torch.Tensor:
        """`texts` are the prompt and, where there is guidance, the negative prompt."""
        times = shifted_times(steps, math.prod(latents.shape[2:]) // self.patch_size**2)
        self._num_timesteps = steps
        for step, (time, following) in enumerate(pairwise(times)):
            velocity, *negative = [self.velocity(latents, time, text) for text in texts]
            for other in negative:
                velocity = velocity + guidance * (velocity - other)
            latents = latents + (following - time) * velocity.float()
            if on_step:
                on_step(self, step, time, {"latents": latents})
        return latents

    def velocity(self, latents: torch.Tensor, time: float, text: Text) -> torch.Tensor:
        """What the transformer says of (1, channels, rows, columns) at one time, 1 being noise."""
        features, mask = text
        _, channels, rows, columns = latents.shape
        dtype, device, patch = self.transformer.dtype, latents.device, self.patch_size
        grid = (rows // patch, columns // patch)
        packed = self.transformer(
            hidden_states=self._pack_latents(latents.to(dtype), 1, channels, rows, columns),
            encoder_hidden_states=features,
            timestep=torch.full((1,), time, dtype=dtype, device=device),
            position_ids=self.prepare_position_ids(features.shape[1], *grid, device),
            encoder_attention_mask=mask,
            return_dict=False,
        )[0]
        scale = self.vae_scale_factor
        return self._unpack_latents(packed, rows * scale, columns * scale).squeeze(2)

    def decode(self, latents: torch.Tensor) -> Image.Image:
        config, dtype = self.vae.config, self.vae.dtype
        mean, deviation = (
            torch.tensor(values).view(1, -1, 1, 1, 1).to(latents.device, dtype)
            for values in (config.latents_mean, config.latents_std)
        )
        latents = latents.to(dtype).unsqueeze(2) * deviation + mean
        pixels = self.vae.decode(latents, return_dict=False)[0][0, :, 0].float().clamp(-1, 1)
        values = ((pixels + 1) * 127.5).round().to(torch.uint8)
        return Image.fromarray(values.permute(1, 2, 0).cpu().numpy())


def shifted_times(steps: int, tokens: int) -> list[float]:
    """From 1 to 0: time shifted by exp(mu), mu growing from 0.5 at 256 tokens to 1.15 at 6400."""
    slope = (1.15 - 0.5) / (6400 - 256)
    shift = math.exp(slope * tokens + (0.5 - slope * 256))
    even = torch.linspace(1, 0, steps + 1)
    return (shift / (shift + (1.0 / even - 1.0) ** 1.0)).tolist()
