"""Small pictures of a render that is under way. They read the latents and change nothing."""

import inspect
from pathlib import Path
from typing import Any

import torch
from PIL import Image

from darkroom_engine.channel import Channel
from darkroom_engine.messages import Preview, Render
from darkroom_engine.plan import Call
from darkroom_engine.residency import Resident

LATENT_SIDE = 32  # latents are averaged down to this, which keeps the decode in the milliseconds
PICTURE_SIDE = 256


class PreviewWriter:
    """Writes a preview every so many steps of one call. The first failure is logged and turns it off."""

    def __init__(self, channel: Channel, resident: Resident, command: Render, call: Call) -> None:
        self._channel = channel
        self._pipeline = resident.pipeline
        self._command = command
        self._call = call
        # An offloaded VAE would push the denoiser off the device in the middle of its loop.
        self._active = command.preview_every > 0 and resident.offload == "none"

    def on_step(self, step: int, latents: torch.Tensor | None) -> None:
        due = self._active and step % self._command.preview_every == 0 and step < self._call.steps
        if not due or latents is None:
            return
        try:
            self._write(step, latents)
        except Exception as error:
            self._active = False
            self._channel.log("warning", f"Previews are off: {type(error).__name__}: {error}")

    def _write(self, step: int, latents: torch.Tensor) -> None:
        picture = make_preview(self._pipeline, latents, self._call.width, self._call.height)
        file = Path(self._command.scratch) / f"{self._command.job}_{self._call.index}_{step}.png"
        unfinished = file.with_suffix(".part")
        picture.save(unfinished, format="PNG")
        unfinished.replace(file)
        size = {"width": picture.width, "height": picture.height}
        self._channel.send(
            Preview(job=self._command.job, call=self._call.index, step=step, file=str(file), **size)
        )


def make_preview(pipeline: Any, latents: torch.Tensor, width: int, height: int) -> Image.Image:
    """Decode a small version of the latents, at most 256 pixels a side; of a video its first frame.

    Raises whatever the pipeline's own parts raise for latents of an unexpected form.
    """
    spatial = unpack(pipeline, latents[:1], width, height).detach().float()
    if spatial.ndim == 5:
        spatial = spatial[:, :, 0]
    side = max(spatial.shape[-2:])
    if side > LATENT_SIDE:
        size = [max(1, round(length * LATENT_SIDE / side)) for length in spatial.shape[-2:]]
        spatial = torch.nn.functional.interpolate(spatial, size=size, mode="area")
    return to_picture(decode(pipeline.vae, spatial))


def unpack(pipeline: Any, latents: torch.Tensor, width: int, height: int) -> torch.Tensor:
    """Latents as (1, channels, height, width) or (1, channels, frames, height, width)."""
    if latents.ndim > 3:
        return latents
    parameters = inspect.signature(pipeline._unpack_latents).parameters
    scale = (pipeline.vae_scale_factor,) if "vae_scale_factor" in parameters else ()
    return pipeline._unpack_latents(latents, height, width, *scale)


def decode(vae: Any, latents: torch.Tensor) -> torch.Tensor:
    """Pixels in -1..1, shape (3, height, width), after undoing the scaling that the VAE's config tells."""
    config = vae.config
    scale, shift = config.get("scaling_factor") or 1.0, config.get("shift_factor") or 0.0
    mean, std = config.get("latents_mean"), config.get("latents_std")
    if mean is not None and std is not None:
        mean, std = (
            torch.tensor(values, device=latents.device).view(1, -1, 1, 1)[:, : latents.shape[1]]
            for values in (mean, std)
        )
        latents = latents * std / scale + mean
    else:
        latents = latents / scale + shift
    if is_temporal(vae):
        latents = latents.unsqueeze(2)
    # The class's own method: the instance's is watched for the decoding phase.
    pixels = type(vae).decode(vae, latents.to(vae.dtype), return_dict=False)[0]
    return pixels[0, :, 0] if pixels.ndim == 5 else pixels[0]


def is_temporal(vae: torch.nn.Module) -> bool:
    return any(isinstance(module, torch.nn.Conv3d) for module in vae.modules())


def to_picture(pixels: torch.Tensor) -> Image.Image:
    values = ((pixels.float().nan_to_num() / 2 + 0.5).clamp(0, 1) * 255).round().to(torch.uint8)
    picture = Image.fromarray(values.permute(1, 2, 0).cpu().numpy())
    picture.thumbnail((PICTURE_SIDE, PICTURE_SIDE))
    return picture
