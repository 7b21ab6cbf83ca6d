"""Qwen-Image-Edit-2509 and later as the trainer samples them: guidance is renormalized only when asked."""

from collections.abc import Callable
from typing import Any

import diffusers
import numpy
import torch
from diffusers.pipelines.qwenimage.pipeline_qwenimage_edit_plus import (
    VAE_IMAGE_SIZE,
    QwenImagePipelineOutput,
    calculate_dimensions,
    calculate_shift,
    retrieve_timesteps,
)
from PIL import Image

from darkroom_engine.pipelines.qwen_reading import read_with_pictures

READER_AREA = 384 * 384

Reading = tuple[torch.Tensor, torch.Tensor]


class QwenImageEditPlusPipeline(diffusers.QwenImageEditPlusPipeline):
    """The stock parts around the trainer's loop (qwen_image_pipelines.py).

    diffusers always scales the guided prediction back to the length of the unguided one. The trainer does so
    with `do_cfg_norm`, which is off by default.
    """

    @torch.no_grad()
    def __call__(
        self,
        image: list[Image.Image],
        prompt: str,
        negative_prompt: str,
        true_cfg_scale: float,
        width: int,
        height: int,
        num_inference_steps: int,
        generator: torch.Generator,
        do_cfg_norm: bool = False,
        output_type: str = "pil",
        callback_on_step_end: Callable[..., dict[str, Any]] | None = None,
    ) -> QwenImagePipelineOutput:
        self._attention_kwargs, self._interrupt = {}, False
        readings = [read_with_pictures(self, prompt, image, READER_AREA)]
        if true_cfg_scale > 1:
            readings.append(read_with_pictures(self, negative_prompt, image, READER_AREA))
        sizes = [calculate_dimensions(VAE_IMAGE_SIZE, picture.width / picture.height) for picture in image]
        pictures = [
            self.image_processor.preprocess(picture, size[1], size[0]).unsqueeze(2)
            for picture, size in zip(image, sizes, strict=True)
        ]
        latents, references = self.prepare_latents(
            pictures,
            1,
            self.transformer.config.in_channels // 4,
            height,
            width,
            readings[0][0].dtype,
            self._execution_device,
            generator,
        )
        side = self.vae_scale_factor * 2
        shapes = [[(1, tall // side, wide // side) for wide, tall in [(width, height), *sizes]]]
        for step, time in enumerate(self.start(num_inference_steps, latents.shape[1])):
            predictions = [self.predict(latents, references, time, reading, shapes) for reading in readings]
            guided = guide(predictions, true_cfg_scale, do_cfg_norm)
            latents = self.scheduler.step(guided, time, latents)[0]
            if callback_on_step_end is not None:
                callback_on_step_end(self, step, time, {"latents": latents})
        picture = self.decode(latents, height, width, output_type)
        self.maybe_free_model_hooks()
        return QwenImagePipelineOutput(images=picture)

    def start(self, steps: int, tokens: int) -> torch.Tensor:
        """The timesteps; the shift grows with the number of tokens."""
        config = self.scheduler.config
        shift = calculate_shift(
            tokens,
            config.base_image_seq_len,
            config.max_image_seq_len,
            config.base_shift,
            config.max_shift,
        )
        times, _ = retrieve_timesteps(
            self.scheduler,
            steps,
            self._execution_device,
            sigmas=numpy.linspace(1.0, 1 / steps, steps),
            mu=shift,
        )
        self._num_timesteps = len(times)
        self.scheduler.set_begin_index(0)
        return times

    def predict(
        self,
        latents: torch.Tensor,
        references: torch.Tensor,
        time: torch.Tensor,
        reading: Reading,
        shapes: list[list[tuple[int, int, int]]],
    ) -> torch.Tensor:
        """One pass over the noise and the control pictures; what it says of the noise."""
        embeds, mask = reading
        prediction = self.transformer(
            hidden_states=torch.cat([latents, references], dim=1),
            timestep=time.expand(latents.shape[0]).to(latents.dtype) / 1000,
            encoder_hidden_states=embeds,
            encoder_hidden_states_mask=mask,
            img_shapes=shapes,
            return_dict=False,
        )[0]
        return prediction[:, : latents.shape[1]]

    def decode(self, latents: torch.Tensor, height: int, width: int, output_type: str) -> Any:
        config = self.vae.config
        unpacked = self._unpack_latents(latents, height, width, self.vae_scale_factor).to(self.vae.dtype)
        mean, deviation = (
            torch.tensor(values).view(1, config.z_dim, 1, 1, 1).to(unpacked.device, unpacked.dtype)
            for values in (config.latents_mean, config.latents_std)
        )
        # Divided by the inverse, as diffusers does, to the bit.
        frames = self.vae.decode(unpacked / (1.0 / deviation) + mean, return_dict=False)[0]
        return self.image_processor.postprocess(frames[:, :, 0], output_type=output_type)


def guide(predictions: list[torch.Tensor], scale: float, normalized: bool) -> torch.Tensor:
    """negative + scale * (positive - negative), or the positive one where there is no other. `normalized`:
    each token as long as in the positive one.
    """
    if len(predictions) == 1:
        return predictions[0]
    positive, negative = predictions
    guided = negative + scale * (positive - negative)
    if not normalized:
        return guided
    return guided * (positive.norm(dim=-1, keepdim=True) / guided.norm(dim=-1, keepdim=True))
