"""Qwen-Image and its editing models as the trainer samples them."""

from pathlib import Path
from typing import Any

import torch
from diffusers import FlowMatchEulerDiscreteScheduler, QwenImagePipeline

Case = dict[str, Any]
Call = dict[str, Any]


def scheduler() -> FlowMatchEulerDiscreteScheduler:
    """The trainer's, for every model of the family."""
    return FlowMatchEulerDiscreteScheduler(
        base_image_seq_len=256,
        base_shift=0.5,
        invert_sigmas=False,
        max_image_seq_len=8192,
        max_shift=0.9,
        num_train_timesteps=1000,
        shift=1.0,
        shift_terminal=0.02,
        stochastic_sampling=False,
        time_shift_type="exponential",
        use_beta_sigmas=False,
        use_dynamic_shifting=True,
        use_exponential_sigmas=False,
        use_karras_sigmas=False,
    )


def guided(case: Case) -> Call:
    """Real guidance, under the name that the pipelines have for it."""
    return {
        "true_cfg_scale": case["guidance_scale"],
        "guidance_scale": None,
        "negative_prompt": case["negative_prompt"],
    }


def load(case: Case, repository: str) -> tuple[QwenImagePipeline, Call]:
    pipeline = QwenImagePipeline.from_pretrained(Path(case["checkpoints"]) / repository, dtype=torch.float32)
    pipeline.scheduler = scheduler()
    return pipeline, guided(case)


def qwen_image(case: Case) -> tuple[QwenImagePipeline, Call]:
    return load(case, "Qwen/Qwen-Image")


def qwen_image_2512(case: Case) -> tuple[QwenImagePipeline, Call]:
    return load(case, "Qwen/Qwen-Image-2512")


MODELS = {"qwen_image": qwen_image, "qwen_image_2512": qwen_image_2512}
