"""Krea 2 editing pictures as the trainer samples it (its krea2.py with `edit` on).

Control pictures are seen twice: small by the reader, along with the prompt, and as latents by the
transformer.
"""

import math
from typing import Any

import numpy
import torch
from diffusers.pipelines.krea2.pipeline_output import Krea2PipelineOutput
from PIL import Image
from torch import nn
from torch.nn.functional import interpolate, linear

from darkroom_engine.pipelines.krea2 import Krea2Pipeline, OnStep, Text
from darkroom_engine.pipelines.krea2_references import References, showing

READER_AREA = 384 * 384
READER_SIDE = 28
LARGEST_AREA = 1024 * 1024


class Krea2EditPipeline(Krea2Pipeline):
    """Krea 2 with one to three control pictures."""

    def __init__(
        self,
        scheduler: Any,
        vae: Any,
        text_encoder: Any,
        tokenizer: Any,
        transformer: Any,
        processor: Any,
        text_encoder_select_layers: tuple[int, ...] | None = None,
        is_distilled: bool = False,
        patch_size: int = 2,
    ) -> None:
        parts = (scheduler, vae, text_encoder, tokenizer, transformer)
        super().__init__(*parts, text_encoder_select_layers, is_distilled, patch_size)
        self.register_modules(processor=processor)
        project_as_matrix(text_encoder.visual.patch_embed.proj)

    @torch.no_grad()
    def __call__(
        self,
        image: list[Image.Image],
        prompt: str,
        negative_prompt: str,
        height: int,
        width: int,
        num_inference_steps: int,
        guidance_scale: float,
        generator: torch.Generator,
        kv_cache: bool,
        match_target_res: bool,
        output_type: str = "pil",
        callback_on_step_end: OnStep = None,
    ) -> Krea2PipelineOutput:
        """`kv_cache`: control pictures see only each other, whose keys and values are computed once.
        `match_target_res`: they are scaled to the area of the output, else to at most a megapixel.
        """
        pictures = [self.to_tensor(picture) for picture in image]
        shown = [shrink_for_reader(picture) for picture in pictures]
        prompts = [prompt, negative_prompt] if guidance_scale > 0 else [prompt]
        texts = [self.encode_prompt(text, self._execution_device, shown) for text in prompts]
        area = height * width if match_target_res else None
        references = self.encode_references(pictures, area, generator)
        noise = self.draw_noise(height, width, generator)
        with showing(self.transformer, references, apart=kv_cache):
            latents = self.denoise(noise, texts, num_inference_steps, guidance_scale, callback_on_step_end)
        picture = self.decode(latents)
        self.maybe_free_model_hooks()
        return Krea2PipelineOutput(images=[picture])

    def to_tensor(self, picture: Image.Image) -> torch.Tensor:
        """RGB from 0 to 1 in the model's precision, (1, 3, height, width)."""
        values = torch.from_numpy(numpy.array(picture)).permute(2, 0, 1).contiguous().float().div(255)
        return values.unsqueeze(0).to(self._execution_device, self.transformer.dtype)

    def encode_prompt(self, prompt: str, device: torch.device, pictures: list[torch.Tensor]) -> Text:
        """The pictures are named in front of the prompt, which is never cut short here."""
        named = "".join(
            f"Picture {number}: <|vision_start|><|image_pad|><|vision_end|>"
            for number in range(1, len(pictures) + 1)
        )
        text = self.prompt_template_encode_prefix + named + prompt
        inputs = self.processor(text=[text], images=pictures, do_rescale=False, return_tensors="pt")
        suffix = self.tokenizer([self.prompt_template_encode_suffix], return_tensors="pt")
        ids = torch.cat([inputs["input_ids"], suffix.input_ids], dim=1).to(device)
        return self.read(
            ids,
            pixel_values=inputs["pixel_values"].to(device, self.transformer.dtype),
            image_grid_thw=inputs["image_grid_thw"].to(device),
            mm_token_type_ids=(ids == self.text_encoder.config.image_token_id).to(ids.dtype),
        )

    def encode_references(
        self, pictures: list[torch.Tensor], area: int | None, generator: torch.Generator
    ) -> References:
        """All pictures in a row, each a frame of its own to the transformer.

        Their latents are samples. The trainer draws them from the device's own generator, seeded like the
        one of the noise; on the CPU they are one and the same.
        """
        if self._execution_device.type != "cpu":
            generator = torch.Generator(self._execution_device).manual_seed(generator.initial_seed())
        tokens, positions = [], []
        for frame, picture in enumerate(pictures, start=1):
            latents = self.encode_picture(self.scale_for_transformer(picture, area), generator)
            _, channels, rows, columns = latents.shape
            tokens.append(self._pack_latents(latents, 1, channels, rows, columns))
            grid = (rows // self.patch_size, columns // self.patch_size)
            places = self.prepare_position_ids(0, *grid, latents.device)
            places[:, 0] = frame
            positions.append(places)
        return References(torch.cat(tokens, dim=1), torch.cat(positions))

    def scale_for_transformer(self, picture: torch.Tensor, area: int | None) -> torch.Tensor:
        """To `area` pixels, or down to a megapixel without one; sides in whole tokens, aspect kept."""
        height, width = picture.shape[2:]
        side = self.vae_scale_factor * self.patch_size
        tall, wide = float(height), float(width)
        if area is not None or height * width > LARGEST_AREA:
            tall = math.sqrt((area or LARGEST_AREA) * (height / width))
            wide = tall / (height / width)
        size = tuple(max(side, round(length / side) * side) for length in (tall, wide))
        return picture if size == (height, width) else interpolate(picture, size=size, mode="bilinear")

    def encode_picture(self, picture: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
        """Normalized latents, (1, channels, rows, columns)."""
        config, dtype = self.vae.config, self.transformer.dtype
        frames = (picture * 2 - 1).to(self.vae.dtype).unsqueeze(2)
        encoded = self.vae.encode(frames).latent_dist.sample(generator=generator)
        mean, deviation = (
            torch.tensor(values).view(1, -1, 1, 1, 1).to(encoded.device, encoded.dtype)
            for values in (config.latents_mean, config.latents_std)
        )
        return ((encoded - mean) * (1.0 / deviation)).squeeze(2).to(dtype)


def shrink_for_reader(picture: torch.Tensor) -> torch.Tensor:
    """Down to the reader's area, never up, no side under 28: bicubic, in float32."""
    height, width = picture.shape[2:]
    scale = min(1.0, math.sqrt(READER_AREA / (height * width)))
    size = tuple(max(round(length * scale), READER_SIDE) for length in (height, width))
    if size == (height, width):
        return picture.float()
    return interpolate(picture.float(), size=size, mode="bicubic", antialias=True).clamp(0, 1)


def project_as_matrix(projection: nn.Conv3d) -> None:
    """Have the reader turn its patches into tokens by one matrix product, as the trainer does (its krea2.py,
    patch_qwen_vl_patch_embed): on a GPU the convolution sums in another order.
    """

    def project(patches: torch.Tensor) -> torch.Tensor:
        return linear(patches.flatten(1), projection.weight.flatten(1), projection.bias)

    projection.forward = project
