"""HiDream-I1 as the trainer samples it (its hidream/src, pipeline_hidream_image.py and fm_solvers_unipc.py).

Three things differ from the stock pipeline. The solver runs over the trainer's noise levels. The size is the
one that is asked for: the stock pipeline scales it to a megapixel itself, which the plan has done. And Llama
reads with the attention that the trainer loads it with.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import diffusers
import numpy
import torch
from diffusers.pipelines.hidream_image.pipeline_output import HiDreamImagePipelineOutput

TRAINED_LEVELS = 1000
TRAINED_SHIFT = 3.0

OnStep = Callable[..., dict[str, Any]] | None


class Reading(NamedTuple):
    """What the readers say of a batch of prompts: T5 (batch, tokens, width), Llama's layers (layers, batch,
    tokens, width), and both CLIPs (batch, width).
    """

    t5: torch.Tensor
    llama: torch.Tensor
    pooled: torch.Tensor


class HiDreamImagePipeline(diffusers.HiDreamImagePipeline):
    """The stock parts in the trainer's loop."""

    @torch.no_grad()
    def __call__(
        self,
        prompt: str,
        negative_prompt: str,
        width: int,
        height: int,
        num_inference_steps: int,
        guidance_scale: float,
        generator: torch.Generator,
        output_type: str = "pil",
        callback_on_step_end: OnStep = None,
    ) -> HiDreamImagePipelineOutput:
        reading = self.read(prompt)
        if guidance_scale > 1:
            reading = batch(self.read(negative_prompt), reading)
        passes = len(reading.pooled)
        latents = self.draw(width, height, reading.pooled.dtype, generator)
        for step, time in enumerate(self.start(num_inference_steps)):
            prediction = -self.predict(latents.repeat(passes, 1, 1, 1), time, reading)
            if passes > 1:
                negative, positive = prediction.chunk(2)
                prediction = negative + guidance_scale * (positive - negative)
            latents = self.scheduler.step(prediction, time, latents, return_dict=False)[0]
            if callback_on_step_end is not None:
                callback_on_step_end(self, step, time, {"latents": latents})
        return self.finish(latents, output_type)

    def read(self, prompt: str) -> Reading:
        """One prompt, given to all four readers."""
        t5, _, llama, _, pooled, _ = self.encode_prompt(prompt, do_classifier_free_guidance=False)
        return Reading(t5, llama, pooled)

    def _get_llama3_prompt_embeds(self, *arguments: Any, **named: Any) -> torch.Tensor:
        """Every layer's states. Llama pads on the left, and no mask hides the padding from the transformer:
        there eager attention gives the mean of what is masked, others give nothing.
        """
        self.text_encoder_4.set_attn_implementation("eager")
        return super()._get_llama3_prompt_embeds(*arguments, **named)

    def draw(self, width: int, height: int, dtype: torch.dtype, generator: torch.Generator) -> torch.Tensor:
        """The noise of one picture."""
        channels = self.transformer.config.in_channels
        device = self._execution_device
        return self.prepare_latents(1, channels, height, width, dtype, device, generator)

    def start(self, steps: int) -> torch.Tensor:
        """The timesteps. The scheduler's `flow_shift` is applied to the levels that it is given."""
        self.scheduler.set_timesteps(sigmas=noise_levels(steps), device=self._execution_device)
        self._num_timesteps = steps
        return self.scheduler.timesteps

    def predict(self, latents: torch.Tensor, time: torch.Tensor, reading: Reading) -> torch.Tensor:
        """The velocity of every picture of the batch, with its sign turned."""
        return self.transformer(
            hidden_states=latents,
            timesteps=time.expand(latents.shape[0]),
            encoder_hidden_states_t5=reading.t5,
            encoder_hidden_states_llama3=reading.llama,
            pooled_embeds=reading.pooled,
            return_dict=False,
        )[0]

    def finish(self, latents: torch.Tensor, output_type: str) -> HiDreamImagePipelineOutput:
        config = self.vae.config
        pixels = self.vae.decode(latents / config.scaling_factor + config.shift_factor, return_dict=False)[0]
        images = self.image_processor.postprocess(pixels, output_type=output_type)
        self.maybe_free_model_hooks()
        return HiDreamImagePipelineOutput(images=images)


def batch(*readings: Reading) -> Reading:
    return Reading(
        torch.cat([reading.t5 for reading in readings]),
        torch.cat([reading.llama for reading in readings], dim=1),
        torch.cat([reading.pooled for reading in readings]),
    )


def noise_levels(steps: int) -> numpy.ndarray:
    """`steps` levels from the highest that the trainer knows down, without the last 0.

    The highest is shifted here and once more by the scheduler, as in the trainer.
    """
    highest = torch.tensor(1 - 1 / TRAINED_LEVELS, dtype=torch.float32)
    shifted = TRAINED_SHIFT * highest / (1 + (TRAINED_SHIFT - 1) * highest)
    return numpy.linspace(shifted.item(), 0, steps + 1)[:-1]
