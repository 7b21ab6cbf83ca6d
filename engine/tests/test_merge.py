"""What a set of adapters leaves behind: exactly its own weights, and nothing of the sets before it."""

import random
from pathlib import Path
from typing import Any, Literal

import msgspec
import pytest
import torch
from diffusers import FluxPipeline

from darkroom_engine.adapters.cache import AdapterCache
from darkroom_engine.adapters.merge import Merger
from darkroom_engine.adapters.reversing import WeightsLostError, bits_of, go_back, way_back
from darkroom_engine.failures import JobFailure
from darkroom_engine.plan import Strength
from tests.lora_files import RANK, opened, pair, save

CPU = torch.device("cpu")
TARGETS = (
    "transformer_blocks.0.attn.to_q",
    "transformer_blocks.1.attn.to_k",
    "single_transformer_blocks.0.attn.to_v",
)


def lora(folder: Path, name: str, seed: int, targets: tuple[str, ...] = TARGETS) -> Path:
    tensors = {}
    for number, target in enumerate(targets):
        down, up = pair(64, 64, seed * 10 + number)
        tensors |= {f"transformer.{target}.lora_A.weight": down, f"transformer.{target}.lora_B.weight": up}
    return save(folder, name, tensors)


def load(folder: Path, dtype: torch.dtype = torch.bfloat16) -> Any:
    return FluxPipeline.from_pretrained(folder, dtype=dtype)


def state(pipeline: Any) -> dict[str, torch.Tensor]:
    return {name: tensor.clone() for name, tensor in pipeline.transformer.state_dict().items()}


