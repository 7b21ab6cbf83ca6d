"""The real process against a plain diffusers call, byte for byte."""

from collections.abc import Callable
from pathlib import Path

import torch
from safetensors.torch import save_file

from tests.engine_process import EngineProcess
from tests.plans import adapter, call, pipeline_spec, render


def pixels(reports: list[dict]) -> list[bytes]:
    assert reports[-1]["type"] == "done", reports[-1]
    return [Path(report["file"]).read_bytes() for report in reports if report["type"] == "frame"]


def test_a_render_equals_a_plain_diffusers_call(
    engine: EngineProcess, flux_folder: Path, tmp_path: Path, plain_render: Callable[..., bytes]
) -> None:
    reports = engine.run(**render("plain", flux_folder, tmp_path, [call(0, 7), call(1, 8)]))
    assert pixels(reports) == [plain_render(7), plain_render(8)]
    frame = next(report for report in reports if report["type"] == "frame")
    assert (frame["width"], frame["height"], frame["frames"], frame["audio"]) == (64, 64, 1, None)
    phases = [report["phase"] for report in reports if report["type"] == "progress" and report["call"] == 0]
    assert list(dict.fromkeys(phases)) == ["encoding", "denoising", "decoding", "saving"]
    steps = [
        r["step"] for r in reports if r["type"] == "progress" and r["phase"] == "denoising" and r["call"] == 1
    ]
    assert steps == [1, 2, 3]


def test_an_adapter_is_merged_as_the_trainer_merges_it(
    engine: EngineProcess, flux_folder: Path, tmp_path: Path, plain_render: Callable[..., bytes]
) -> None:
    generator = torch.Generator().manual_seed(3)
    down = torch.randn(4, 64, generator=generator).half()
    up = torch.randn(64, 4, generator=generator).half()
    path = "transformer_blocks.0.attn.to_q"
    file = tmp_path / "style.safetensors"
    save_file({f"transformer.{path}.lora_A.weight": down, f"transformer.{path}.lora_B.weight": up}, file)

    def merge(pipeline: object) -> None:
        weight = pipeline.transformer.get_submodule(path).weight
        weight.data = weight.data.float() + 0.8 * (up.float() @ down.float())

    styled = engine.run(**render("styled", flux_folder, tmp_path, [call()], [adapter(file, 0.8)]))
    assert pixels(styled) == [plain_render(7, merge)]
    assert pixels(styled) != [plain_render(7)]
    again = engine.run(**render("again", flux_folder, tmp_path, [call()]))
    assert pixels(again) == [plain_render(7)]
    assert again[-1]["loads"] == styled[-1]["loads"]
    assert again[-1]["merges"] == styled[-1]["merges"] + 1


def test_each_call_has_its_own_strengths(
    engine: EngineProcess, flux_folder: Path, tmp_path: Path, plain_render: Callable[..., bytes]
) -> None:
    generator = torch.Generator().manual_seed(4)
    down, up = torch.randn(4, 64, generator=generator), torch.randn(64, 4, generator=generator)
    path = "transformer_blocks.0.attn.to_k"
    file = tmp_path / "slider.safetensors"
    save_file({f"transformer.{path}.lora_A.weight": down, f"transformer.{path}.lora_B.weight": up}, file)

    def at(scale: float) -> Callable[[object], None]:
        def merge(pipeline: object) -> None:
            weight = pipeline.transformer.get_submodule(path).weight
            weight.data = weight.data.float() + scale * (up @ down)

        return merge

    scales = [[-3.0], None, [0.0], [0.5], [0.5]]
    own = [{} if scale is None else {"scales": scale} for scale in scales]
    calls = [call(index, 7, **changes) for index, changes in enumerate(own)]
    reports = engine.run(**render("sliding", flux_folder, tmp_path, calls, [adapter(file, 0.8)]))
    wanted = [plain_render(7, at(scale)) for scale in (-3.0, 0.8)]
    half = plain_render(7, at(0.5))
    assert pixels(reports) == [*wanted, plain_render(7), half, half]
    before = engine.run(**render("once more", flux_folder, tmp_path, calls[-1:], [adapter(file, 0.8)]))
    assert before[-1]["merges"] == reports[-1]["merges"]


def test_a_failing_call_leaves_the_engine_in_service(
    engine: EngineProcess, flux_folder: Path, tmp_path: Path
) -> None:
    failed = engine.run(**render("bad", flux_folder, tmp_path, [call(arguments={"brightness": 3})]))[-1]
    assert (failed["type"], failed["code"]) == ("failed", "RENDER_FAILED")
    assert "brightness" in failed["message"]
    missing = pipeline_spec(tmp_path / "nowhere", model="gone")
    failed = engine.run(**render("gone", flux_folder, tmp_path, [call()], pipeline=missing))[-1]
    assert failed["code"] == "MODEL_FILES_MISSING"
    assert "darkroom/tiny" in failed["message"]
    assert engine.run(**render("good", flux_folder, tmp_path, [call()]))[-1]["type"] == "done"
