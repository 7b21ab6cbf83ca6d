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

from darkroom_engine.adapters.cache import AdapterCache
from darkroom_engine.failures import JobFailure, classify
from darkroom_engine.inbox import Inbox
from darkroom_engine.messages import Checkpoint, Done, Frame, Train, Warning
from darkroom_engine.render import Engine
from darkroom_engine.residency import Residency
from darkroom_engine.training.lora_file import write_whole
from darkroom_engine.training.run import Run
from darkroom_engine.training.samples import render_samples
from darkroom_engine.training.train_job import give_back, make_resident, prepare, trained_adapter
from darkroom_engine.training.train_job import train as train_on
from darkroom_engine.training.within_memory import update_within_memory
from tests.plans import pipeline_spec
from tests.training import draw_pictures, plan, train

FLOAT8 = torch.float8_e4m3fn


CPU = torch.device("cpu")
PICTURE = 1_000
"""What a picture takes beside the weights, of the bytes that the tests count; a tenth with checkpointing."""


@pytest.fixture(scope="module")
def start(
    flux_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., tuple[Run, list[Any]]]:
    """A training up to its first update, and what it reports."""
    tmp_path = tmp_path_factory.mktemp("memory")
    items = draw_pictures(tmp_path)

    def started(name: str, spec: dict[str, Any] | None = None, **chosen: Any) -> tuple[Run, list[Any]]:
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        wanted = {"batch_size": 4, "caption_dropout": 0.0, "steps": 2, "sample_steps": [], **chosen}
        own = plan(
            flux_folder,
            items,
            settings=wanted,
            pipeline=pipeline_spec(flux_folder, **{"offload": "auto"} | (spec or {})),
        )
        command = {**train(name, own, folder), "cache": {"folder": str(tmp_path / "cache"), "bytes": 1e9}}
        del command["type"]
        sent: list[Any] = []
        channel: Any = SimpleNamespace(send=sent.append, log=lambda *_: None)
        engine = Engine(channel, Inbox(channel), CPU, Residency(CPU, 0), AdapterCache(0))
        typed = msgspec.convert(command, Train)
        make_resident(engine, typed)
        return prepare(engine, typed), sent

    return started


@pytest.fixture(scope="module")
def usual(start: Callable[..., tuple[Run, list[Any]]]) -> tuple[float, torch.Tensor]:
    """Loss and direction of the first update where memory suffices."""
    run, _ = start("usual")
    return update_within_memory(run), moved(run)


def moved(run: Run) -> torch.Tensor:
    return torch.cat([up.detach().flatten() for _, up in run.trainer.file_weights().values()])


def weights_of(run: Run) -> int:
    """Bytes of the base on the device. What offloading keeps on the host is not there."""
    return sum(
        weight.nbytes for weight in run.resident.pipeline.transformer.parameters() if not weight.is_meta
    )


def limit(run: Run, monkeypatch: pytest.MonkeyPatch, bytes_: float) -> None:
    """A device of this size: memory runs out in every pass that takes more."""
    learn = run.trainer._loss

    def loss(draws: list[Any], *place: Any) -> torch.Tensor:
        kept = PICTURE // 10 if run.trainer.checkpoints else PICTURE
        if weights_of(run) + len(draws) * kept > bytes_:
            raise torch.OutOfMemoryError("out of memory")
        return learn(draws, *place)

    monkeypatch.setattr(run.trainer, "_loss", loss)


def ways_told(sent: list[Any]) -> list[str]:
    texts = [report.message for report in sent if isinstance(report, Warning)]
    return [text.split("goes on with ")[1].split(",")[0].rstrip(".") for text in texts]


CHECKPOINTING, SINGLE = "gradient checkpointing", "one picture at a time"
EIGHT, LAYERS = "the base held in 8 bits", "the base on the host and one layer at a time on the device"


