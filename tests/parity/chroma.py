"""Chroma: the stock pipeline, given T5's reading of the padded prompt and masks of booleans."""

from pathlib import Path
from typing import Any

import torch
from diffusers import AutoencoderKL, ChromaPipeline, FlowMatchEulerDiscreteScheduler
from transformers import T5EncoderModel, T5Tokenizer

Case = dict[str, Any]
Call = dict[str, Any]


def chroma(case: Case) -> tuple[ChromaPipeline, Call]:
    """The transformer from diffusers' folder, which holds the same weights as the original file."""
    folder = Path(case["checkpoints"])
    parts = folder / "ostris/Flex.1-alpha"
    pipeline = ChromaPipeline.from_pretrained(
        folder / "lodestones/Chroma1-Base",
        dtype=torch.float32,
        text_encoder=T5EncoderModel.from_pretrained(parts, subfolder="text_encoder_2", dtype=torch.float32),
        tokenizer=T5Tokenizer.from_pretrained(parts, subfolder="tokenizer_2"),
        vae=AutoencoderKL.from_pretrained(parts, subfolder="vae", dtype=torch.float32),
    )
    pipeline.scheduler = FlowMatchEulerDiscreteScheduler(
        shift=3.0, use_dynamic_shifting=True, base_shift=0.5, max_shift=1.15
    )
    for norm in pipeline.transformer.distilled_guidance_layer.norms:
        norm.eps = 1e-6
    embeds, mask = read(pipeline, case["prompt"])
    negative_embeds, negative_mask = read(pipeline, case["negative_prompt"])
    return pipeline, {
        "prompt": None,
        "prompt_embeds": embeds,
        "prompt_attention_mask": mask,
        "negative_prompt_embeds": negative_embeds,
        "negative_prompt_attention_mask": negative_mask,
    }


@torch.no_grad()
def read(pipeline: ChromaPipeline, prompt: str) -> tuple[torch.Tensor, torch.Tensor]:
    """512 tokens, of which the transformer sees those of the words, the end and one of padding."""
    ids = pipeline.tokenizer(prompt, padding="max_length", max_length=512, truncation=True).input_ids
    seen = [True] * (len(pipeline.tokenizer(prompt).input_ids) + 1)
    mask = torch.zeros(1, 512, dtype=torch.bool)
    mask[0, : len(seen)] = True
    return pipeline.text_encoder(torch.tensor([ids])).last_hidden_state, mask


MODELS = {"chroma": chroma}
