"""Tiny checkpoints and LoRA files that the tests share."""

import functools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.engine_process import EngineProcess
from tests.plans import ARGUMENTS
from tiny_checkpoints.recipes import RECIPES


@pytest.fixture(scope="session")
def checkpoints(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tiny FLUX.1-dev and SDXL, as `<owner>/<name>` folders."""
    folder = tmp_path_factory.mktemp("checkpoints")
    for model in ("flux", "sdxl"):
        RECIPES[model](folder)
    return folder


@pytest.fixture(scope="session")
def flux_folder(checkpoints: Path) -> Path:
    return checkpoints / "black-forest-labs/FLUX.1-dev"


@pytest.fixture(scope="session")
def sdxl_folder(checkpoints: Path) -> Path:
    return checkpoints / "stabilityai/stable-diffusion-xl-base-1.0"


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EngineProcess]:
    """One process for all tests that can share it; at the end it has to shut down in order."""
    with EngineProcess(tmp_path_factory.mktemp("log") / "engine.log") as process:
        assert process.hello()["type"] == "ready"
        yield process
        process.send(type="shutdown")
        assert process.wait() == 0


@pytest.fixture(scope="session")
def plain_render(flux_folder: Path) -> Any:
    """Raw RGB bytes of a plain diffusers call; `change` may alter the freshly loaded pipeline first."""
    import torch
    from diffusers import FluxPipeline

    @functools.cache
    def render(seed: int, change: Any = None, **arguments: Any) -> bytes:
        pipeline = FluxPipeline.from_pretrained(flux_folder, dtype=torch.float32)
        pipeline.set_progress_bar_config(disable=True)
        if change:
            change(pipeline)
        generator = torch.Generator("cpu").manual_seed(seed)
        return pipeline(**{**ARGUMENTS, **arguments}, generator=generator).images[0].tobytes()

    return render
