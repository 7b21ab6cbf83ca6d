"""HiDream: the stock pipeline with the trainer's noise levels, and the editing loop that diffusers lacks."""

import math
from pathlib import Path
from typing import Any

import numpy
import torch
from diffusers import HiDreamImagePipeline, UniPCMultistepScheduler
from diffusers.pipelines.hidream_image.pipeline_output import HiDreamImagePipelineOutput
from PIL import Image
from transformers import LlamaForCausalLM, PreTrainedTokenizerFast

from pictures import open_controls

Case = dict[str, Any]
Call = dict[str, Any]
AREA = 1024 * 1024


class TrainerLevels(UniPCMultistepScheduler):
    """The highest of a thousand levels, shifted by 3; from there evenly to 0; shifted by `flow_shift`."""

    def set_timesteps(self, steps: int, device: Any = None, **_others: Any) -> None:
        super().set_timesteps(steps, device)
        highest = numpy.float32(0.999)
        highest = numpy.float32(3.0) * highest / (numpy.float32(1.0) + numpy.float32(2.0) * highest)
        even = numpy.array(
            [float(highest) + step * ((0.0 - float(highest)) / steps) for step in range(steps)]
        )
        levels = self.config.flow_shift * even / (1 + (self.config.flow_shift - 1) * even)
        self.sigmas = torch.tensor([*levels, 0.0], dtype=torch.float32)
        self.timesteps = torch.tensor(levels * 1000).to(torch.int64)


def load(case: Case, pipeline_class: Any, repository: str, shift: float) -> Any:
    folder = Path(case["checkpoints"])
    llama = folder / "unsloth/Meta-Llama-3.1-8B-Instruct"
    pipeline = pipeline_class.from_pretrained(
        folder / repository,
        dtype=torch.float32,
        # To ask for attentions makes transformers load it with eager attention; the trainer asks.
        text_encoder_4=LlamaForCausalLM.from_pretrained(llama, dtype=torch.float32, output_attentions=True),
        tokenizer_4=PreTrainedTokenizerFast.from_pretrained(llama),
    )
    pipeline.scheduler = TrainerLevels(
        prediction_type="flow_prediction", use_flow_sigmas=True, flow_shift=shift
    )
    return pipeline


def hidream(case: Case) -> tuple[HiDreamImagePipeline, Call]:
    """The stock pipeline scales the size to its own area by itself."""
    mu = 0.5 + (1.15 - 0.5) / (4096 - 256) * (4096 - 256)
    pipeline = load(case, HiDreamImagePipeline, "HiDream-ai/HiDream-I1-Full", math.exp(mu))
    pipeline.default_sample_size = math.isqrt(AREA) // 8
    return pipeline, {"negative_prompt": case["negative_prompt"]}


class EditingLoop(HiDreamImagePipeline):
    """Patches of the noise beside those of the picture, three times, filled up to the transformer's limit."""

    @torch.no_grad()
    def __call__(self, generator: torch.Generator, **call: Any) -> HiDreamImagePipelineOutput:
        rows, columns = call["height"] // 16, call["width"] // 16
        texts = [self.read(call[name]) for name in ("prompt", "negative_prompt", "prompt")]
        # The channels stay last in memory, as in diffusers: convolutions add up in another order otherwise.
        pixels = (
            torch.tensor(numpy.array(call["image"])[None]).permute(0, 3, 1, 2).float() / 255.0 * 2.0 - 1.0
        )
        settings = self.vae.config
        picture = self.vae.encode(pixels).latent_dist.mean - settings.shift_factor
        pictures = [picture * strength * settings.scaling_factor for strength in (0.0, 1.0, 1.0)]
        noise = torch.randn((1, 16, 2 * rows, 2 * columns), generator=generator)
        self.scheduler.set_timesteps(call["num_inference_steps"])
        for time in self.scheduler.timesteps:
            wide = torch.cat([torch.cat([noise, beside], dim=3) for beside in pictures])
            said = self.ask(wide, time, texts)[:, :, :, : 2 * columns]
            alone, negative, both = (-one.unsqueeze(0) for one in said)
            guided = negative + call["guidance_scale"] * (both - negative)
            shrink = both.norm(dim=1, keepdim=True) / (guided.norm(dim=1, keepdim=True) + 1e-8)
            guided = guided * shrink.clamp(min=0.0, max=1.0)
            velocity = alone + 2.0 * (guided - alone)
            noise = self.scheduler.step(velocity, time, noise).prev_sample
        decoded = self.vae.decode(noise / settings.scaling_factor + settings.shift_factor).sample
        values = ((decoded * 0.5 + 0.5).clamp(0, 1) * 255).round().to(torch.uint8)
        return HiDreamImagePipelineOutput(images=[Image.fromarray(values[0].permute(1, 2, 0).numpy())])

    def ask(self, wide: torch.Tensor, time: torch.Tensor, texts: list[list[torch.Tensor]]) -> torch.Tensor:
        """The transformer's answer to (batch, channels, height, width), given as patches with places."""
        many, channels, height, width = wide.shape
        rows, columns = height // 2, width // 2
        used, places = rows * columns, self.transformer.max_seq
        patches = torch.zeros(many, places, 4 * channels)
        split = wide.reshape(many, channels, rows, 2, columns, 2).permute(0, 2, 4, 3, 5, 1)
        patches[:, :used] = split.reshape(many, used, 4 * channels)
        positions = torch.zeros(many, places, 3)
        positions[:, :used] = torch.tensor(
            [(0.0, row, column) for row in range(rows) for column in range(columns)]
        )
        t5, llama, pooled = zip(*texts, strict=True)
        return self.transformer(
            hidden_states=patches,
            hidden_states_masks=(torch.arange(places) < used).float().expand(many, places),
            img_ids=positions,
            img_sizes=torch.tensor([[rows, columns]] * many),
            timesteps=time.expand(many),
            encoder_hidden_states_t5=torch.cat(t5),
            encoder_hidden_states_llama3=torch.cat(llama, dim=1),
            pooled_embeds=torch.cat(pooled),
        ).sample

    def read(self, prompt: str) -> list[torch.Tensor]:
        """T5 over 128 tokens, every layer of Llama over as many, and the two CLIPs side by side."""

        def padded(tokenizer: Any) -> Any:
            return tokenizer(
                [prompt], padding="max_length", max_length=128, truncation=True, return_tensors="pt"
            )

        t5, llama = padded(self.tokenizer_3), padded(self.tokenizer_4)
        layers = self.text_encoder_4.model(
            llama.input_ids, attention_mask=llama.attention_mask, output_hidden_states=True
        )
        clips = [
            encoder(padded(tokenizer).input_ids).text_embeds
            for encoder, tokenizer in (
                (self.text_encoder, self.tokenizer),
                (self.text_encoder_2, self.tokenizer_2),
            )
        ]
        return [
            self.text_encoder_3(t5.input_ids, attention_mask=t5.attention_mask).last_hidden_state,
            torch.stack(layers.hidden_states[1:]),
            torch.cat(clips, dim=1),
        ]


def hidream_e1(case: Case) -> tuple[EditingLoop, Call]:
    """The control picture is stretched to the output."""
    pipeline = load(case, EditingLoop, "HiDream-ai/HiDream-E1-1", 3.0)
    (picture,) = open_controls(case)
    stretched = picture.resize((case["width"], case["height"]), Image.Resampling.BILINEAR)
    return pipeline, {"negative_prompt": case["negative_prompt"], "image": stretched}


MODELS = {"hidream": hidream, "hidream_e1": hidream_e1}
