"""Stable Diffusion UNets as the trainer samples them."""

from pathlib import Path
from typing import Any

import diffusers
import torch
from diffusers import StableDiffusionPipeline

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
CLASSES = {
    "ddim": "DDIM",
    "ddpm": "DDPM",
    "pndm": "PNDM",
    "lms": "LMSDiscrete",
    "euler": "EulerDiscrete",
    "euler_a": "EulerAncestralDiscrete",
    "dpmsolver++": "DPMSolverMultistep",
    "dpmsingle": "DPMSolverSinglestep",
    "heun": "HeunDiscrete",
    "dpm_2": "KDPM2Discrete",
    "dpm_2_a": "KDPM2AncestralDiscrete",
    "lcm": "LCM",
}
"""The trainer's samplers and the classes of diffusers they are."""


def scheduler(sampler: str | None) -> Any:
    """The trainer's `get_sampler`: one configuration for all, and two switches in the name."""
    name = sampler or "ddpm"
    if name == "flowmatch":
        flow = diffusers.FlowMatchEulerDiscreteScheduler()
        flow.init_noise_sigma, flow.scale_model_input = 1.0, lambda sample, _timestep: sample
        return flow
    more = {"use_karras_sigmas": True} if name.startswith("k_") else {}
    if "dpmsolver" in name:
        more["algorithm_type"] = name.removeprefix("k_")
    known = {"interpolation_type": "linear", "sample_max_value": 1.0, "skip_prk_steps": True}
    kind = getattr(diffusers, CLASSES[name.removeprefix("k_")] + "Scheduler")
    return kind.from_config({**SCHEDULER, **known, **more})


def sd15(case: Case) -> tuple[StableDiffusionPipeline, Call]:
    """SD 1.5: the full files, no safety checker, and the scheduler given to the constructor, as in the
    trainer, where the pipeline changes its steps_offset to 1.
    """
    pipeline = StableDiffusionPipeline.from_pretrained(
        Path(case["checkpoints"]) / "stable-diffusion-v1-5/stable-diffusion-v1-5",
        dtype=torch.float32,
        scheduler=scheduler(case.get("sampler")),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )
    return pipeline, {"negative_prompt": case["negative_prompt"]}


MODELS = {"sd15": sd15}
