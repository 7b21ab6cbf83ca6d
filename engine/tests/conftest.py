"""Tiny checkpoints and LoRA files that the tests share."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.engine_process import EngineProcess
from tests.plans import ARGUMENTS
from tests.tiny_flux import build_tiny_flux


@pytest.fixture(scope="session")
def flux_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_tiny_flux(tmp_path_factory.mktemp("checkpoints") / "tiny-flux")


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EngineProcess]:
    with EngineProcess(tmp_path_factory.mktemp("log") / "engine.log") as process:
        assert process.hello()["type"] == "ready"
        yield process


@pytest.fixture
def plain_render(flux_folder: Path) -> Any:
    """Raw RGB bytes of a plain diffusers call; `change` may alter the freshly loaded pipeline first."""
    import torch
    from diffusers import FluxPipeline

    def render(seed: int, change: Any = None, **arguments: Any) -> bytes:
        pipeline = FluxPipeline.from_pretrained(flux_folder)
        pipeline.set_progress_bar_config(disable=True)
        if change:
            change(pipeline)
        generator = torch.Generator("cpu").manual_seed(seed)
        return pipeline(**{**ARGUMENTS, **arguments}, generator=generator).images[0].tobytes()

    return render
