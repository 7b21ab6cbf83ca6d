"""Flex.2 with a picture: filled in where it is transparent, or followed."""

from pathlib import Path
from typing import Any

from PIL import Image

from tests.models.case import Case, plan
from tests.models.plain import plain_case, plain_render
from tests.models.rendering import Renderer
from tiny_checkpoints.recipes import RECIPES


def test_a_picture_is_filled_in_or_followed(tmp_path: Path) -> None:
    RECIPES["flex2"](tmp_path)
    pixels = Image.merge("RGB", [Image.linear_gradient("L").rotate(turn) for turn in (0, 90, 180)])
    opaque, holed = tmp_path / "opaque.png", tmp_path / "holed.png"
    pixels.resize((90, 70)).save(opaque)
    pixels.putalpha(Image.radial_gradient("L"))
    pixels.resize((90, 70)).save(holed)

    def prompt(file: Path, **changes: Any) -> dict[str, Any]:
        small = {"prompt": "a photo of a cat", "width": 96, "height": 64, "steps": 2, "guidance_scale": 4.0}
        return {
            **small,
            "seed": 7,
            "control_images": [{"file": str(file), "width": 90, "height": 70}],
            **changes,
        }

    prompts = [
        prompt(opaque),
        prompt(holed),
        prompt(holed, control_index=1),
        prompt(holed, control_images=[]),
    ]
    made = plan(Case("flex2"), tmp_path, prompts, [])
    renderer = Renderer(made["pipeline"])
    pictures = [renderer.render(call) for call in made["calls"]]
    assert pictures == [plain_render(plain_case("flex2", tmp_path, one, [])) for one in prompts]
    assert len(set(pictures)) == len(pictures)
