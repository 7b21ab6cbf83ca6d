"""From a call of the plan to keyword arguments."""

from pathlib import Path
from typing import Any

import msgspec
import numpy
import pytest
import torch
from PIL import Image

from darkroom_engine.calls import call_arguments
from darkroom_engine.failures import JobFailure
from darkroom_engine.plan import Call
from tests.plans import call


class Editor:
    def __call__(
        self,
        prompt: str,
        image: Any = None,
        references: Any = None,
        sigmas: Any = None,
        generator: Any = None,
        output_type: str = "pil",
    ) -> None:
        """Takes what the tests send."""


def plan_call(**changes: Any) -> Call:
    return msgspec.convert({**call(), "arguments": {"prompt": "a fox"}, **changes}, Call)


def test_images_are_resampled_by_pil_and_lists_stay_lists(tmp_path: Path) -> None:
    file = tmp_path / "control.png"
    pixels = numpy.random.default_rng(1).integers(0, 255, (20, 30, 4), dtype=numpy.uint8)
    Image.fromarray(pixels).save(file)
    resize = {"width": 16, "height": 8, "filter": "bilinear"}
    images = {
        "image": {"files": [str(file)], "list": False, "resize": resize},
        "references": {"files": [str(file)], "list": True, "resize": None},
    }
    arguments = call_arguments(Editor(), plan_call(images=images))
    rgb = Image.open(file).convert("RGB")
    assert arguments["image"].tobytes() == rgb.resize((16, 8), Image.BILINEAR).tobytes()
    assert [image.tobytes() for image in arguments["references"]] == [rgb.tobytes()]


def test_sigmas_and_seed() -> None:
    arguments = call_arguments(Editor(), plan_call(sigmas="linear_1_to_1_over_n", steps=4, seed=3))
    assert arguments["sigmas"] == list(numpy.linspace(1.0, 1 / 4, 4))
    assert arguments["generator"].device.type == "cpu"
    noise = torch.randn(4, generator=arguments["generator"])
    assert torch.equal(noise, torch.randn(4, generator=torch.Generator().manual_seed(3)))


def test_an_argument_that_the_pipeline_does_not_take_is_named() -> None:
    with pytest.raises(JobFailure, match="height, width"):
        call_arguments(Editor(), plan_call(arguments={"prompt": "a", "width": 64, "height": 64}))
