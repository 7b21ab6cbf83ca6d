"""What a pipeline weighs, where its weights may rest, and that two taking turns leave nothing behind."""

from pathlib import Path

import msgspec
import pytest
import torch
from diffusers import FluxPipeline

from darkroom_engine.failures import JobFailure
from darkroom_engine.host_memory import (
    HostMemory,
    anonymous_bytes,
    available_host_bytes,
    available_in_group,
)
from darkroom_engine.offloading import GIB, choose_offload, refuse_what_host_cannot_hold
from darkroom_engine.plan import PipelineSpec
from darkroom_engine.residency import Residency
from darkroom_engine.weighing import Weights, weigh
from tests.engine_process import EngineProcess
from tests.plans import ARGUMENTS, call, pipeline_spec, render

CPU = torch.device("cpu")
LARGE = Weights({"transformer": 24 * GIB, "text_encoder_2": 9 * GIB, "vae": GIB})


def spec(folder: Path = Path("/nowhere"), **changes: object) -> PipelineSpec:
    return msgspec.convert(pipeline_spec(folder, **changes), PipelineSpec)


def test_the_headers_tell_what_the_loaded_weights_weigh(flux_folder: Path) -> None:
    pipeline = FluxPipeline.from_pretrained(flux_folder, dtype=torch.bfloat16)
    weights = weigh(spec(flux_folder, dtype="bfloat16"), CPU)
    for name in ("transformer", "vae", "text_encoder"):  # T5 keeps some layers in float32
        held = sum(tensor.nbytes for tensor in getattr(pipeline, name).state_dict().values())
        # Text encoders hold a few position numbers that no file has, and tie weights that a file repeats.
        assert weights.components[name] == pytest.approx(held, rel=0.05)
    assert weigh(spec(flux_folder, dtype="float32"), CPU).total == pytest.approx(2 * weights.total, rel=0.01)


def test_a_component_in_fewer_bits_weighs_less(flux_folder: Path) -> None:
    whole = weigh(spec(flux_folder, dtype="bfloat16"), CPU).components
    eight = {"kind": "fp8", "components": ["transformer"]}
    quantized = weigh(spec(flux_folder, dtype="bfloat16", quantization=eight), CPU).components
    assert quantized["transformer"] == pytest.approx(whole["transformer"] / 2, rel=0.01)
    assert quantized["vae"] == whole["vae"]


@pytest.mark.parametrize(
    ("device", "host", "mode"),
    [(80, 8, "none"), (32, 64, "model"), (8, 64, "sequential")],
)
def test_auto_takes_the_first_mode_that_fits(device: int, host: int, mode: str) -> None:
    assert choose_offload(spec(offload="auto"), LARGE, device * GIB, host * GIB) == mode


def test_what_fits_nowhere_is_refused_with_what_would_help() -> None:
    wanted = spec(model="flux", offload="auto")
    for device, host in ((2, 64), (32, 16)):
        with pytest.raises(JobFailure) as caught:
            choose_offload(wanted, LARGE, device * GIB, host * GIB)
        assert caught.value.code == "MODEL_TOO_LARGE"
        assert "QUANTIZATION=flux=fp8 or DTYPE=flux=bfloat16" in caught.value.message
    assert choose_offload(spec(offload="none"), LARGE, 2 * GIB, 2 * GIB) == "none"


def test_a_host_that_is_too_small_is_named_before_anything_is_read() -> None:
    with pytest.raises(JobFailure, match=r"needs about 39\.1 GiB .* 20\.0 GiB are free"):
        refuse_what_host_cannot_hold(spec(offload="auto"), LARGE, 20 * GIB)
    refuse_what_host_cannot_hold(spec(offload="none"), LARGE, 20 * GIB)
    refuse_what_host_cannot_hold(spec(offload="auto"), LARGE, 40 * GIB)


def test_a_control_group_with_a_limit_counts(tmp_path: Path) -> None:
    assert available_in_group(tmp_path) is None
    (tmp_path / "memory.max").write_text("1000\n")
    (tmp_path / "memory.current").write_text("700\n")
    (tmp_path / "memory.stat").write_text("anon 500\ninactive_file 150\nactive_file 50\n")
    assert available_in_group(tmp_path) == 450
    (tmp_path / "memory.max").write_text("max\n")
    assert available_in_group(tmp_path) is None
    assert available_host_bytes() > 0


def test_a_share_of_the_host_counts_what_this_process_holds() -> None:
    held = anonymous_bytes()
    assert held > 50 * 2**20
    assert HostMemory(held + GIB).available() == pytest.approx(GIB, rel=0.1)
    assert HostMemory(held // 2).available() == 0
    assert HostMemory(1 << 60).available() == pytest.approx(HostMemory().available(), rel=0.2)


def test_a_model_that_is_too_large_for_a_share_is_refused_with_its_size(flux_folder: Path) -> None:
    residency = Residency(CPU, 0, host=HostMemory(10 * 2**20))
    with pytest.raises(JobFailure, match=r"that each engine has of this machine \(fewer DEVICES") as caught:
        residency.load("flux", spec(flux_folder, offload="auto"))
    assert caught.value.code == "MODEL_TOO_LARGE"


def test_without_a_limit_all_that_fit_stay(flux_folder: Path, sdxl_folder: Path) -> None:
    dropped: list[str] = []
    residency = Residency(CPU, 0, dropped.extend)
    sdxl = spec(sdxl_folder, **{"class": "StableDiffusionXLPipeline"})
    for _ in range(2):
        residency.load("flux", spec(flux_folder))
        residency.load("sdxl", sdxl)
    assert residency.loads == 2
    assert dropped == []


@pytest.mark.parametrize(("limit", "loads"), [(1, 24), (0, 2)], ids=["one at a time", "both resident"])
def test_two_models_taking_turns_do_not_grow(
    flux_folder: Path, sdxl_folder: Path, tmp_path: Path, limit: int, loads: int
) -> None:
    """After 10 alternations more at most a tenth more memory than after 2."""
    sizes: list[int] = []
    specs = [
        pipeline_spec(flux_folder, model="flux"),
        pipeline_spec(sdxl_folder, model="sdxl", **{"class": "StableDiffusionXLPipeline"}),
    ]
    arguments = {**ARGUMENTS, "num_inference_steps": 1}
    with EngineProcess(tmp_path / "engine.log") as process:
        assert process.hello(max_resident=limit)["type"] == "ready"
        for turn in range(12):
            for wanted in specs:
                command = render(
                    f"{turn}", flux_folder, tmp_path, [call(arguments=arguments)], pipeline=wanted
                )
                done = process.run(**command)[-1]
                assert done["type"] == "done", done
            sizes.append(done["memory"]["used_bytes"])
        assert done["loads"] == loads
    assert sizes[11] < sizes[1] * 1.1, sizes
