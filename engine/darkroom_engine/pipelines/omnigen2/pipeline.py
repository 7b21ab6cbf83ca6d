"""The trainer's sampling loop for OmniGen2 (its omnigen2 model and pipeline_omnigen2.py)."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any, NamedTuple

import torch
from diffusers import DiffusionPipeline, ImagePipelineOutput
from diffusers.image_processor import VaeImageProcessor
from diffusers.utils.torch_utils import randn_tensor
from PIL import Image

from darkroom_engine.pipelines.omnigen2.pictures import GRID, drawn_size, to_pixels
from darkroom_engine.pipelines.omnigen2.rotary import rotations
from darkroom_engine.pipelines.omnigen2.schedule import shifted_times, step

SYSTEM = "You are a helpful assistant that generates high-quality images based on user instructions."
MOST_TOKENS = 256
LATENT = 8
"""Pixels of one latent a side."""


class Reading(NamedTuple):
    """A prompt as the transformer gets it: the reader's states, and the turns of the sequence they begin."""

    text: torch.Tensor
    rotations: torch.Tensor


class OmniGen2Pipeline(DiffusionPipeline):
    """`processor` is the reader's tokenizer with its chat template; pictures are seen by the VAE alone."""

    model_cpu_offload_seq = "mllm->transformer->vae"

    def __init__(self, mllm: Any, processor: Any, transformer: Any, vae: Any) -> None:
        super().__init__()
        self.register_modules(mllm=mllm, processor=processor, transformer=transformer, vae=vae)

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
        image: list[Image.Image] | None = None,
        output_type: str = "pil",
        callback_on_step_end: Callable[..., Any] | None = None,
    ) -> ImagePipelineOutput:
        """No negative pass up to guidance 1. Control images are seen in both passes."""
        device = self._execution_device
        pictures = self.encode_pictures(image or [], generator)
        columns, rows = (side // LATENT for side in drawn_size(width, height))
        grids = [grid_of(picture) for picture in pictures] + [
            (rows * LATENT // GRID, columns * LATENT // GRID)
        ]
        prompts = [prompt, negative_prompt] if guidance_scale > 1 else [prompt]
        readings = [self.read(text, grids) for text in prompts]
        shape = (1, self.transformer.config.in_channels, rows, columns)
        dtype = readings[0].text.dtype
        latents = randn_tensor(shape, generator=generator, device=device, dtype=dtype)
        times = shifted_times(num_inference_steps, rows * columns, device)
        self._num_timesteps = num_inference_steps
        for number, (time, following) in enumerate(pairwise(times)):
            said = [
                self.transformer(latents, time.expand(1).to(dtype), reading.text, pictures, reading.rotations)
                for reading in readings
            ]
            latents = step(latents, guide(said, guidance_scale), time, following)
            if callback_on_step_end:
                callback_on_step_end(self, number, time, {"latents": latents})
        drawn = self.decode(latents, height, width, output_type)
        self.maybe_free_model_hooks()
        return ImagePipelineOutput(images=drawn)

    def encode_prompt(self, prompt: str) -> torch.Tensor:
        """(1, tokens, width): the last states of the prompt in the chat template, and that in the template
        again, as in training.
        """
        text = self.in_template(self.in_template(prompt))
        tokens = self.processor(text, max_length=MOST_TOKENS, truncation=True, return_tensors="pt")
        ids, mask = (tokens[name].to(self._execution_device) for name in ("input_ids", "attention_mask"))
        # Nobody asks for the next word, and the states of all words times the vocabulary are large.
        states = self.mllm(ids, attention_mask=mask, output_hidden_states=True, logits_to_keep=1)
        return states.hidden_states[-1].to(self.mllm.dtype)

    def in_template(self, text: str) -> str:
        messages = [{"role": "system", "content": SYSTEM}, {"role": "user", "content": text}]
        return self.processor.apply_chat_template(messages, tokenize=False, add_generation_prompt=False)

    def read(self, prompt: str, grids: list[tuple[int, int]]) -> Reading:
        """The prompt before pictures of `grids` tokens, the last of which is the one to be drawn."""
        text = self.encode_prompt(prompt)
        widths = tuple(self.transformer.config.axes_dim_rope)
        return Reading(text, rotations(text.shape[1], grids, widths).to(text.device))

    def encode_pictures(self, images: list[Image.Image], generator: torch.Generator) -> list[torch.Tensor]:
        """Latents of control images, sampled from the posterior.

        The trainer draws from the device's own generator, seeded like the one of the noise; on the CPU they
        are one and the same, and the pictures come first.
        """
        config, device = self.vae.config, self._execution_device
        if device.type != "cpu":
            generator = torch.Generator(device).manual_seed(generator.initial_seed())
        encoded = []
        for image in images:
            pixels = to_pixels(image).to(device, self.vae.dtype)
            sample = self.vae.encode(pixels).latent_dist.sample(generator=generator)
            encoded.append((sample - config.shift_factor) * config.scaling_factor)
        return encoded

    def decode(self, latents: torch.Tensor, height: int, width: int, output_type: str) -> Any:
        config = self.vae.config
        scaled = latents / config.scaling_factor + config.shift_factor
        pixels = self.vae.decode(scaled, return_dict=False)[0]
        enlarged = torch.nn.functional.interpolate(pixels, size=(height, width), mode="bilinear")
        return VaeImageProcessor().postprocess(enlarged, output_type=output_type)


def guide(said: list[torch.Tensor], scale: float) -> torch.Tensor:
    """negative + scale * (positive - negative), or the positive one where there is no other."""
    if len(said) == 1:
        return said[0]
    positive, negative = said
    return negative + scale * (positive - negative)


def grid_of(latents: torch.Tensor) -> tuple[int, int]:
    """Rows and columns of tokens."""
    rows, columns = (side * LATENT // GRID for side in latents.shape[-2:])
    return rows, columns