@pytest.mark.parametrize(
    ("share", "pictures", "ways", "tolerance"),
    [
        (1, 4.0, [], 0),
        (1, 0.4, [CHECKPOINTING], 1e-5),
        (1, 0.1, [CHECKPOINTING, SINGLE], 1e-5),
        # Each weight is rounded to 3 bits of mantissa, so a sixteenth of it at most.
        (0.5, 0.1, [CHECKPOINTING, SINGLE, EIGHT], 1 / 16),
        (0, 0.1, [CHECKPOINTING, SINGLE, EIGHT, LAYERS], 1e-5),
    ],
)
def test_the_update_is_done_again_in_the_first_way_that_fits(
    start: Callable[..., tuple[Run, list[Any]]],
    usual: tuple[float, torch.Tensor],
    monkeypatch: pytest.MonkeyPatch,
    share: float,
    pictures: float,
    ways: list[str],
    tolerance: float,
) -> None:
    run, sent = start("short")
    limit(run, monkeypatch, weights_of(run) * share + pictures * PICTURE)
    assert update_within_memory(run) == pytest.approx(usual[0], rel=tolerance)
    assert ways_told(sent) == ways
    assert run.trainer.step == 1
    # AdamW moves each number by the rate, whatever the size of its gradient: directions are compared.
    likeness = torch.nn.functional.cosine_similarity(moved(run), usual[1], dim=0)
    assert likeness > (1 - 1e-3 if tolerance < 1e-3 else 0.9)
    give_back(run)


def test_nothing_lighter_than_a_layer_at_a_time_ends_the_training(
    start: Callable[..., tuple[Run, list[Any]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    run, sent = start("short")
    limit(run, monkeypatch, 0)
    with pytest.raises(JobFailure, match="smaller resolutions") as caught:
        update_within_memory(run)
    assert caught.value.code == "OUT_OF_MEMORY"
    assert ways_told(sent)[-1] == LAYERS


def test_what_the_settings_name_is_kept(
    start: Callable[..., tuple[Run, list[Any]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    eight = {"kind": "fp8", "components": ["transformer"]}
    run, sent = start("named", {"offload": "none", "quantization": eight})
    assert update_within_memory(run) > 0
    assert run.resident.pipeline.transformer.transformer_blocks[0].attn.to_q.weight.dtype == FLOAT8
    limit(run, monkeypatch, 0)
    with pytest.raises(JobFailure, match="OFFLOAD_MODE=auto"):
        update_within_memory(run)
    assert ways_told(sent) == [CHECKPOINTING, SINGLE]
    bare, _ = start("off", checkpointing="off")
    limit(bare, monkeypatch, 0)
    with pytest.raises(JobFailure, match="Allow gradient checkpointing"):
        update_within_memory(bare)


def test_a_lightened_training_is_gone_on_with_as_it_was_and_shows_what_renders_do(
    start: Callable[..., tuple[Run, list[Any]]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    run, sent = start("held", sample_steps=[2])
    limit(run, monkeypatch, weights_of(run) * 0.5 + PICTURE)
    assert isinstance(run_to_end(run), Done)
    assert ways_told(sent)[-1] == EIGHT
    assert [report.step for report in sent if isinstance(report, Checkpoint)] == [2]
    [frame] = [report for report in sent if isinstance(report, Frame)]
    # Only what renders have stays: the next render is one of whole weights.
    assert run.engine.residency.get("tiny.fp8") is None
    again, _ = start("held", sample_steps=[2], steps=4)
    assert again.hold == "fp8" and again.trainer.checkpoints
    render = start("other")[0]
    file = next(report for report in sent if isinstance(report, Checkpoint)).files[0].file
    folder = tmp_path / "rendered"
    folder.mkdir()
    samples = msgspec.structs.replace(render.command, scratch=str(folder), plan=run.plan)
    render_samples(render.engine, samples, [trained_adapter(run.plan, Path(file))], 2)
    [rendered] = folder.rglob("*.rgb")
    assert rendered.read_bytes() == Path(frame.file).read_bytes()


def run_to_end(run: Run) -> Any:
    try:
        return train_on(run, 0.0)
    finally:
        give_back(run)


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
