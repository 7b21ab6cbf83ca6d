"""The tiny checkpoints load from their own files and make pictures that depend on what was asked."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from diffusers import DiffusionPipeline, FluxKontextPipeline, FluxPipeline, StableDiffusionXLPipeline
from PIL import Image

from tiny_checkpoints.recipes import RECIPES

FLUX = "black-forest-labs/FLUX.1-dev"
KONTEXT = "black-forest-labs/FLUX.1-Kontext-dev"
SDXL = "stabilityai/stable-diffusion-xl-base-1.0"
KONTEXT_CALL = {
    "image": Image.new("RGB", (64, 64), (200, 30, 30)),
    "max_area": 64 * 64,
    "_auto_resize": False,
}


@pytest.mark.parametrize(
    ("model", "repository", "kind", "extra"),
    [
        ("flux", FLUX, FluxPipeline, {}),
        ("flux_kontext", KONTEXT, FluxKontextPipeline, KONTEXT_CALL),
        ("sdxl", SDXL, StableDiffusionXLPipeline, {}),
    ],
)
def test_pictures_depend_on_prompt_seed_and_guidance(
    tmp_path: Path, model: str, repository: str, kind: type[DiffusionPipeline], extra: dict[str, object]
) -> None:
    RECIPES[model](tmp_path)
    render = renderer(kind.from_pretrained(tmp_path / repository, dtype=torch.float32), extra)
    first = render("a photo of a cat", 1, 4.0)
    assert first.shape == (64, 64, 3)
    assert first.std() > 20
    assert np.array_equal(first, render("a photo of a cat", 1, 4.0))
    for other in (
        render("a painting of the sea", 1, 4.0),
        render("a photo of a cat", 2, 4.0),
        render("a photo of a cat", 1, 1.5),
    ):
        assert np.abs(first.astype(int) - other.astype(int)).mean() > 2


def renderer(
    pipeline: DiffusionPipeline, extra: dict[str, object]
) -> Callable[[str, int, float], np.ndarray]:
    """A function of prompt, seed and guidance."""
    pipeline.set_progress_bar_config(disable=True)

    def render(prompt: str, seed: int, guidance: float) -> np.ndarray:
        result = pipeline(
            prompt=prompt,
            generator=torch.Generator("cpu").manual_seed(seed),
            guidance_scale=guidance,
            num_inference_steps=2,
            width=64,
            height=64,
            **extra,
        )
        return np.asarray(result.images[0])

    return render


def test_sdxl_has_the_fp16_variant_of_every_weight_file(tmp_path: Path) -> None:
    RECIPES["sdxl"](tmp_path)
    names = {str(file.relative_to(tmp_path / SDXL)) for file in tmp_path.rglob("*.safetensors")}
    plain = {name for name in names if ".fp16." not in name}
    assert {name.replace(".safetensors", ".fp16.safetensors") for name in plain} == names - plain
    assert len(plain) == 4
