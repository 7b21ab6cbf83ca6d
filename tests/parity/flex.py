"""Flex, a FLUX.1 with weights of its own."""

from pathlib import Path
from typing import Any

import torch
from diffusers import FlowMatchEulerDiscreteScheduler, FluxPipeline

Case = dict[str, Any]
Call = dict[str, Any]


def flex1(case: Case) -> tuple[FluxPipeline, Call]:
    """Flex.1: the scheduler of its repository, guidance embedded in the model."""
    folder = Path(case["checkpoints"]) / "ostris/Flex.1-alpha"
    return FluxPipeline.from_pretrained(folder, dtype=torch.float32), {}


def flex2(case: Case) -> tuple[FluxPipeline, Call]:
    """Flex.2 without pictures: the transformer gets the noise, zeros, a mask of ones, and zeros."""
    pipeline = FluxPipeline.from_pretrained(
        Path(case["checkpoints"]) / "ostris/Flex.2-preview", dtype=torch.float32
    )
    pipeline.scheduler = FlowMatchEulerDiscreteScheduler(
        base_image_seq_len=256,
        base_shift=0.5,
        max_image_seq_len=4096,
        max_shift=1.15,
        num_train_timesteps=1000,
        shift=3.0,
        use_dynamic_shifting=True,
    )
    # The pipeline draws a quarter of in_channels.
    pipeline.transformer.register_to_config(in_channels=64)
    forward = pipeline.transformer.forward

    def with_blank_pictures(hidden_states: torch.Tensor, **others: Any) -> Any:
        inpaint = torch.cat(
            [torch.zeros_like(hidden_states), torch.ones_like(hidden_states[:, :, :4])], dim=2
        )
        control = torch.zeros_like(hidden_states)
        return forward(hidden_states=torch.cat([hidden_states, inpaint, control], dim=2), **others)

    pipeline.transformer.forward = with_blank_pictures
    return pipeline, {}


MODELS = {"flex1": flex1, "flex2": flex2}
