"""Wan 2.2 as the trainer samples it, with its own handling of a first frame."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import diffusers
import numpy
import torch
from PIL import Image

Callback = Callable[..., dict[str, torch.Tensor]]
TRAINER_BOUNDARY = 0.875
"""Part of the way from noise at which the trainer hands over to the low-noise side, pictures given or not."""


class FirstFramePipeline(diffusers.WanPipeline):
    """Wan 2.2 with an optional first frame; subclasses say how it is shown to the transformer."""

    @torch.no_grad()
    def __call__(
        self,
        prompt: str,
        negative_prompt: str,
        height: int,
        width: int,
        num_frames: int,
        num_inference_steps: int,
        guidance_scale: float,
        generator: torch.Generator,
        image: Image.Image | None = None,
        output_type: str = "pil",
        callback_on_step_end: Callback | None = None,
    ) -> Any:
        """`image` has the size of the output already."""
        call = {
            "prompt": prompt,
            "negative_prompt": negative_prompt,
            "height": height,
            "width": width,
            "num_frames": num_frames,
            "num_inference_steps": num_inference_steps,
            "guidance_scale": guidance_scale,
            "generator": generator,
            "output_type": output_type,
        }
        if image is None:
            return super().__call__(**call, callback_on_step_end=callback_on_step_end)
        dtype, device = self.transformer.dtype, self._execution_device
        size = (1, self.vae.config.z_dim, height, width, num_frames, torch.float32, device, generator)
        noise = self.prepare_latents(*size).to(dtype)
        picture = to_tensor(image).to(device, dtype) * 2.0 - 1.0
        with self.showing(picture, noise, generator) as (latents, pin):
            callback = pinned(callback_on_step_end, pin)
            return super().__call__(**call, latents=latents, callback_on_step_end=callback)

    def showing(self, picture: torch.Tensor, noise: torch.Tensor, generator: torch.Generator) -> Any:
        """While open, the transformer sees the picture. Yields the latents to start from, and what is done to
        them after each step.
        """
        raise NotImplementedError

    def encode_frames(self, frames: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
        """Normalized latents of (1, 3, frames, height, width), sampled from the posterior.

        The trainer draws from the device's own generator, seeded like the one of the noise; on the CPU they
        are one and the same.
        """
        config, device, dtype = self.vae.config, frames.device, frames.dtype
        if device.type != "cpu":
            generator = torch.Generator(device).manual_seed(generator.initial_seed())
        posterior = self.vae.encode(frames.to(self.vae.dtype)).latent_dist
        encoded = posterior.sample(generator=generator).to(dtype)
        mean = torch.tensor(config.latents_mean).view(1, -1, 1, 1, 1).to(device, dtype)
        inverse = 1.0 / torch.tensor(config.latents_std).view(1, -1, 1, 1, 1).to(device, dtype)
        return (encoded - mean) * inverse


class WanExpertsImagePipeline(FirstFramePipeline):
    """Wan 2.2 14B: the latents of a video that is blank after its first frame lie beside the noise."""

    def __init__(
        self,
        tokenizer: Any,
        text_encoder: Any,
        vae: Any,
        scheduler: Any,
        transformer: Any = None,
        transformer_2: Any = None,
        boundary_ratio: float | None = None,
        expand_timesteps: bool = False,
    ) -> None:
        # The checkpoint says 0.9; the trainer's previews do not follow it.
        others = (transformer, transformer_2, boundary_ratio and TRAINER_BOUNDARY, expand_timesteps)
        super().__init__(tokenizer, text_encoder, vae, scheduler, *others)

    @contextmanager
    def showing(
        self, picture: torch.Tensor, noise: torch.Tensor, generator: torch.Generator
    ) -> Iterator[tuple[torch.Tensor, None]]:
        scale = self.vae_scale_factor_temporal
        blank = torch.zeros_like(picture).unsqueeze(2).expand(-1, -1, (noise.shape[2] - 1) * scale, -1, -1)
        encoded = self.encode_frames(torch.cat([picture.unsqueeze(2), blank], dim=2), generator)
        known = torch.zeros_like(encoded[:, :scale])
        known[:, :, 0] = 1
        beside = torch.cat([known, encoded], dim=1)

        def append(_module: Any, inputs: tuple, named: dict[str, Any]) -> tuple[tuple, dict[str, Any]]:
            return inputs, named | {"hidden_states": torch.cat([named["hidden_states"], beside], dim=1)}

        with hooked(append, self.transformer, self.transformer_2):
            yield noise, None


class WanTokensPipeline(FirstFramePipeline):
    """Wan 2.2 5B: the first frame's latents stand in the place of noise, and their tokens are at time 0."""

    @contextmanager
    def showing(
        self, picture: torch.Tensor, noise: torch.Tensor, generator: torch.Generator
    ) -> Iterator[tuple[torch.Tensor, Callable[[torch.Tensor], torch.Tensor]]]:
        first = self.encode_frames(picture.unsqueeze(2), generator)
        unknown = torch.ones_like(noise[:, :1])
        unknown[:, :, 0] = 0
        tokens = unknown[0, 0, :, ::2, ::2].flatten()

        def stop_time(_module: Any, inputs: tuple, named: dict[str, Any]) -> tuple[tuple, dict[str, Any]]:
            # In the mask's own precision: bfloat16 rounds the time, as it does in the trainer.
            return inputs, named | {"timestep": (tokens * named["timestep"][0, 0]).unsqueeze(0)}

        def pin(latents: torch.Tensor) -> torch.Tensor:
            return torch.cat([first.to(latents.dtype), latents[:, :, 1:]], dim=2)

        with hooked(stop_time, self.transformer):
            yield pin(noise), pin


@contextmanager
def hooked(hook: Any, *modules: torch.nn.Module | None) -> Iterator[None]:
    """Run `hook` before each call of the modules."""
    with ExitStack() as stack:
        for module in modules:
            if module is not None:
                stack.callback(module.register_forward_pre_hook(hook, with_kwargs=True).remove)
        yield


def pinned(callback: Callback | None, pin: Callable[[torch.Tensor], torch.Tensor] | None) -> Callback | None:
    """The callback, after `pin` on the latents."""
    if pin is None:
        return callback

    def both(pipeline: Any, step: int, time: Any, tensors: dict[str, Any]) -> dict[str, torch.Tensor]:
        latents = pin(tensors["latents"])
        told = callback(pipeline, step, time, tensors | {"latents": latents}) if callback else {}
        return {"latents": latents} | told

    return both


def to_tensor(image: Image.Image) -> torch.Tensor:
    """(1, 3, height, width) from 0 to 1, as torchvision's `to_tensor`."""
    values = torch.from_numpy(numpy.array(image)).permute(2, 0, 1).contiguous()
    return values.float().div(255).unsqueeze(0)
