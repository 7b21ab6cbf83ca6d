"""What a training does when memory or the disk runs out under it."""

import errno
import resource
import signal
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
import torch
from safetensors import safe_open

from darkroom_engine.failures import JobFailure, classify
from darkroom_engine.loading import load_pipeline
from darkroom_engine.plan import PipelineSpec
from darkroom_engine.training.lora_file import write_whole
from darkroom_engine.training.train_job import update_within_memory
from darkroom_engine.training.trainer import Trainer
from tests.plans import pipeline_spec
from tests.training import draw_pictures, plan, trainer_of


@pytest.fixture
def started(flux_folder: Path, tmp_path: Path) -> Callable[[], Any]:
    """A run of its own each time, and what it warns of."""
    items = draw_pictures(tmp_path)
    own = plan(flux_folder, items, settings={"batch_size": 4, "caption_dropout": 0.0})

    def start() -> Any:
        spec = msgspec.convert(pipeline_spec(flux_folder), PipelineSpec)
        sent: list[Any] = []
        return SimpleNamespace(
            trainer=trainer_of(load_pipeline(spec, torch.device("cpu")), own, tmp_path / "cache"),
            engine=SimpleNamespace(device=torch.device("cpu"), channel=SimpleNamespace(send=sent.append)),
            command=SimpleNamespace(job="short"),
            plan=SimpleNamespace(pipeline=spec),
            sent=sent,
        )

    return start


def fail(trainer: Trainer, monkeypatch: pytest.MonkeyPatch, fits: Callable[[int], bool]) -> None:
    """Memory runs out in every pass of pictures that does not fit."""
    learn = trainer._loss

    def loss(draws: list[Any], *place: Any) -> torch.Tensor:
        if not fits(len(draws)):
            raise torch.OutOfMemoryError("out of memory")
        return learn(draws, *place)

    monkeypatch.setattr(trainer, "_loss", loss)


def test_the_update_is_done_again_in_a_lighter_way(
    started: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    run, whole = started(), started()
    fail(run.trainer, monkeypatch, lambda count: count == 1)
    for _ in range(2):
        assert update_within_memory(run) == pytest.approx(update_within_memory(whole), rel=1e-5)
    assert [message.message.split("goes on with ")[1] for message in run.sent] == [
        "gradient checkpointing.",
        "one picture at a time, and gradients added up to the same batch.",
    ]
    assert run.trainer.step == 2
    pairs = zip(run.trainer.file_weights().values(), whole.trainer.file_weights().values(), strict=True)
    for (_, up), (_, other) in pairs:
        assert torch.allclose(up, other, atol=2e-4)


def test_one_picture_that_does_not_fit_ends_the_training(
    started: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = started()
    fail(run.trainer, monkeypatch, lambda _count: False)
    with pytest.raises(JobFailure) as caught:
        update_within_memory(run)
    assert caught.value.code == "OUT_OF_MEMORY"


def test_what_the_disk_does_not_take_leaves_nothing_behind(tmp_path: Path) -> None:
    """The limit of a file's size stands for a full disk: the write ends in the middle as it does there."""
    usual = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(OSError, match="too large") as caught:
            write_whole(tmp_path / "a.safetensors", {"a": torch.zeros(10_000)}, {})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, usual)
    assert caught.value.errno == errno.EFBIG
    assert list(tmp_path.iterdir()) == []
    full = OSError(errno.ENOSPC, "No space left on device")
    assert classify(full, "TRAINING_FAILED", "training tok").code == "STORAGE_FULL"


def test_equal_contents_are_equal_files(tmp_path: Path) -> None:
    files = [tmp_path / f"{index}.safetensors" for index in range(8)]
    for file in files:
        write_whole(file, {"b": torch.ones(3), "a": torch.zeros(2)}, {f"é{key}": '"\n' for key in range(9)})
    assert len({file.read_bytes() for file in files}) == 1
    with safe_open(files[0], framework="pt") as opened:
        assert opened.metadata()["é3"] == '"\n'
        assert torch.equal(opened.get_tensor("b"), torch.ones(3))
