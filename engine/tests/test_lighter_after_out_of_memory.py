"""A render that runs out of memory is tried again with weights held in a lighter way, and is whole then."""

import os
from pathlib import Path

import msgspec
import pytest
import torch

from darkroom_engine.adapters.cache import AdapterCache
from darkroom_engine.channel import Channel
from darkroom_engine.failures import JobFailure
from darkroom_engine.inbox import Inbox
from darkroom_engine.messages import Render
from darkroom_engine.offloading import MODES
from darkroom_engine.render import Engine, run_render
from darkroom_engine.residency import Residency
from tests.plans import call, pipeline_spec, render

CPU = torch.device("cpu")


class Crowded(Residency):
    """A device whose memory runs out in the middle of every render until weights are held as `enough`."""

    enough: str = "none"

    def load(self, key: str, spec: object) -> float:
        seconds = super().load(key, spec)  # type: ignore[arg-type]
        resident = self.get(key)
        if MODES.index(resident.offload) < MODES.index(self.enough):
            block = resident.pipeline.transformer.single_transformer_blocks[0]
            block.register_forward_pre_hook(run_out)
        return seconds


def run_out(*_arguments: object) -> None:
    raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")


def job(folder: Path, scratch: Path, name: str, offload: str) -> Render:
    wanted = render(name, folder, scratch, [call()], pipeline=pipeline_spec(folder, offload=offload))
    del wanted["type"]
    return msgspec.convert(wanted, Render)


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    channel = Channel(
        os.open(os.devnull, os.O_RDONLY), os.open(tmp_path / "reports.jsonl", os.O_WRONLY | os.O_CREAT)
    )
    return Engine(channel, Inbox(channel), CPU, Crowded(CPU, 0, modes=MODES), AdapterCache(0))


@pytest.mark.parametrize(("enough", "loads"), [("none", 1), ("model", 2), ("sequential", 3)])
def test_the_first_way_that_fits_renders_the_same_picture(
    engine: Engine, flux_folder: Path, tmp_path: Path, enough: str, loads: int
) -> None:
    run_render(engine, job(flux_folder, tmp_path, "plain", "auto"))
    engine.residency.unload(None)
    engine.residency.loads = 0
    engine.residency.enough = enough
    done = run_render(engine, job(flux_folder, tmp_path, "crowded", "auto"))
    assert done.loads == loads
    assert (tmp_path / "crowded_0.rgb").read_bytes() == (tmp_path / "plain_0.rgb").read_bytes()
    # What was learned holds for the next job, which loads nothing.
    assert run_render(engine, job(flux_folder, tmp_path, "next", "auto")).loads == loads


def test_a_way_that_the_settings_name_is_kept(engine: Engine, flux_folder: Path, tmp_path: Path) -> None:
    engine.residency.enough = "sequential"
    with pytest.raises(JobFailure) as caught:
        run_render(engine, job(flux_folder, tmp_path, "job", "none"))
    assert caught.value.code == "OUT_OF_MEMORY"
    assert engine.residency.loads == 1
