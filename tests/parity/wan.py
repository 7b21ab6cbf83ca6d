"""Wan as the trainer samples it: Euler steps, a static shift, and a loop for a first frame in Wan 2.2."""

from pathlib import Path
from typing import Any

import numpy
import torch
from diffusers import (
    AutoencoderKLWan,
    FlowMatchEulerDiscreteScheduler,
    WanImageToVideoPipeline,
    WanPipeline,
    WanTransformer3DModel,
)
from diffusers.pipelines.wan.pipeline_output import WanPipelineOutput
from PIL import Image
from transformers import CLIPVisionModel, T5Tokenizer, UMT5EncoderModel

from pictures import open_controls

Case = dict[str, Any]
Call = dict[str, Any]
MEAN = (0.48145466, 0.4578275, 0.40821073)
DEVIATION = (0.26862954, 0.26130258, 0.27577711)


def euler(shift: float) -> FlowMatchEulerDiscreteScheduler:
    return FlowMatchEulerDiscreteScheduler(num_train_timesteps=1000, shift=shift, use_dynamic_shifting=False)


def load(kind: Any, folder: Path, shift: float, **others: Any) -> Any:
    return kind.from_pretrained(folder, dtype=torch.float32, scheduler=euler(shift), **others)


def video(case: Case) -> Call:
    frames = case["num_frames"]
    return {"num_frames": frames, "negative_prompt": case["negative_prompt"], "output_type": "pil"}


def first_frame(case: Case) -> Image.Image | None:
    pictures = open_controls(case)
    return pictures[0].resize((case["width"], case["height"]), Image.Resampling.LANCZOS) if pictures else None


def wan21(case: Case, repository: str) -> tuple[WanPipeline, Call]:
    folder = Path(case["checkpoints"]) / repository
    return load(WanPipeline, folder, 3.0), video(case)


def wan21_1b(case: Case) -> tuple[WanPipeline, Call]:
    return wan21(case, "Wan-AI/Wan2.1-T2V-1.3B-Diffusers")


def wan21_14b(case: Case) -> tuple[WanPipeline, Call]:
    return wan21(case, "Wan-AI/Wan2.1-T2V-14B-Diffusers")


def wan21_i2v(case: Case, repository: str) -> tuple[WanImageToVideoPipeline, Call]:
    folder = Path(case["checkpoints"]) / repository
    pipeline = load(WanImageToVideoPipeline, folder, 3.0, image_processor=None)
    pipeline.encode_image = lambda picture, _device: what_clip_sees(pipeline.image_encoder, picture)
    return pipeline, video(case) | {"image": first_frame(case)}


@torch.no_grad()
def what_clip_sees(tower: CLIPVisionModel, picture: Image.Image) -> torch.Tensor:
    """CLIP's own preparation: the shorter side to 224 in bytes, the middle, and the published means."""
    pixels = torch.from_numpy(numpy.array(picture)).permute(2, 0, 1)[None].contiguous()
    height, width = pixels.shape[2:]
    size = (224, int(224 * width / height)) if height <= width else (int(224 * height / width), 224)
    pixels = torch.nn.functional.interpolate(pixels, size=size, mode="bicubic", antialias=True)
    top, left = (size[0] - 224) // 2, (size[1] - 224) // 2
    pixels = pixels[:, :, top : top + 224, left : left + 224].float()
    mean, deviation = (torch.tensor(values).view(1, 3, 1, 1) * 255.0 for values in (MEAN, DEVIATION))
    return tower((pixels - mean) / deviation, output_hidden_states=True).hidden_states[-2]


def wan21_i2v_14b(case: Case) -> tuple[WanImageToVideoPipeline, Call]:
    return wan21_i2v(case, "Wan-AI/Wan2.1-I2V-14B-720P-Diffusers")


def wan21_i2v_14b480p(case: Case) -> tuple[WanImageToVideoPipeline, Call]:
    return wan21_i2v(case, "Wan-AI/Wan2.1-I2V-14B-480P-Diffusers")


def expert(folder: Path, name: str) -> WanTransformer3DModel:
    return WanTransformer3DModel.from_pretrained(folder, subfolder=name, dtype=torch.float32)


def wan22_14b_t2v(case: Case) -> tuple[WanPipeline, Call]:
    """Both transformers from the trainer's copy."""
    folder = Path(case["checkpoints"])
    copy = folder / "ai-toolkit/Wan2.2-T2V-A14B-Diffusers-bf16"
    pipeline = load(
        WanPipeline,
        folder / "Wan-AI/Wan2.2-T2V-A14B-Diffusers",
        5.0,
        transformer=expert(copy, "transformer"),
        transformer_2=expert(copy, "transformer_2"),
    )
    return pipeline, video(case)


