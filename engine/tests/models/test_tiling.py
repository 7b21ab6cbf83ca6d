"""Decoding in tiles against plain diffusers with tiles switched on, in each way that the trainer has."""

from pathlib import Path

import pytest

from tests.models.areas import shrink_areas
from tests.models.case import Case, control_images, plan, prompts
from tests.models.plain import plain_case, plain_render
from tests.models.rendering import Renderer
from tiny_checkpoints.recipes import RECIPES

LARGE = {"width": 320, "height": 288}
CASES = [
    Case("qwen_image_edit", controls=1, fixed_area=True, **LARGE),
    Case("krea2", **LARGE),
    Case("wan22_5b", frames=5, controls=1, **LARGE),
    Case("ltx2", frames=33),
]
"""Larger than one tile; one of each way, the reading of control images included."""


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.model)
def test_tiles_are_those_of_plain_diffusers(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if case.fixed_area:
        shrink_areas(monkeypatch)
    RECIPES[case.model](tmp_path)
    prompt = prompts(case, control_images(tmp_path / "controls", case.controls))[0]
    spec, call = (
        plan(case, tmp_path, [prompt], [], tiled_decoding=True)[name] for name in ("pipeline", "calls")
    )
    renderer = Renderer(spec)
    tiled = renderer.render(call[0])
    assert tiled == plain_render(plain_case(case.model, tmp_path, prompt, []) | {"tiled": True})
    # Tiles are seen in the picture, and leave the pipeline as it was.
    assert renderer.render(plan(case, tmp_path, [prompt], [])["calls"][0]) != tiled
