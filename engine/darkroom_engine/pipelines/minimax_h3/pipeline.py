"""The trainer's sampling loop for MiniMax-H3 (its minimax_h3/src/pipeline.py and text_encoder.py).

Pictures and sound are denoised together, in one sequence with the text. The model is distilled: one
evaluation a step, no guidance and no negative prompt.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import numpy
import torch
from diffusers import DiffusionPipeline
from diffusers.utils import BaseOutput
from diffusers.utils.torch_utils import randn_tensor
from PIL import Image

from darkroom_engine.pipelines.minimax_h3.packed import (
    CHANNELS,
    TEXT,
    VIDEO,
    Packed,
    latent_frames,
    latent_sounds,
    pack,
    row_times,
)
from darkroom_engine.pipelines.minimax_h3.schedule import sound_sigmas, step, video_sigmas

LATENT, PATCH = 16, 2
"""Pixels of a latent and latents of a token, a side."""
MOST_WORDS = 512
KEYFRAME_SEED = 42
KEYFRAME_TIME = 0.999
"""How clean a given frame is: a trace of noise is mixed in, as in training."""


@dataclass
class MiniMaxH3Output(BaseOutput):
    """`frames` of one video; `audio` float32 in -1 to 1, (1, channels, samples), `audio_rate` a second, None
    for a single frame.
    """

    frames: list[list[Image.Image]]
    audio: torch.Tensor | None
    audio_rate: int


class Text(NamedTuple):
    """States of the prompt, (1, rows, width), and what each row is."""

    states: torch.Tensor
    tags: torch.Tensor


class Noise(NamedTuple):
    """Rows of the first frame where there is one, of the pictures and of the sound, each (1, rows, width)."""

    given: torch.Tensor
    video: torch.Tensor
    sound: torch.Tensor


class MiniMaxH3Pipeline(DiffusionPipeline):
    """`processor` makes patches of the first frame for the reader, `tokenizer` reads the words."""

    model_cpu_offload_seq = "text_encoder->transformer->vae->audio_vae"

    def __init__(
        self, transformer: Any, text_encoder: Any, tokenizer: Any, processor: Any, vae: Any, audio_vae: Any
    ) -> None:
        super().__init__()
        self.register_modules(
            transformer=transformer,
            text_encoder=text_encoder,
            tokenizer=tokenizer,
            processor=processor,
            vae=vae,
            audio_vae=audio_vae,
        )

    @torch.no_grad()
    def __call__(
        self,
        prompt: str,
        height: int,
        width: int,
        num_frames: int,
        num_inference_steps: int,
        generator: torch.Generator,
        image: Image.Image | None = None,
        output_type: str = "pil",
        callback_on_step_end: Callable[..., Any] | None = None,
    ) -> MiniMaxH3Output:
        """`image` is stretched to be the first frame; the reader sees it as it is. Sides are multiples of 32,
        frames 17n + 5, or 1 for a picture. `output_type` is always pictures.
        """
        text = self.encode_prompt(prompt.strip(), image)
        frames, sounds = latent_frames(num_frames), latent_sounds(num_frames)
        shape = (frames, height // LATENT, width // LATENT)
        grid = (shape[1] // PATCH, shape[2] // PATCH)
        packed = pack(text.tags, frames, grid, sounds, starts=image is not None)
        first = image and image.resize((width, height), Image.Resampling.LANCZOS)
        noise = self.draw_noise(shape, sounds, first, generator)
        self._num_timesteps = num_inference_steps

        def on_step(number: int, video: torch.Tensor) -> None:
            if callback_on_step_end:
                callback_on_step_end(self, number, None, {"latents": unpatchify(video, shape)})

        video, sound = self.denoise(noise, text, packed, num_inference_steps, on_step)
        pixels = self.vae.decode_latents(unpatchify(video, shape))
        audio = None if num_frames == 1 else self.hear(sound)
        self.maybe_free_model_hooks()
        return MiniMaxH3Output([to_pictures(pixels[0])], audio, self.audio_vae.config.sampling_rate)

    def hear(self, sound: torch.Tensor) -> torch.Tensor:
        """Samples of rows in which one channel follows the other."""
        latents = sound[0].unflatten(0, (CHANNELS, -1)).transpose(1, 2)
        return self.audio_vae.decode_latents(latents).unsqueeze(0).cpu()

    def encode_prompt(self, prompt: str, image: Image.Image | None) -> Text:
        """The bare words, after the first frame where there is one; no chat template."""
        device, dtype = self._execution_device, self.text_encoder.dtype
        ids, tags, seen = [], [], {}
        if image is not None:
            patches, size = self.processor(image)
            seen = {"pixel_values": patches.to(device, dtype), "image_grid_thw": size.to(device)}
            start, pad, end = self.tokenizer.convert_tokens_to_ids(
                ["<|vision_start|>", "<|image_pad|>", "<|vision_end|>"]
            )
            label = self.words("<Picture 1>: ")
            shown = [start, *[pad] * (len(patches) // self.processor.merged), end]
            ids, tags = label + shown, [TEXT] * len(label) + [VIDEO] * len(shown)
        words = self.words(prompt, truncation=True, max_length=MOST_WORDS)
        ids, tags = ids + words, tags + [TEXT] * len(words)
        if not ids:
            ids, tags = [self.tokenizer.pad_token_id or 0], [TEXT]
        tokens = torch.tensor([ids], device=device)
        states = self.text_encoder(
            input_ids=tokens,
            attention_mask=torch.ones_like(tokens),
            mm_token_type_ids=(tokens == self.text_encoder.config.image_token_id).to(tokens.dtype),
            use_cache=False,
            **seen,
        ).last_hidden_state
        return Text(states.to(self.block_dtype), torch.tensor(tags))

    def words(self, text: str, **limit: Any) -> list[int]:
        return self.tokenizer(text, add_special_tokens=False, **limit)["input_ids"]

    @property
    def block_dtype(self) -> torch.dtype:
        """Of the transformer's blocks: its ends are in float32 always."""
        return self.transformer.context_embedder.weight.dtype

    def draw_noise(
        self, shape: tuple[int, int, int], sounds: int, image: Image.Image | None, generator: torch.Generator
    ) -> Noise:
        """In the trainer's order: for the first frame, for the pictures, for the sound."""
        config, device = self.transformer.config, self._execution_device

        def draw(*size: int) -> torch.Tensor:
            return randn_tensor(size, generator=generator, device=device, dtype=torch.float32)

        given = torch.zeros(1, 0, config.in_channels * PATCH**2, device=device)
        if image is not None:
            noise = draw(1, config.in_channels, 1, *shape[1:])
            clean = self.vae.encode_frame(to_pixels(image).to(device), KEYFRAME_SEED)
            given = patchify(KEYFRAME_TIME * clean + (1.0 - KEYFRAME_TIME) * noise)
        video = patchify(draw(1, config.in_channels, *shape))
        sound = draw(1, CHANNELS, config.audio_in_channels, sounds).transpose(2, 3).flatten(1, 2)
        return Noise(given, video, sound.contiguous())

    def denoise(
        self,
        noise: Noise,
        text: Text,
        packed: Packed,
        steps: int,
        on_step: Callable[[int, torch.Tensor], None],
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Rows of the pictures and of the sound. The given rows are shown in every step as they are."""
        device, dtype = text.states.device, self.block_dtype
        given, video, sound = noise
        rows = {
            "token_tags": packed.tags.to(device),
            "position_ids": packed.positions.to(device),
            "video_indices": packed.video.to(device),
            "audio_indices": packed.sound.to(device),
            "text_indices": packed.text.to(device),
        }
        sigmas = video_sigmas(steps)
        paces = list(pairwise(torch.stack([sigmas, sound_sigmas(sigmas)], dim=1).to(device)))
        for number, (now, following) in enumerate(paces):
            clean = [1.0 - float(sigma) for sigma in now]
            times = row_times(packed, *clean, given=max(clean[0], KEYFRAME_TIME))
            distinct, which = torch.unique(times, sorted=True, return_inverse=True)
            said, heard = self.transformer(
                hidden_states=torch.cat([given, video], dim=1).to(dtype),
                audio_hidden_states=sound.to(dtype),
                encoder_hidden_states=text.states,
                timestep=distinct.to(device),
                timestep_indices=which.to(device),
                return_dict=False,
                **rows,
            )
            video = step(video, said[:, packed.given :].float(), now[0], following[0])
            sound = step(sound, heard.float(), now[1], following[1])
            on_step(number, video)
        return video, sound


def patchify(latents: torch.Tensor) -> torch.Tensor:
    """(1, tokens, channels * 4): squares of 2 by 2 latents, frame by frame in reading order."""
    squares = latents.unflatten(4, (-1, PATCH)).unflatten(3, (-1, PATCH))
    return squares.permute(0, 2, 3, 5, 1, 4, 6).flatten(4).flatten(1, 3)


def unpatchify(tokens: torch.Tensor, shape: tuple[int, int, int]) -> torch.Tensor:
    """Latents again, (1, channels, frames, rows, columns)."""
    frames, rows, columns = shape
    squares = tokens.unflatten(2, (-1, PATCH, PATCH)).unflatten(1, (frames, rows // PATCH, columns // PATCH))
    return squares.permute(0, 4, 1, 2, 5, 3, 6).flatten(5).flatten(3, 4)


def to_pixels(picture: Image.Image) -> torch.Tensor:
    """RGB in -1 to 1, (1, 3, 1, height, width)."""
    values = torch.from_numpy(numpy.array(picture)).float() / 255.0 * 2.0 - 1.0
    return values.permute(2, 0, 1)[None, :, None]


def to_pictures(pixels: torch.Tensor) -> list[Image.Image]:
    values = ((pixels.clamp(-1, 1) + 1.0) * 127.5).round().to(torch.uint8)
    return [Image.fromarray(frame.numpy()) for frame in values.permute(1, 2, 3, 0).cpu()]
