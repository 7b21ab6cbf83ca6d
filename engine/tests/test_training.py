"""Trainings in the real process, on the tiny FLUX."""

import os
import random
import shutil
import signal
from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers import FluxPipeline
from safetensors import safe_open
from safetensors.torch import load_file

from tests.engine_process import EngineProcess
from tests.plans import adapter, call, render
from tests.training import draw_pictures, plan, train


def run_until_end(engine: EngineProcess, **command: Any) -> list[dict[str, Any]]:
    engine.send(**command)
    return until_end(engine)


def until_end(engine: EngineProcess) -> list[dict[str, Any]]:
    reports = []
    while not reports or reports[-1]["type"] not in ("done", "failed", "canceled", "yielded"):
        reports.append(engine.receive())
    return reports


def of(kind: str, reports: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [report for report in reports if report["type"] == kind]


def file_of(reports: list[dict[str, Any]]) -> Path:
    """The last file of the LoRA that was told of."""
    return Path(of("checkpoint", reports)[-1]["files"][0]["file"])


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    return draw_pictures(tmp_path_factory.mktemp("pictures"))


LONG = {"steps": 12, "save_steps": [4, 8, 12], "ema": 0.9, "flip": True, "preserve": None}


@pytest.fixture(scope="module")
def undisturbed(
    engine: EngineProcess, flux_folder: Path, pictures: list, tmp_path_factory: pytest.TempPathFactory
) -> tuple[list[dict[str, Any]], Path]:
    """The reports of a training of twelve steps with samples, and its folder."""
    folder = tmp_path_factory.mktemp("undisturbed")
    own = plan(flux_folder, pictures, settings={**LONG, "sample_steps": [0, 8]})
    return run_until_end(engine, **train("undisturbed", own, folder)), folder


def test_a_training_tells_how_far_it_is_and_writes_the_trainers_file(
    undisturbed: tuple[list[dict[str, Any]], Path], flux_folder: Path
) -> None:
    reports, _ = undisturbed
    assert reports[-1]["type"] == "done", reports[-1]
    stages = [report["stage"] for report in of("stage", reports)]
    order = ["loading", "caching_text", "caching_images", "sampling", "training", "saving"]
    assert [stage for stage in dict.fromkeys(stages) if stage != "loading"] == order[1:]
    assert [report["step"] for report in of("checkpoint", reports)] == [4, 8, 12]
    assert all(0 < report["loss"] < 10 for report in of("checkpoint", reports))
    assert of("step", reports)[-1]["step"] == 12
    assert [frame["epoch"] for frame in of("frame", reports)] == [0, 8]
    with safe_open(file_of(reports), framework="pt") as file:
        keys, metadata = set(file.keys()), file.metadata()
        assert {file.get_tensor(key).dtype for key in keys} == {torch.float16}
    pipeline = FluxPipeline.from_pretrained(flux_folder, dtype=torch.float32)
    linears = [
        name
        for name, module in pipeline.transformer.named_modules()
        if isinstance(module, torch.nn.Linear) and "transformer_blocks" in name
    ]
    assert keys == {f"transformer.{name}.lora_{part}.weight" for name in linears for part in "AB"}
    assert metadata["ss_base_model_version"] == "flux.1"
    assert metadata["training_info"] == '{"step": 12, "epoch": 0}'
    assert metadata["ss_tag_frequency"] == '{"1_tok": {"tok": 1}}'
    pipeline.load_lora_weights(str(file_of(reports)))
    layers = [name for name, _ in pipeline.transformer.named_modules() if name.endswith("lora_A.default_0")]
    assert len(layers) == len(linears)


def test_a_sample_is_the_render_with_its_file(
    engine: EngineProcess, undisturbed: tuple[list[dict[str, Any]], Path], flux_folder: Path, tmp_path: Path
) -> None:
    reports, _ = undisturbed
    before, sample = of("frame", reports)
    middle = Path(of("checkpoint", reports)[1]["files"][0]["file"])
    styled = engine.run(**render("styled", flux_folder, tmp_path, [call(0, 7)], [adapter(middle)]))
    assert of("warning", styled) == []
    assert Path(of("frame", styled)[0]["file"]).read_bytes() == Path(sample["file"]).read_bytes()
    plain = engine.run(**render("plain", flux_folder, tmp_path, [call(0, 7)]))
    assert Path(of("frame", plain)[0]["file"]).read_bytes() == Path(before["file"]).read_bytes()
    assert Path(sample["file"]).read_bytes() != Path(before["file"]).read_bytes()


def test_renders_in_between_change_neither_pictures_nor_weights(
    engine: EngineProcess,
    undisturbed: tuple[list[dict[str, Any]], Path],
    flux_folder: Path,
    pictures: list,
    tmp_path: Path,
    plain_render: Any,
) -> None:
    command = train("shared", plan(flux_folder, pictures, settings=LONG), tmp_path)
    done: list[int] = []
    reports: list[dict[str, Any]] = []
    for turn in range(4):
        engine.send(**{**command, "done_epochs": done})
        if turn < 3:
            engine.send(type="yield", job="shared")
        reports = until_end(engine)
        done += [report["step"] for report in of("checkpoint", reports)]
        if reports[-1]["type"] == "done":
            break
        assert reports[-1]["type"] == "yielded"
        seed = 7 + turn % 2
        other = engine.run(**render(f"other{turn}", flux_folder, tmp_path, [call(0, seed)]))
        assert Path(of("frame", other)[0]["file"]).read_bytes() == plain_render(seed)
    assert reports[-1]["type"] == "done"
    assert sorted(done) == [4, 8, 12]
    same_file(file_of(reports), file_of(undisturbed[0]))


def same_file(one: Path, other: Path) -> None:
    first, second = load_file(one), load_file(other)
    assert first.keys() == second.keys()
    assert all(torch.equal(first[key], second[key]) for key in first)


@pytest.mark.parametrize("seed", range(int(os.environ.get("KILLS", "1"))))
def test_a_killed_training_ends_in_the_same_bits(
    undisturbed: tuple[list[dict[str, Any]], Path],
    flux_folder: Path,
    pictures: list,
    tmp_path: Path,
    seed: int,
) -> None:
    chance = random.Random(seed)  # noqa: S311
    own = plan(flux_folder, pictures, settings={**LONG, "state_seconds": 0.05})
    done: list[int] = []
    last: Path | None = None
    for attempt in range(2):
        with EngineProcess(tmp_path / f"{attempt}.log") as engine:
            engine.hello()
            engine.send(**train("killed", own, tmp_path, done_epochs=done))
            reports: list[dict[str, Any]] = []
            # Somewhere between the first stage and the last file.
            for _ in range(chance.randrange(1, 60) if attempt == 0 else 10_000):
                reports.append(engine.receive())
                if reports[-1]["type"] == "checkpoint":
                    assert reports[-1]["step"] not in done
                    done.append(reports[-1]["step"])
                    last = Path(reports[-1]["files"][0]["file"])
                if reports[-1]["type"] in ("done", "failed"):
                    break
            if reports[-1]["type"] == "done":
                break
            os.kill(engine.pid, signal.SIGKILL)
    assert reports[-1]["type"] == "done", reports[-1]
    assert sorted(done) == [4, 8, 12]
    assert last is not None
    same_file(last, file_of(undisturbed[0]))


def test_a_longer_training_goes_on_from_a_shorter_one(
    engine: EngineProcess,
    undisturbed: tuple[list[dict[str, Any]], Path],
    flux_folder: Path,
    pictures: list,
    tmp_path: Path,
) -> None:
    for steps in (8, 12):
        own = plan(flux_folder, pictures, settings={**LONG, "steps": steps, "save_steps": [steps]})
        reports = run_until_end(engine, **train(f"of {steps}", own, tmp_path))
    assert of("stage", reports)[-2]["step"] == 8 or of("warning", reports) == []
    same_file(file_of(reports), file_of(undisturbed[0]))


def test_what_the_server_has_not_kept_whole_is_told_of_once_more(
    engine: EngineProcess,
    undisturbed: tuple[list[dict[str, Any]], Path],
    flux_folder: Path,
    pictures: list,
    tmp_path: Path,
) -> None:
    """The file of step 4 with its samples, though there is a state of step 12 to go on from."""
    shutil.copytree(undisturbed[1] / "train", tmp_path / "train")
    own = plan(flux_folder, pictures, settings={**LONG, "sample_steps": [4, 8]})
    reports = run_until_end(engine, **train("again", own, tmp_path, done_epochs=[8, 12]))
    assert reports[-1]["type"] == "done"
    assert [(report["step"], report["loss"]) for report in of("checkpoint", reports)] == [(4, None)]
    assert [frame["epoch"] for frame in of("frame", reports)] == [4]
    assert of("step", reports) == []


def test_the_loss_falls(engine: EngineProcess, flux_folder: Path, pictures: list, tmp_path: Path) -> None:
    chosen = {"steps": 60, "save_steps": [20, 60], "learning_rate": 1e-2, "caption_dropout": 0.0}
    reports = run_until_end(engine, **train("falls", plan(flux_folder, pictures, settings=chosen), tmp_path))
    first, last = (report["loss"] for report in of("checkpoint", reports))
    assert last < 0.95 * first


def test_a_canceled_training_keeps_its_state_and_a_wanted_checkpoint_comes_at_once(
    engine: EngineProcess, flux_folder: Path, pictures: list, tmp_path: Path
) -> None:
    own = plan(flux_folder, pictures, settings={"steps": 10_000})
    engine.send(**train("long", own, tmp_path))
    reports = []
    while not of("step", reports):
        reports.append(engine.receive())
    engine.send(type="save", job="long")
    while not of("checkpoint", reports):
        reports.append(engine.receive())
    engine.send(type="cancel", job="long")
    assert until_end(engine)[-1]["type"] == "canceled"
    assert file_of(reports).exists()
    # The cancel may come before another step was made.
    assert len(list((tmp_path / "train").glob("state-*.safetensors"))) in (1, 2)
    assert list((tmp_path / "train").glob("*.tmp")) == []


def test_a_training_that_cannot_go_on_says_why(
    engine: EngineProcess, flux_folder: Path, pictures: list, tmp_path: Path
) -> None:
    def failure(job: str, items: list, **chosen: Any) -> dict[str, Any]:
        return run_until_end(engine, **train(job, plan(flux_folder, items, settings=chosen), tmp_path))[-1]

    hot = failure("hot", pictures, learning_rate=1e25, steps=20, save_steps=[1, 20])
    assert (hot["type"], hot["code"]) == ("failed", "TRAINING_DIVERGED")
    assert "Train with a learning rate below 1e+25" in hot["message"]
    assert (tmp_path / "train/tok_000000001.safetensors").exists()
    broken = tmp_path / "broken.png"
    broken.write_bytes(Path(pictures[0]["file"]).read_bytes()[:60])
    bad = failure(
        "bad", [*pictures, {**pictures[0], "file": str(broken), "label": "cat/9.png", "sha256": "0" * 64}]
    )
    assert bad["code"] == "DATASET_INVALID" and "cat/9.png" in bad["message"]
    none = failure("none", pictures, include=["no_such_layer"])
    assert none["code"] == "TRAINING_FAILED" and "transformer_blocks.0" in none["message"]


def test_states_cut_short_or_of_another_plan_are_passed_over(
    engine: EngineProcess, flux_folder: Path, pictures: list, tmp_path: Path
) -> None:
    own = plan(flux_folder, pictures, settings={"steps": 4, "save_steps": [2, 4]})
    whole = run_until_end(engine, **train("first", own, tmp_path))
    newest = tmp_path / "train/state-000000004.safetensors"
    newest.write_bytes(newest.read_bytes()[:-100])
    again = run_until_end(engine, **train("again", own, tmp_path, done_epochs=[2]))
    assert "goes on from step 2" in of("warning", again)[0]["message"]
    same_file(file_of(again), file_of(whole))
    other = plan(flux_folder, pictures, settings={"steps": 4, "rank": 2})
    reports = run_until_end(engine, **train("other", other, tmp_path))
    assert "goes on from the start" in of("warning", reports)[0]["message"]
    assert reports[-1]["type"] == "done"
