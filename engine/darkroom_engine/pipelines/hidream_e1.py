"""HiDream-E1.1 as the trainer samples it (its pipeline_hidream_image_editing.py); diffusers has no pipeline.

The noise and the control picture lie side by side in one wide picture, of which the transformer's answer for
the left half is kept. A step takes three passes: the words without the picture, the negative prompt with it,
and the words with it. The words guide first, and what they give is scaled back where it is longer than the
last pass; then the picture guides.
"""

import torch
from diffusers.pipelines.hidream_image.pipeline_output import HiDreamImagePipelineOutput
from PIL import Image

from darkroom_engine.failures import JobFailure
from darkroom_engine.pipelines.hidream import HiDreamImagePipeline, OnStep, batch

MOST_TOKENS = 8192
"""Two pictures of a megapixel. The authors set it by hand where they load the model; the file says one."""


class HiDreamEditingPipeline(HiDreamImagePipeline):
    """One picture, changed by one prompt."""

    @torch.no_grad()
    def __call__(
        self,
        image: Image.Image,
        prompt: str,
        negative_prompt: str,
        width: int,
        height: int,
        num_inference_steps: int,
        guidance_scale: float,
        image_guidance_scale: float,
        generator: torch.Generator,
        output_type: str = "pil",
        callback_on_step_end: OnStep = None,
    ) -> HiDreamImagePipelineOutput:
        reading = self.read(prompt)
        picture = self.encode_picture(image, reading.pooled.dtype)
        if guidance_scale > 1:
            reading = batch(reading, self.read(negative_prompt), reading)
            picture = torch.cat([torch.zeros_like(picture), picture, picture])
        latents = self.draw(width, height, reading.pooled.dtype, generator)
        columns = latents.shape[-1]
        self.make_room(latents.shape[-2] * columns * 2)
        for step, time in enumerate(self.start(num_inference_steps)):
            wide = torch.cat([latents.repeat(len(picture), 1, 1, 1), picture], dim=-1)
            prediction = -self.predict(wide, time, reading)[..., :columns]
            if len(picture) > 1:
                prediction = guide(prediction, guidance_scale, image_guidance_scale)
            latents = self.scheduler.step(prediction, time, latents, return_dict=False)[0]
            if callback_on_step_end is not None:
                callback_on_step_end(self, step, time, {"latents": latents})
        return self.finish(latents, output_type)

    def encode_picture(self, image: Image.Image, dtype: torch.dtype) -> torch.Tensor:
        """The most likely latents of the picture, scaled as the noise is."""
        pixels = self.image_processor.preprocess(image).to(self._execution_device, dtype)
        config = self.vae.config
        return (self.vae.encode(pixels).latent_dist.mode() - config.shift_factor) * config.scaling_factor

    def make_room(self, values: int) -> None:
        """Let the transformer take both pictures. `values` is the number of latents of one channel.

        Where its file's own limit is enough it stays, since the tokens up to the limit are filled up with
        empty ones that the others see.
        """
        tokens = values // self.transformer.config.patch_size**2
        rows, columns = self.transformer.config.max_resolution
        own = rows * columns // self.transformer.config.patch_size**2
        if tokens > max(own, MOST_TOKENS):
            raise JobFailure(
                "RENDER_FAILED",
                f"The picture and the noise are {tokens} tokens and the model takes {MOST_TOKENS}: send a "
                "smaller width or height.",
            )
        self.transformer.max_seq = own if tokens <= own else MOST_TOKENS


def guide(predictions: torch.Tensor, words: float, picture: float) -> torch.Tensor:
    """Of (words alone, negative with picture, words with picture)."""
    alone, negative, both = predictions.chunk(3)
    guided = negative + words * (both - negative)
    length, wanted = (torch.norm(one, dim=1, keepdim=True) for one in (guided, both))
    guided = guided * (wanted / (length + 1e-8)).clamp(0.0, 1.0)
    return alone + picture * (guided - alone)