def wan22_14b_i2v(case: Case) -> tuple["TrainerLoop", Call]:
    """The trainer's parts, and the boundary of its text-to-video model."""
    folder = Path(case["checkpoints"])
    copy = folder / "ai-toolkit/Wan2.2-I2V-A14B-Diffusers-bf16"
    reader = folder / "ai-toolkit/umt5_xxl_encoder"
    pipeline = load(
        TrainerLoop,
        folder / "Wan-AI/Wan2.2-I2V-A14B-Diffusers",
        5.0,
        transformer=expert(copy, "transformer"),
        transformer_2=expert(copy, "transformer_2"),
        vae=AutoencoderKLWan.from_pretrained(folder / "ai-toolkit/wan2.1-vae", dtype=torch.float32),
        text_encoder=UMT5EncoderModel.from_pretrained(reader, subfolder="text_encoder", dtype=torch.float32),
        tokenizer=T5Tokenizer.from_pretrained(reader, subfolder="tokenizer"),
        boundary_ratio=0.875,
    )
    return pipeline, video(case) | {"picture": first_frame(case)}


def wan22_5b(case: Case) -> tuple[WanPipeline, Call]:
    """One transformer, with or without a first frame."""
    folder = Path(case["checkpoints"]) / "Wan-AI/Wan2.2-TI2V-5B-Diffusers"
    picture = first_frame(case)
    kind = WanPipeline if picture is None else TrainerLoop
    pipeline = load(kind, folder, 5.0)
    return pipeline, video(case) | ({} if picture is None else {"picture": picture})


class TrainerLoop(WanPipeline):
    """The trainer's Wan22Pipeline, written out for one video with guidance."""

    @torch.no_grad()
    def __call__(self, picture: Image.Image, generator: torch.Generator, **call: Any) -> WanPipelineOutput:
        size = (call["height"], call["width"], call["num_frames"])
        noise = self.prepare_latents(1, self.vae.config.z_dim, *size, torch.float32, "cpu", generator, None)
        pixels = (
            torch.tensor(numpy.asarray(picture), dtype=torch.float32).permute(2, 0, 1)[None] / 255 * 2 - 1
        )
        embeds = self.encode_prompt(call["prompt"], call["negative_prompt"], max_sequence_length=512)
        prepare = self.in_place if self.config.expand_timesteps else self.beside
        latents, mask, beside = prepare(noise, pixels, generator)
        self.scheduler.set_timesteps(call["num_inference_steps"])
        for time in self.scheduler.timesteps:
            boundary = self.config.boundary_ratio
            low = boundary is not None and time < boundary * 1000
            model = self.transformer_2 if low else self.transformer
            when = time.expand(1)
            if self.config.expand_timesteps:
                when = (mask[0][0][:, ::2, ::2] * time).flatten().unsqueeze(0)
            before = latents.clone()
            positive, negative = (
                model(
                    hidden_states=torch.cat([latents, *beside], dim=1),
                    timestep=when,
                    encoder_hidden_states=words,
                    return_dict=False,
                )[0]
                for words in embeds
            )
            guided = negative + call["guidance_scale"] * (positive - negative)
            latents = self.scheduler.step(guided, time, latents, return_dict=False)[0]
            latents = before * (1 - mask) + latents * mask
        mean, inverse = self.normalization()
        pixels = self.vae.decode(latents / inverse + mean, return_dict=False)[0]
        return WanPipelineOutput(frames=self.video_processor.postprocess_video(pixels, output_type="pil"))

    def normalization(self) -> tuple[torch.Tensor, torch.Tensor]:
        config = self.vae.config
        mean, deviation = (
            torch.tensor(values).view(1, -1, 1, 1, 1) for values in (config.latents_mean, config.latents_std)
        )
        return mean, 1.0 / deviation

    def sample(self, pixels: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
        mean, inverse = self.normalization()
        return (self.vae.encode(pixels).latent_dist.sample(generator) - mean) * inverse

    def beside(self, noise: torch.Tensor, pixels: torch.Tensor, generator: torch.Generator) -> Any:
        """add_first_frame_conditioning: 4 channels of mask, 16 of a video blank after its first frame."""
        frames = (noise.shape[2] - 1) * 4 + 1
        blank = [torch.zeros_like(pixels).unsqueeze(2) for _ in range(frames - 1)]
        condition = self.sample(torch.cat([pixels.unsqueeze(2), *blank], dim=2), generator)
        mask = torch.ones(1, 1, frames, *noise.shape[3:])
        mask[:, :, list(range(1, frames))] = 0
        mask = torch.concat(
            [torch.repeat_interleave(mask[:, :, 0:1], dim=2, repeats=4), mask[:, :, 1:]], dim=2
        )
        mask = mask.view(1, -1, 4, *noise.shape[3:]).transpose(1, 2)
        return noise, torch.ones_like(noise), [mask, condition]

    def in_place(self, noise: torch.Tensor, pixels: torch.Tensor, generator: torch.Generator) -> Any:
        """add_first_frame_conditioning_v22: the first latent frame is the picture's, and its time is 0."""
        latents = noise.clone()
        latents[:, :, :1] = self.sample(pixels.unsqueeze(2), generator)
        mask = torch.ones_like(noise[:, :1])
        mask[:, :, :1] = 0.0
        return latents, mask, []


MODELS = {
    "wan21_1b": wan21_1b,
    "wan21_14b": wan21_14b,
    "wan21_i2v_14b": wan21_i2v_14b,
    "wan21_i2v_14b480p": wan21_i2v_14b480p,
    "wan22_14b_t2v": wan22_14b_t2v,
    "wan22_14b_i2v": wan22_14b_i2v,
    "wan22_5b": wan22_5b,
}