def same(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> bool:
    return all(torch.equal(one[name].view(torch.uint8), other[name].view(torch.uint8)) for name in one)


def norms(folder: Path) -> Path:
    """DoRA, whose change depends on the untouched weight, and a whole one."""
    down, up = pair(64, 64, 77)
    prefix = f"transformer.{TARGETS[0]}"
    magnitude = torch.rand(64, generator=torch.Generator().manual_seed(1)) + 0.5
    tensors = {
        f"{prefix}.lora_A.weight": down,
        f"{prefix}.lora_B.weight": up,
        f"{prefix}.lora_magnitude_vector.weight": magnitude,
        f"transformer.{TARGETS[1]}.diff": torch.randn(64, 64, generator=torch.Generator().manual_seed(2)),
    }
    return save(folder, "norms", tensors)


@pytest.mark.parametrize(
    ("ways", "dtype", "count"),
    [
        ("kept", torch.bfloat16, 100),
        ("kept", torch.float32, 100),
        ("computed", torch.bfloat16, 1000),
        ("computed", torch.float16, 200),
        ("computed", torch.float32, 200),
    ],
)
def test_switches_leave_no_trace(
    flux_folder: Path, tmp_path: Path, ways: Literal["kept", "computed"], dtype: torch.dtype, count: int
) -> None:
    files = [lora(tmp_path, "a", 1), lora(tmp_path, "b", 2, TARGETS[:2]), lora(tmp_path, "c", 3, TARGETS[1:])]
    pipeline = load(flux_folder, dtype)
    untouched, merger = state(pipeline), Merger(pipeline, CPU, ways)
    chance = random.Random(5)  # noqa: S311

    def switch() -> list:
        picked = chance.sample(files, chance.randint(0, len(files)))
        wanted = [opened(file, chance.choice([-1.0, 0.0, 0.4, 1.0, 10.0])) for file in picked]
        merger.apply(wanted)
        return wanted

    for _ in range(count // 2):
        switch()
    # From now on one of them needs the weights themselves.
    files.append(norms(tmp_path))
    wanted = [switch() for _ in range(count // 2)][-1]
    fresh = load(flux_folder, dtype)
    Merger(fresh, CPU, "kept").apply(wanted)
    assert same(state(pipeline), state(fresh))
    merger.apply([])
    assert same(state(pipeline), untouched)


def test_a_weight_that_does_not_come_back_is_noticed(flux_folder: Path, tmp_path: Path) -> None:
    pipeline = load(flux_folder)
    merger = Merger(pipeline, CPU, "computed")
    merger.apply([opened(lora(tmp_path, "a", 1))])
    with torch.no_grad():
        pipeline.transformer.get_submodule(TARGETS[0]).weight[0, 0] += 1
    with pytest.raises(WeightsLostError, match="could not be computed back"):
        merger.apply([])


def test_what_is_kept_to_compute_a_weight_back_is_small() -> None:
    generator = torch.Generator().manual_seed(1)
    base = (torch.randn(512, 512, generator=generator) * 0.03).bfloat16()
    delta = torch.randn(512, 512, generator=generator) * 0.03 * 0.03
    merged = (base.float() + delta).bfloat16()
    way = way_back(base, merged, delta, [])
    assert torch.equal(go_back("w", merged, delta, way), base)
    assert way.size_bytes < 0.15 * base.nbytes


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16, torch.float32])
def test_every_bit_pattern_comes_back(dtype: torch.dtype) -> None:
    """Zeros of both signs, the smallest and the largest values, and changes that swallow the weight."""
    info = torch.finfo(dtype)
    values = torch.tensor([0.0, -0.0, info.tiny, -info.tiny, info.smallest_normal / 2, 1.0, -1.0, 0.1])
    base = values.repeat(64).to(dtype)
    delta = torch.logspace(-12, 3, base.numel()) * torch.tensor([1.0, -1.0]).repeat(base.numel() // 2)
    merged = (base.float() + delta).to(dtype)
    found = go_back("w", merged, delta, way_back(base, merged, delta, []))
    assert torch.equal(bits_of(found), bits_of(base))


def test_stacked_adapters_add_up_in_one_rounding(flux_folder: Path, tmp_path: Path) -> None:
    first, second = lora(tmp_path, "a", 1), lora(tmp_path, "b", 2)
    pipeline = load(flux_folder)
    parameter = pipeline.transformer.get_submodule(TARGETS[0]).weight
    merged = parameter.detach().float()
    for seed, scale in ((10, 0.5), (20, 1.5)):
        down, up = pair(64, 64, seed)
        merged = merged + scale * (up.float() @ down.float())
    Merger(pipeline, CPU).apply([opened(first, 0.5), opened(second, 1.5)])
    assert torch.equal(parameter, merged.bfloat16())


def test_scale_zero_is_no_adapter(flux_folder: Path, tmp_path: Path) -> None:
    pipeline = load(flux_folder)
    untouched, merger = state(pipeline), Merger(pipeline, CPU)
    assert merger.apply([opened(lora(tmp_path, "a", 1), 0.0)]) == (False, [])
    assert same(state(pipeline), untouched)


def test_the_same_set_again_costs_nothing(flux_folder: Path, tmp_path: Path) -> None:
    merger = Merger(load(flux_folder), CPU)
    file = lora(tmp_path, "a", 1)
    changed = [merger.apply([opened(file, scale)])[0] for scale in (1.0, 1.0, 0.5, 0.5)]
    assert changed == [True, False, True, False]


def test_weights_are_written_in_place_and_never_into_the_checkpoint(
    flux_folder: Path, tmp_path: Path
) -> None:
    checkpoint = flux_folder / "transformer" / "diffusion_pytorch_model.safetensors"
    before = checkpoint.read_bytes()
    pipeline = load(flux_folder)
    parameter = pipeline.transformer.get_submodule(TARGETS[0]).weight
    address = parameter.data_ptr()
    Merger(pipeline, CPU).apply([opened(lora(tmp_path, "a", 1))])
    assert pipeline.transformer.get_submodule(TARGETS[0]).weight is parameter
    assert parameter.data_ptr() == address
    assert checkpoint.read_bytes() == before


def test_weights_that_no_file_holds_are_restored_too(flux_folder: Path, tmp_path: Path) -> None:
    pipeline = load(flux_folder)
    with torch.no_grad():
        pipeline.transformer.get_submodule(TARGETS[0]).weight.mul_(1.5)
    untouched, merger = state(pipeline), Merger(pipeline, CPU)
    merger.apply([opened(lora(tmp_path, "a", 1))])
    assert not same(state(pipeline), untouched)
    merger.apply([])
    assert same(state(pipeline), untouched)


def test_zero_changes_keep_the_bytes(flux_folder: Path, tmp_path: Path) -> None:
    pipeline = load(flux_folder)
    untouched = state(pipeline)
    name, (down, _) = f"transformer.{TARGETS[0]}", pair(64, 64, 1)
    file = save(
        tmp_path, "zero", {f"{name}.lora_A.weight": down, f"{name}.lora_B.weight": torch.zeros(64, 4)}
    )
    Merger(pipeline, CPU).apply([opened(file)])
    assert same(state(pipeline), untouched)


def test_diff_and_dora_and_bias(flux_folder: Path, tmp_path: Path) -> None:
    pipeline = load(flux_folder, torch.float32)
    module = pipeline.transformer.get_submodule(TARGETS[0])
    weight, bias = module.weight.detach().clone(), module.bias.detach().clone()
    name, (down, up) = f"transformer.{TARGETS[0]}", pair(64, 64, 1)
    merger = Merger(pipeline, CPU)
    full = save(tmp_path, "full", {f"{name}.diff": weight * 0.1, f"{name}.diff_b": torch.ones(64)})
    merger.apply([opened(full, 0.5)])
    assert torch.equal(module.weight, weight + 0.5 * (weight * 0.1))
    assert torch.equal(module.bias, bias + 0.5)
    magnitude = torch.linspace(0.5, 2.0, 64)
    parts = {
        f"{name}.lora_A.weight": down,
        f"{name}.lora_B.weight": up,
        f"{name}.dora_scale": magnitude[:, None],
    }
    merger.apply([opened(save(tmp_path, "dora", parts))])
    torch.testing.assert_close(module.weight.norm(dim=1), magnitude)
    assert torch.equal(module.bias, bias)


def test_experts_take_their_own_component(flux_folder: Path, tmp_path: Path) -> None:
    pipeline = load(flux_folder)
    pipeline.transformer_2 = load(flux_folder).transformer
    untouched = state(pipeline)
    merger = Merger(pipeline, CPU)
    merger.apply([opened(lora(tmp_path, "low", 1), component="transformer_2")])
    assert same(state(pipeline), untouched)
    assert not torch.equal(
        pipeline.transformer_2.get_submodule(TARGETS[0]).weight, untouched[f"{TARGETS[0]}.weight"]
    )


def test_broken_files_say_what_is_wrong(tmp_path: Path) -> None:
    whole = lora(tmp_path, "whole", 1)
    cut = tmp_path / "cut.safetensors"
    cut.write_bytes(whole.read_bytes()[:-100])
    pickle = tmp_path / "pickle.safetensors"
    pickle.write_bytes(b"\x80\x04\x95" + b"0" * 64)
    other = save(tmp_path, "other", {"model.weight": torch.ones(2)})
    for file in (cut, pickle, other):
        with pytest.raises(JobFailure, match=file.stem) as caught:
            opened(file)
        assert caught.value.code == "LORA_INVALID"


def test_strength_of_the_plan_counts_where_the_file_has_no_alpha(flux_folder: Path, tmp_path: Path) -> None:
    tensors = {}
    for number, target in enumerate(TARGETS):
        down, up = pair(64, 64, 10 + number)
        tensors |= {f"transformer.{target}.lora_A.weight": down, f"transformer.{target}.lora_B.weight": up}
    tensors[f"transformer.{TARGETS[2]}.alpha"] = torch.tensor(2.0)
    adapter, _ = opened(save(tmp_path, "a", tensors))
    cache = AdapterCache(1 << 30)
    pipeline = load(flux_folder)
    untouched, merger = state(pipeline), Merger(pipeline, CPU)
    strengths = (None, Strength(4.0, {f"transformer.{TARGETS[1]}.lora_A.weight": 0.25}))
    for strength, factors in zip(strengths, ((1, 1, 0.5), (4, 0.25, 0.5)), strict=True):
        told = msgspec.structs.replace(adapter, strength=strength)
        assert merger.apply([(told, cache.read(told))]) == (True, [])
        for number, (target, factor) in enumerate(zip(TARGETS, factors, strict=True)):
            down, up = pair(64, 64, 10 + number)
            weight = pipeline.transformer.get_submodule(target).weight
            expected = untouched[f"{target}.weight"].float() + (up.float() @ down.float()) * factor
            assert torch.equal(weight, expected.bfloat16()), (target, factor)


def test_a_whole_change_under_the_name_of_the_down_side(flux_folder: Path, tmp_path: Path) -> None:
    """`type: fullrank` of ai-toolkit."""
    change = torch.randn(64, 64, generator=torch.Generator().manual_seed(1)).half()
    tensors = {f"transformer.{TARGETS[0]}.lora_A.weight": change}
    pipeline = load(flux_folder)
    untouched = state(pipeline)
    assert Merger(pipeline, CPU).apply([opened(save(tmp_path, "full", tensors), 0.5)]) == (True, [])
    expected = untouched[f"{TARGETS[0]}.weight"].float() + 0.5 * change.float()
    assert torch.equal(pipeline.transformer.get_submodule(TARGETS[0]).weight, expected.bfloat16())


A, B = f"transformer.{TARGETS[0]}.lora_A.weight", f"transformer.{TARGETS[0]}.lora_B.weight"
ONES, ZEROS = torch.ones(RANK, 64), torch.zeros(64, RANK)


@pytest.mark.parametrize(
    ("tensors", "idle"),
    [
        ({A: ONES, B: ZEROS}, True),
        ({A: ONES, B: ZEROS + 1}, False),
        ({A: ONES, B: ZEROS + 1, f"transformer.{TARGETS[0]}.alpha": torch.tensor(0.0)}, True),
        ({f"transformer.{TARGETS[0]}.diff": torch.zeros(64, 64)}, True),
        ({f"transformer.{TARGETS[0]}.diff_b": torch.ones(64)}, False),
        ({A: torch.zeros(64, 64)}, True),
        (
            {
                f"transformer.{TARGETS[0]}.lokr_w1": torch.ones(8, 8),
                f"transformer.{TARGETS[0]}.lokr_w2": torch.zeros(8, 8),
            },
            True,
        ),
        (
            {
                f"transformer.{TARGETS[0]}.lokr_w1": torch.ones(8, 8),
                f"transformer.{TARGETS[0]}.lokr_w2": torch.ones(8, 8),
                f"transformer.{TARGETS[0]}.alpha": torch.tensor(0.0),
            },
            False,
        ),
    ],
)
def test_a_lora_that_changes_nothing_says_so(
    flux_folder: Path, tmp_path: Path, tensors: dict[str, torch.Tensor], idle: bool
) -> None:
    pipeline = load(flux_folder)
    untouched, merger = state(pipeline), Merger(pipeline, CPU)
    adapters = [opened(save(tmp_path, "mine", tensors))]
    for _ in range(2):  # each job is told, also when nothing has to be written
        _, warnings = merger.apply(adapters)
        assert [warning.startswith("mine changes nothing: ") for warning in warnings] == [True] * idle
    assert same(state(pipeline), untouched) == idle


def test_a_strength_that_no_weight_can_hold_is_refused_and_leaves_no_trace(
    flux_folder: Path, tmp_path: Path
) -> None:
    pipeline = load(flux_folder)
    untouched, merger = state(pipeline), Merger(pipeline, CPU)
    alpha = {f"transformer.{TARGETS[0]}.alpha": torch.tensor(1e38)}
    with pytest.raises(JobFailure, match=r"attn.to_q.weight larger than bfloat16 can hold"):
        merger.apply([opened(save(tmp_path, "huge", {A: ONES, B: ZEROS + 1e3, **alpha}))])
    merger.apply([])
    assert same(state(pipeline), untouched)
