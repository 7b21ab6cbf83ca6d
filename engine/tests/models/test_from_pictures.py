"""Image to image and inpainting of each family: the engine, over the pipeline that it has loaded, equals
diffusers' own pipelines byte for byte.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy
import pytest
from PIL import Image, ImageDraw

from tests.models.case import Case, control_images, lora, plan, prompts
from tests.models.plain import plain_case, plain_render
from tests.models.rendering import Renderer
from tiny_checkpoints.recipes import LORA_RECIPES, RECIPES

CASES = [
    Case("flux", steps=4, width=80),
    Case("sd15", steps=4, width=80),
    Case("sdxl", steps=4, width=80),
    Case("zimage", steps=4, width=80),
    Case("qwen_image", steps=4, width=96),
    Case("chroma", steps=4, width=80),
]
WORDS, IMAGE, PAINTED = range(3)
"""Calls of a plan: of words alone, of a picture, of a part of one."""


class Studio:
    """One model id, with a plan of the three calls and more of what `changes` says of the last."""

    def __init__(self, case: Case, folder: Path, changes: list[dict[str, Any]]) -> None:
        self.case = case
        self.checkpoints = folder / "checkpoints"
        RECIPES[case.model](self.checkpoints)
        image = control_images(folder, 1)[0]
        words = prompts(case, [])[0]
        whole = words | {"image": image, "strength": 0.6}
        part = whole | {"mask_image": mask(folder)}
        self.prompts = [words, whole, part, *(part | change for change in changes)]
        self.plan = plan(case, self.checkpoints, self.prompts, [])
        self.renderer = Renderer(self.plan["pipeline"])

    def render(self, call: int) -> bytes:
        return self.renderer.render(self.plan["calls"][call])

    def plain(self, call: int, loras: list[dict[str, Any]] | None = None) -> bytes:
        case = plain_case(self.case.model, self.checkpoints, self.prompts[call], loras or [])
        # Models that edit take it as what they work from.
        control = {"control_image": case["image"], "control_images": [case["image"]]}
        return plain_render(case | control | {"checkpoint": self.plan["pipeline"]["path"]})


def mask(folder: Path) -> dict[str, Any]:
    """White in the right half, of another size than its picture, with greys on both sides of the middle."""
    picture = Image.new("RGB", (40, 20))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((20, 0, 39, 19), fill=(255, 255, 255))
    draw.rectangle((0, 0, 39, 3), fill=(128, 128, 128))
    draw.rectangle((0, 16, 39, 19), fill=(127, 127, 127))
    file = folder / "mask.png"
    picture.save(file)
    return {"file": str(file), "width": 40, "height": 20}


@pytest.fixture(scope="module", params=CASES, ids=lambda case: case.model)
def studio(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    folder = tmp_path_factory.mktemp(request.param.model)
    anew = {"strength": 1.0}
    yield Studio(request.param, folder, [anew, anew | {"prompt": "a painting of the sea"}, {"strength": 0.0}])


def test_pictures_of_pictures_equal_those_of_diffusers(studio: Studio) -> None:
    words = studio.render(WORDS)
    pictures = [studio.render(call) for call in (IMAGE, PAINTED, PAINTED + 1)]
    assert len({words, *pictures}) == 4
    assert pictures == [studio.plain(call) for call in (IMAGE, PAINTED, PAINTED + 1)]
    # Nothing of them stays behind in the loaded pipeline.
    assert studio.render(WORDS) == words


def test_a_step_is_run_whatever_the_strength(studio: Studio) -> None:
    assert studio.prompts[-1]["strength"] == 0.0
    assert studio.plan["calls"][-1]["arguments"]["strength"] == 0.25
    assert len(studio.render(len(studio.prompts) - 1)) == studio.case.width * studio.case.height * 3


def test_black_is_kept_and_white_is_painted(studio: Studio) -> None:
    shape = studio.case.height, studio.case.width, 3
    cat, sea = (
        numpy.frombuffer(studio.render(call), numpy.uint8).reshape(shape).astype(int)
        for call in (PAINTED + 1, PAINTED + 2)
    )
    # Grey above the middle is white in the upper rows of the mask, and below it black in the lower ones.
    change = numpy.abs(cat - sea)[shape[0] // 4 : shape[0] * 3 // 4]
    quarter = shape[1] // 4
    assert change[:, :quarter].mean() < change[:, -quarter:].mean() / 2


@pytest.mark.parametrize("sampler", ["flowmatch", "euler_a", "heun", "dpmsolver++", "lms"])
def test_every_kind_of_sampler_begins_with_a_picture(tmp_path: Path, sampler: str) -> None:
    studio = Studio(Case("sd15", steps=4), tmp_path, [{"sampler": sampler}])
    assert studio.render(PAINTED + 1) != studio.render(PAINTED)


@pytest.mark.parametrize("model", ["flux_kontext", "flux2_klein_4b", "qwen_image_edit"])
def test_a_model_that_edits_paints_a_part_anew(tmp_path: Path, model: str) -> None:
    studio = Studio(Case(model, steps=3, width=96), tmp_path, [{"strength": 1.0}])
    assert studio.render(PAINTED) == studio.plain(PAINTED)
    assert studio.render(PAINTED + 1) == studio.plain(PAINTED + 1) != studio.render(PAINTED)


def test_loras_are_in_it(tmp_path: Path) -> None:
    studio = Studio(Case("flux", steps=2), tmp_path, [])
    LORA_RECIPES["flux"](tmp_path / "loras")
    file = lora(tmp_path / "loras/ai_toolkit.safetensors", 0.8)
    adapters = plan(studio.case, studio.checkpoints, studio.prompts, [file])["adapters"]
    plain = studio.render(PAINTED)
    assert studio.renderer.merge(adapters)[1] == []
    assert studio.render(PAINTED) == studio.plain(PAINTED, [file]) != plain
