"""Qwen-Image and its editing models as the trainer samples them."""

import math
from pathlib import Path
from typing import Any

import numpy
import torch
from diffusers import (
    FlowMatchEulerDiscreteScheduler,
    QwenImageEditPipeline,
    QwenImageEditPlusPipeline,
    QwenImagePipeline,
)
from diffusers.pipelines.qwenimage import pipeline_qwenimage_edit_plus
from PIL import Image

from pictures import open_controls
from qwen_processor import PlainProcessor

Case = dict[str, Any]
Call = dict[str, Any]

EDIT_READER_AREA = 1024 * 1024
PLUS_READER_AREA = 384 * 384
"""Pixels at which the reader sees control pictures."""


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


def qwen_image_edit(case: Case) -> tuple[QwenImageEditPipeline, Call]:
    """The reader gets the picture as it came, at a megapixel; the VAE gets it stretched to the output."""
    pipeline, call = load_edit(case, "Qwen/Qwen-Image-Edit", QwenImageEditPipeline)
    (control,) = open_controls(case)
    size = case["width"], case["height"]
    shown = scaled(control, EDIT_READER_AREA)
    return pipeline, call | {
        "image": control.resize(size, Image.Resampling.BILINEAR),
        **encoded(pipeline, case, shown),
    }


def edit_plus(case: Case, repository: str) -> tuple[QwenImageEditPlusPipeline, Call]:
    """The reader gets each picture at 384x384 pixels' area, the VAE gets them as they came. The pipeline's
    renormalization of the guided prediction is a factor of 1 unless it is asked for.
    """
    pipeline, call = load_edit(case, repository, QwenImageEditPlusPipeline)
    controls = open_controls(case)
    shown = [scaled(control, PLUS_READER_AREA) for control in controls]
    pipeline_qwenimage_edit_plus.torch = torch if case.get("cfg_norm") else TorchWithoutNorm()
    return pipeline, call | {"image": controls, **encoded(pipeline, case, shown)}


def qwen_image_edit_plus(case: Case) -> tuple[QwenImageEditPlusPipeline, Call]:
    return edit_plus(case, "Qwen/Qwen-Image-Edit-2509")


def qwen_image_edit_plus_2511(case: Case) -> tuple[QwenImageEditPlusPipeline, Call]:
    return edit_plus(case, "Qwen/Qwen-Image-Edit-2511")


class TorchWithoutNorm:
    """torch for the one module that the loop is in, where every vector has length 1."""

    def __getattr__(self, name: str) -> Any:
        return getattr(torch, name)

    @staticmethod
    def norm(vectors: torch.Tensor, dim: int, keepdim: bool) -> torch.Tensor:
        assert keepdim
        return torch.ones_like(vectors.narrow(dim, 0, 1))


def load_edit(case: Case, repository: str, kind: Any) -> tuple[Any, Call]:
    folder = Path(case["checkpoints"]) / repository
    pipeline = kind.from_pretrained(folder, dtype=torch.float32, processor=None)
    pipeline.processor = PlainProcessor(folder / "processor")
    pipeline.scheduler = scheduler()
    return pipeline, guided(case) | {"prompt": None, "negative_prompt": None}


def scaled(image: Image.Image, area: int) -> torch.Tensor:
    """The trainer's bilinear scaling of the control tensor, height first."""
    pixels = torch.tensor(numpy.asarray(image), dtype=torch.float32) / 255
    tensor = pixels.movedim(-1, 0)[None]
    height = math.sqrt(area * (image.height / image.width))
    width = height / (image.height / image.width)
    size = (round(height / 32) * 32, round(width / 32) * 32)
    return torch.nn.functional.interpolate(tensor, size=size, mode="bilinear")


@torch.no_grad()
def encoded(pipeline: Any, case: Case, shown: Any) -> Call:
    """Both prompts, read with the pictures before the call, with masks of ones."""
    positive, _ = pipeline.encode_prompt(case["prompt"], image=shown)
    negative, _ = pipeline.encode_prompt(case["negative_prompt"], image=shown)
    return {
        "prompt_embeds": positive,
        "prompt_embeds_mask": torch.ones(positive.shape[:2], dtype=torch.int64),
        "negative_prompt_embeds": negative,
        "negative_prompt_embeds_mask": torch.ones(negative.shape[:2], dtype=torch.int64),
    }


MODELS = {
    "qwen_image": qwen_image,
    "qwen_image_2512": qwen_image_2512,
    "qwen_image_edit": qwen_image_edit,
    "qwen_image_edit_plus": qwen_image_edit_plus,
    "qwen_image_edit_plus_2511": qwen_image_edit_plus_2511,
}
