"""The trainer's samplers of UNets, each against plain diffusers."""

from pathlib import Path

import pytest

from tests.models.case import Case, plan, prompts
from tests.models.plain import plain_case, plain_render
from tests.models.rendering import Renderer
from tiny_checkpoints.recipes import RECIPES

SAMPLERS = """
    ddpm ddim pndm lms k_lms euler k_euler euler_a dpmsolver++ k_dpmsolver++ dpmsingle
    heun dpm_2 dpm_2_a lcm
"""


@pytest.mark.parametrize("model", ["sd15"])
def test_each_sampler_is_that_of_the_trainer(model: str, tmp_path: Path) -> None:
    case = Case(model, steps=4)
    RECIPES[model](tmp_path)
    named = [prompts(case, [])[0] | {"sampler": name} for name in [*SAMPLERS.split(), "flowmatch", None]]
    made = plan(case, tmp_path, named, [])
    renderer = Renderer(made["pipeline"])
    pictures = []
    for prompt, call in zip(named, made["calls"], strict=True):
        pictures.append(renderer.render(call))
        assert pictures[-1] == plain_render(plain_case(model, tmp_path, prompt, [])), prompt["sampler"]
    # What a call brings along is gone after it, and the default is one of the names.
    assert pictures[-1] == pictures[0]
    # Two of them agree in so few steps.
    assert len(set(pictures)) >= len(SAMPLERS.split())
