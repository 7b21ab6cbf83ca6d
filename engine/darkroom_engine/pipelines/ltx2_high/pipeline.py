"""The three stages of LTX-2.3's “High”."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from diffusers import FlowMatchEulerDiscreteScheduler
from diffusers.pipelines.ltx2.latent_upsampler import LTX2LatentUpsamplerModel
from diffusers.pipelines.ltx2.pipeline_output import LTX2PipelineOutput
from diffusers.pipelines.ltx2.utils import STAGE_2_DISTILLED_SIGMA_VALUES as REFINING_SIGMAS

from darkroom_engine.pipelines.ltx2 import LTX2Pipeline
from darkroom_engine.pipelines.ltx2_high.distilled_lora import DistilledLora, Terms, beside

Callback = Callable[..., Any]
UNGUIDED = {
    "guidance_scale": 1.0,
    "stg_scale": 0.0,
    "modality_scale": 1.0,
    "guidance_rescale": 0.0,
    "audio_guidance_scale": None,
    "audio_stg_scale": 0.0,
    "audio_modality_scale": 1.0,
    "audio_guidance_rescale": 0.0,
    "spatio_temporal_guidance_blocks": None,
}


class LTX2HighPipeline(LTX2Pipeline):
    """The usual pipeline, and for `resolution="High"` two more stages."""

    model_cpu_offload_seq = LTX2Pipeline.model_cpu_offload_seq.replace("->vae->", "->latent_upsampler->vae->")
    _optional_components: ClassVar = [
        *LTX2Pipeline._optional_components,
        "latent_upsampler",
        "distilled_lora",
    ]

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
        latent_upsampler: LTX2LatentUpsamplerModel | None = None,
        distilled_lora: DistilledLora | None = None,
    ) -> None:
        parts = (scheduler, vae, audio_vae, text_encoder, tokenizer, connectors, transformer, vocoder)
        super().__init__(*parts, processor, prompt_enhancer, duration_head)
        self.register_modules(latent_upsampler=latent_upsampler, distilled_lora=distilled_lora)

    def __call__(
        self,
        *,
        resolution: str = "Default",
        num_inference_steps: int,
        output_type: str = "pil",
        image: Any = None,
        callback_on_step_end: Callback | None = None,
        **call: Any,
    ) -> Any:
        """`width` and `height` are those of the first stage."""
        if resolution != "High":
            call |= {"output_type": output_type, "callback_on_step_end": callback_on_step_end}
            return super().__call__(num_inference_steps=num_inference_steps, image=image, **call)
        terms = self.distilled_lora.terms(self)
        total = num_inference_steps + len(REFINING_SIGMAS)
        drafted = super().__call__(
            num_inference_steps=num_inference_steps,
            image=image,
            output_type="latent",
            callback_on_step_end=self.counting(callback_on_step_end, 0, total),
            **call,
        )
        spectrum = self.audio_vae.decode(drafted.audio.to(self.audio_vae.dtype), return_dict=False)[0]
        audio = self.vocoder(spectrum)
        call |= UNGUIDED | {"width": 2 * call["width"], "height": 2 * call["height"]}
        call["latents"] = self.latent_upsampler(drafted.frames.to(self.latent_upsampler.dtype))
        with self.refining(terms):
            refined = super().__call__(
                num_inference_steps=len(REFINING_SIGMAS),
                sigmas=REFINING_SIGMAS,
                noise_scale=REFINING_SIGMAS[0],
                audio_latents=drafted.audio,
                output_type=output_type,
                callback_on_step_end=self.counting(callback_on_step_end, num_inference_steps, total),
                **call,
            )
        return LTX2PipelineOutput(frames=refined.frames, audio=audio)

    @contextmanager
    def refining(self, terms: Terms) -> Iterator[None]:
        """While open, sigmas are taken as they are, `terms` are added, and frames are decoded in tiles."""
        usual = self.scheduler
        config = {**usual.config, "use_dynamic_shifting": False, "shift_terminal": None}
        self.scheduler = FlowMatchEulerDiscreteScheduler.from_config(config)
        self.vae.enable_tiling()
        try:
            with beside(terms):
                yield
        finally:
            self.scheduler = usual
            self.vae.disable_tiling()

    def counting(self, callback: Callback | None, done: int, total: int) -> Callback | None:
        """The callback, told of the steps of all stages together."""
        if callback is None:
            return None

        def counted(pipeline: Any, step: int, time: Any, tensors: dict[str, Any]) -> Any:
            self._num_timesteps = total
            return callback(pipeline, done + step, time, tensors)

        return counted
