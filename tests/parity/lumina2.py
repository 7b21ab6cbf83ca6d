"""Lumina 2: both prompts encoded alike, no shift."""

from pathlib import Path
from typing import Any

import torch
from diffusers import FlowMatchEulerDiscreteScheduler, Lumina2Pipeline

Case = dict[str, Any]
Call = dict[str, Any]


def lumina2(case: Case) -> tuple[Lumina2Pipeline, Call]:
    """The trainer's scheduler asks for a shift of 6 and its class drops it on the way to the constructor.

    It calls `encode_prompt` once for each prompt and passes what it gets, masks as integers."""
    pipeline = Lumina2Pipeline.from_pretrained(
        Path(case["checkpoints"]) / "Alpha-VLLM/Lumina-Image-2.0", dtype=torch.float32
    )
    pipeline.scheduler = FlowMatchEulerDiscreteScheduler(
        num_train_timesteps=1000, shift=1.0, use_dynamic_shifting=False
    )
    embeds, mask = encode(pipeline, case["prompt"])
    negative_embeds, negative_mask = encode(pipeline, case["negative_prompt"])
    return pipeline, {
        "prompt": None,
        "prompt_embeds": embeds,
        "prompt_attention_mask": mask,
        "negative_prompt_embeds": negative_embeds,
        "negative_prompt_attention_mask": negative_mask,
    }


@torch.no_grad()
def encode(pipeline: Lumina2Pipeline, prompt: str) -> tuple[torch.Tensor, torch.Tensor]:
    embeds, mask, *_ = pipeline.encode_prompt(
        prompt, do_classifier_free_guidance=False, num_images_per_prompt=1, max_sequence_length=256
    )
    return embeds, mask.to(torch.int64)


MODELS = {"lumina2": lumina2}
