"""Z-Image: guidance counted from 1, a static shift of 3."""

from pathlib import Path
from typing import Any

import torch
from diffusers import FlowMatchEulerDiscreteScheduler, ZImagePipeline, ZImageTransformer2DModel

Case = dict[str, Any]
Call = dict[str, Any]


def load(folder: Path, case: Case, **components: Any) -> tuple[ZImagePipeline, Call]:
    pipeline = ZImagePipeline.from_pretrained(folder, dtype=torch.float32, **components)
    pipeline.scheduler = FlowMatchEulerDiscreteScheduler(
        num_train_timesteps=1000, use_dynamic_shifting=False, shift=3.0
    )
    guidance = max(0.0, case["guidance_scale"] - 1.0)
    return pipeline, {"guidance_scale": guidance, "negative_prompt": case["negative_prompt"]}


def zimage(case: Case) -> tuple[ZImagePipeline, Call]:
    return load(Path(case["checkpoints"]) / "Tongyi-MAI/Z-Image", case)


def zimage_turbo(case: Case) -> tuple[ZImagePipeline, Call]:
    return load(Path(case["checkpoints"]) / "Tongyi-MAI/Z-Image-Turbo", case)


def zimage_deturbo(case: Case) -> tuple[ZImagePipeline, Call]:
    """Z-Image-Turbo with the transformer of Z-Image-De-Turbo."""
    transformer = ZImageTransformer2DModel.from_pretrained(
        Path(case["checkpoints"]) / "ostris/Z-Image-De-Turbo", subfolder="transformer", dtype=torch.float32
    )
    return load(Path(case["checkpoints"]) / "Tongyi-MAI/Z-Image-Turbo", case, transformer=transformer)


MODELS = {"zimage": zimage, "zimage_turbo": zimage_turbo, "zimage_deturbo": zimage_deturbo}
