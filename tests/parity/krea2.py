"""Krea 2: the trainer's sampler written out over diffusers' transformer, for one picture."""

import math
from itertools import pairwise
from pathlib import Path
from typing import Any

import torch
from diffusers import Krea2Pipeline
from diffusers.pipelines.krea2.pipeline_output import Krea2PipelineOutput
from PIL import Image

Case = dict[str, Any]
Call = dict[str, Any]


class TrainerLoop(Krea2Pipeline):
    """Words without padding, Euler in float32, mu by the number of tokens whatever the checkpoint."""

    @torch.no_grad()
    def __call__(self, generator: torch.Generator, **call: Any) -> Krea2PipelineOutput:
        guidance = max(0.0, call["guidance_scale"] - 1.0)
        rows, columns = call["height"] // 16, call["width"] // 16
        latents = torch.randn((1, 16, 2 * rows, 2 * columns), generator=generator)
        texts = [self.read(call["prompt"])]
        if guidance > 0:
            texts.append(self.read(call["negative_prompt"]))
        slope = (1.15 - 0.5) / (6400 - 256)
        mu = slope * (rows * columns) + (0.5 - slope * 256)
        even = torch.linspace(1, 0, call["num_inference_steps"] + 1)
        times = (math.exp(mu) / (math.exp(mu) + (1.0 / even - 1.0) ** 1.0)).tolist()
        for time, following in pairwise(times):
            tokens = latents.reshape(1, 16, rows, 2, columns, 2).permute(0, 2, 4, 1, 3, 5)
            said = []
            for text in texts:
                packed = self.transformer(
                    hidden_states=tokens.reshape(1, rows * columns, 64),
                    encoder_hidden_states=text,
                    timestep=torch.tensor([time]),
                    position_ids=positions(text.shape[1], rows, columns),
                    encoder_attention_mask=torch.ones(text.shape[:2], dtype=torch.bool),
                ).sample[:, : rows * columns]
                spread = packed.reshape(1, rows, columns, 16, 2, 2).permute(0, 3, 1, 4, 2, 5)
                said.append(spread.reshape(latents.shape))
            velocity = said[0] + guidance * (said[0] - said[1]) if guidance > 0 else said[0]
            latents = latents + (following - time) * velocity
        mean, deviation = (
            torch.tensor(values).view(1, 16, 1, 1, 1)
            for values in (self.vae.config.latents_mean, self.vae.config.latents_std)
        )
        pixels = self.vae.decode(latents.unsqueeze(2) * deviation + mean).sample.squeeze(2)
        values = ((pixels.clamp(-1, 1) + 1.0) * 127.5).round().to(torch.uint8)
        return Krea2PipelineOutput(images=[Image.fromarray(values[0].permute(1, 2, 0).numpy())])

    def read(self, prompt: str) -> torch.Tensor:
        """(1, tokens, layers, width) behind the template's 34 tokens."""
        prefix = self.prompt_template_encode_prefix + prompt
        ids = [
            *self.tokenizer(prefix).input_ids,
            *self.tokenizer(self.prompt_template_encode_suffix).input_ids,
        ]
        states = self.text_encoder(torch.tensor([ids]), output_hidden_states=True).hidden_states
        return torch.stack([states[layer] for layer in self.text_encoder_select_layers], dim=2)[:, 34:]


def pad_sequences(transformer: Any) -> None:
    """Behind words and picture, masked tokens up to a multiple of 256, as the trainer has them."""

    def lengthen(_block: Any, inputs: tuple[Any, ...]) -> tuple[Any, ...]:
        tokens, times, turns, mask = inputs
        count = mask.shape[-1]
        rest = (count + 255) // 256 * 256 - count
        still = torch.ones(rest, turns[0].shape[1]), torch.zeros(rest, turns[1].shape[1])
        if tokens.shape[1] == count:
            tokens = torch.cat([tokens, tokens.new_zeros(1, rest, tokens.shape[2])], dim=1)
        hidden = torch.zeros(1, 1, 1, rest, dtype=torch.bool)
        longer = tuple(torch.cat(pair) for pair in zip(turns, still, strict=True))
        return tokens, times, longer, torch.cat([mask, hidden], dim=-1)

    for block in transformer.transformer_blocks:
        block.register_forward_pre_hook(lengthen)


def positions(words: int, rows: int, columns: int) -> torch.Tensor:
    grid = [(0, row, column) for row in range(rows) for column in range(columns)]
    return torch.tensor([(0, 0, 0)] * words + grid, dtype=torch.float32)


def load(case: Case, repository: str) -> tuple[TrainerLoop, Call]:
    pipeline = TrainerLoop.from_pretrained(Path(case["checkpoints"]) / repository, dtype=torch.float32)
    pad_sequences(pipeline.transformer)
    return pipeline, {"negative_prompt": case["negative_prompt"]}


def krea2(case: Case) -> tuple[TrainerLoop, Call]:
    return load(case, "krea/Krea-2-Raw")


def krea2_turbo(case: Case) -> tuple[TrainerLoop, Call]:
    return load(case, "krea/Krea-2-Turbo")


MODELS = {"krea2": krea2, "krea2_turbo": krea2_turbo}
