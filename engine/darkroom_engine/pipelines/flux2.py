"""FLUX.2 as the trainer samples it (its flux2/src/pipeline.py, sampling.py, model.py and autoencoder.py): the
stock pipelines in BFL's arithmetic, and klein with a negative prompt. Painting a part of a picture, which the
trainer does not do, is diffusers' in the same arithmetic.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import MethodType
from typing import Any

import diffusers
import torch
from diffusers.models.attention_processor import Attention

OnStep = Callable[..., dict[str, Any]] | None


class BflArithmetic:
    """Where rounding differs from diffusers, for both pipelines."""

    @contextmanager
    def exact_times(self) -> Iterator[None]:
        """While open, the transformer gets the time as it is, from 1 to 0, rounded to its precision once.

        diffusers rounds a thousand times the time and divides.
        """

        def replace(_module: Any, inputs: tuple, named: dict[str, Any]) -> tuple[tuple, dict[str, Any]]:
            step = self.scheduler.step_index
            # Before the first step there is none: it is where a picture to begin with comes in.
            at = step if step is not None else self.scheduler.begin_index or 0
            sigma = self.scheduler.sigmas[at].item()
            return inputs, named | {"timestep": torch.full_like(named["timestep"], sigma)}

        handle = self.transformer.register_forward_pre_hook(replace, with_kwargs=True)
        try:
            yield
        finally:
            handle.remove()

    def _pack_latents(self, latents: torch.Tensor) -> torch.Tensor:
        """Tokens of latents, laid out in memory as the trainer's: sums of other layouts round otherwise."""
        return super()._pack_latents(latents).contiguous()

    def _encode_vae_image(self, image: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
        """Latents of a control picture, (1, channels, rows, columns): normalized in one rounding, and always
        bfloat16, as `encode_image_refs` gives them.
        """
        latents = self._patchify_latents(self.vae.encode(image.contiguous()).latent_dist.mode())
        mean, variance = self.vae.bn.running_mean, self.vae.bn.running_var
        normalized = torch.nn.functional.batch_norm(
            latents, mean, variance, eps=self.vae.config.batch_norm_eps
        )
        return normalized.to(torch.bfloat16)


def compute_as_bfl(transformer: torch.nn.Module, vae: torch.nn.Module) -> None:
    """Have the parts round where BFL's do: angles in float32, norms of queries and keys before their weight
    and after it, the autoencoder's activations between their two factors, and its pictures not at all.
    """
    transformer.pos_embed.forward = MethodType(turns, transformer.pos_embed)
    for module in transformer.modules():
        if isinstance(module, torch.nn.RMSNorm):
            module.forward = MethodType(rounded_twice, module)
    for module in vae.modules():
        if isinstance(module, torch.nn.SiLU):
            module.forward = swish
        elif isinstance(module, Attention):
            module.forward = MethodType(attend, module)
    vae.decoder.register_forward_hook(lambda _module, _inputs, picture: picture.float())


def attend(attention: Any, picture: torch.Tensor, *_others: Any, **_named: Any) -> torch.Tensor:
    """The autoencoder's attention over (1, channels, rows, columns), its linear layers as convolutions."""

    def convolve(layer: torch.nn.Linear, states: torch.Tensor) -> torch.Tensor:
        return torch.nn.functional.conv2d(states, layer.weight[:, :, None, None], layer.bias)

    states = attention.group_norm(picture)
    read = [
        convolve(layer, states).flatten(2).transpose(1, 2).unsqueeze(1).contiguous()
        for layer in (attention.to_q, attention.to_k, attention.to_v)
    ]
    seen = torch.nn.functional.scaled_dot_product_attention(*read)
    return picture + convolve(attention.to_out[0], seen.squeeze(1).transpose(1, 2).reshape(picture.shape))


def swish(states: torch.Tensor) -> torch.Tensor:
    return states * torch.sigmoid(states)


def turns(positions: Any, ids: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Cosines and sines of (tokens, axes), (tokens, width), in float32; stock ones are in float64."""
    angles = []
    for axis, width in enumerate(positions.axes_dim):
        share = torch.arange(0, width, 2, device=ids.device) / width
        angles.append(ids[:, axis, None].float() * (1.0 / positions.theta**share))
    doubled = torch.cat(angles, dim=-1).repeat_interleave(2, dim=-1)
    return doubled.cos(), doubled.sin()


def rounded_twice(norm: torch.nn.RMSNorm, states: torch.Tensor) -> torch.Tensor:
    values = states.float()
    length = torch.rsqrt(values.pow(2).mean(dim=-1, keepdim=True) + norm.eps)
    return (values * length).to(states.dtype) * norm.weight


class Flux2Pipeline(BflArithmetic, diffusers.Flux2Pipeline):
    """FLUX.2-dev."""

    def __init__(self, scheduler: Any, vae: Any, text_encoder: Any, tokenizer: Any, transformer: Any) -> None:
        compute_as_bfl(transformer, vae)
        super().__init__(scheduler, vae, text_encoder, tokenizer, transformer)

    def __call__(self, prompt: str, callback_on_step_end: OnStep = None, **others: Any) -> Any:
        with self.exact_times():
            return super().__call__(prompt=prompt, callback_on_step_end=callback_on_step_end, **others)


class NegativePrompt:
    """Guided away from `negative_prompt`, where the stock pipelines of klein know only the empty prompt."""

    def __call__(
        self,
        prompt: str,
        negative_prompt: str,
        guidance_scale: float,
        callback_on_step_end: OnStep = None,
        **others: Any,
    ) -> Any:
        negative = None
        if guidance_scale > 1:
            negative, _ids = self.encode_prompt(negative_prompt)
        with self.exact_times():
            return super().__call__(
                prompt=prompt,
                guidance_scale=guidance_scale,
                negative_prompt_embeds=negative,
                callback_on_step_end=callback_on_step_end,
                **others,
            )


class Flux2KleinPipeline(NegativePrompt, BflArithmetic, diffusers.Flux2KleinPipeline):
    """FLUX.2-klein."""

    def __init__(
        self,
        scheduler: Any,
        vae: Any,
        text_encoder: Any,
        tokenizer: Any,
        transformer: Any,
        is_distilled: bool = False,
    ) -> None:
        compute_as_bfl(transformer, vae)
        super().__init__(scheduler, vae, text_encoder, tokenizer, transformer, is_distilled)


class Flux2KleinInpaintPipeline(NegativePrompt, BflArithmetic, diffusers.Flux2KleinInpaintPipeline):
    """The same for a part of a picture, over parts that compute as BFL's already."""
