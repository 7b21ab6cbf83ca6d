"""Stable Diffusion UNets as the trainer samples them."""

from pathlib import Path
from typing import Any

import torch
from diffusers import DDPMScheduler, StableDiffusionPipeline

Case = dict[str, Any]
Call = dict[str, Any]

SCHEDULER = {
    "beta_start": 0.00085,
    "beta_end": 0.012,
    "beta_schedule": "scaled_linear",
    "clip_sample": False,
    "num_train_timesteps": 1000,
    "prediction_type": "epsilon",
    "set_alpha_to_one": False,
    "steps_offset": 0,
    "timestep_spacing": "leading",
    "trained_betas": None,
}
"""What the trainer samples SD 1.5 and SDXL with."""


def sd15(case: Case) -> tuple[StableDiffusionPipeline, Call]:
    """SD 1.5: the full files, no safety checker, and the scheduler given to the constructor, as in the
    trainer, where the pipeline changes its steps_offset to 1.
    """
    pipeline = StableDiffusionPipeline.from_pretrained(
        Path(case["checkpoints"]) / "stable-diffusion-v1-5/stable-diffusion-v1-5",
        dtype=torch.float32,
        scheduler=DDPMScheduler.from_config(SCHEDULER),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )
    return pipeline, {"negative_prompt": case["negative_prompt"]}


MODELS = {"sd15": sd15}
