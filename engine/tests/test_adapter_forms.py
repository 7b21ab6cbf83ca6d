"""The change of a weight that each form stands for, against the definition written out."""

from pathlib import Path

import pytest
import torch

from darkroom_engine.adapters.forms import bias_change, dora, weight_change
from darkroom_engine.adapters.source import Source
from tests.lora_files import opened, save

CPU = torch.device("cpu")
SHAPES = torch.Generator().manual_seed(1)


def rand(*shape: int) -> torch.Tensor:
    return torch.randn(*shape, generator=SHAPES)


def source(**parts: torch.Tensor) -> Source:
    return Source(None, "block.linear", parts)


def test_lora_without_alpha_has_scale_one() -> None:
    down, up = rand(4, 6).half(), rand(8, 4).half()
    found = weight_change(source(down=down, up=up), 0.7, CPU)
    assert torch.equal(found, 0.7 * (up.float() @ down.float()))


def test_lora_scales_by_alpha_over_rank() -> None:
    down, up = rand(4, 6), rand(8, 4)
    found = weight_change(source(down=down, up=up, alpha=torch.tensor(2.0)), 1.0, CPU)
    assert torch.equal(found, up @ down * 0.5)


def test_lora_of_convolutions() -> None:
    one = source(down=rand(4, 6, 1, 1), up=rand(8, 4, 1, 1))
    flat = one.parts["up"][:, :, 0, 0] @ one.parts["down"][:, :, 0, 0]
    assert torch.equal(weight_change(one, 1.0, CPU), flat[:, :, None, None])
    three = source(down=rand(4, 6, 3, 3), up=rand(8, 4, 1, 1))
    written_out = torch.einsum("or,rikl->oikl", three.parts["up"][:, :, 0, 0], three.parts["down"])
    torch.testing.assert_close(weight_change(three, 1.0, CPU), written_out)
    image = rand(1, 6, 5, 5)
    through = torch.nn.functional.conv2d(
        torch.nn.functional.conv2d(image, three.parts["down"]), three.parts["up"]
    )
    torch.testing.assert_close(
        torch.nn.functional.conv2d(image, weight_change(three, 1.0, CPU)), through, atol=1e-4, rtol=1e-4
    )


def test_lora_with_a_core() -> None:
    parts = source(down=rand(3, 6, 1, 1), mid=rand(4, 3, 3, 3), up=rand(8, 4, 1, 1))
    assert parts.shape.weight == (8, 6, 3, 3)
    image = rand(1, 6, 5, 5)
    through = image
    for part in ("down", "mid", "up"):
        through = torch.nn.functional.conv2d(through, parts.parts[part])
    torch.testing.assert_close(
        torch.nn.functional.conv2d(image, weight_change(parts, 1.0, CPU)), through, atol=1e-3, rtol=1e-4
    )


def test_lokr_whole_ignores_alpha() -> None:
    one, two = rand(2, 3), rand(4, 5)
    parts = source(lokr_w1=one, lokr_w2=two, alpha=torch.tensor(65504.0))
    assert parts.shape.weight == (8, 15)
    assert torch.equal(weight_change(parts, 0.5, CPU), torch.kron(one, two) * 0.5)


def test_lokr_decomposed() -> None:
    one, a, b = rand(2, 3), rand(4, 2), rand(2, 5)
    parts = source(lokr_w1=one, lokr_w2_a=a, lokr_w2_b=b, alpha=torch.tensor(1.0))
    assert parts.shape.weight == (8, 15)
    torch.testing.assert_close(weight_change(parts, 1.0, CPU), torch.kron(one, a @ b) * 0.5)
    both = source(lokr_w1_a=rand(2, 2), lokr_w1_b=rand(2, 3), lokr_w2_a=a, lokr_w2_b=b)
    expected = torch.kron(both.parts["lokr_w1_a"] @ both.parts["lokr_w1_b"], a @ b)
    torch.testing.assert_close(weight_change(both, 1.0, CPU), expected)


def test_lokr_of_a_convolution_folded_into_columns() -> None:
    one, a, b = rand(2, 3), rand(4, 2), rand(2, 5 * 9)
    parts = source(lokr_w1=one, lokr_w2_a=a, lokr_w2_b=b)
    shape = parts.shape.weight
    assert shape == (8, 15 * 9)
    kernel = (a @ b).reshape(4, 5, 3, 3)
    expected = torch.einsum("ab,cdkl->acbdkl", one, kernel).reshape(8, 15, 3, 3)
    torch.testing.assert_close(weight_change(parts, 1.0, CPU).reshape(8, 15, 3, 3), expected)


def test_lokr_with_a_core() -> None:
    parts = source(lokr_w1=rand(2, 3), lokr_t2=rand(2, 2, 3, 3), lokr_w2_a=rand(2, 4), lokr_w2_b=rand(2, 5))
    assert parts.shape.weight == (8, 15, 3, 3)
    assert weight_change(parts, 1.0, CPU).shape == (8, 15, 3, 3)


def test_loha() -> None:
    parts = source(
        hada_w1_a=rand(8, 2),
        hada_w1_b=rand(2, 6),
        hada_w2_a=rand(8, 2),
        hada_w2_b=rand(2, 6),
        alpha=torch.tensor(1.0),
    )
    one, two = (parts.parts[f"hada_w{n}_a"] @ parts.parts[f"hada_w{n}_b"] for n in (1, 2))
    assert parts.shape.weight == (8, 6)
    torch.testing.assert_close(weight_change(parts, 1.0, CPU), one * two * 0.5)


def test_dora_gives_every_row_its_magnitude() -> None:
    base, change, magnitude = rand(8, 6), rand(8, 6), rand(8).abs()
    merged = base + dora(base, change, magnitude, 1.0)
    torch.testing.assert_close(merged.norm(dim=1), magnitude)
    torch.testing.assert_close(
        merged / merged.norm(dim=1, keepdim=True), torch.nn.functional.normalize(base + change)
    )
    assert not dora(base, change, magnitude, 0.0).any()
    by_column = base + dora(base, change, torch.full((1, 6), 2.0), 1.0)
    torch.testing.assert_close(by_column.norm(dim=0), torch.full((6,), 2.0))


@pytest.mark.parametrize("dtype", [torch.float8_e4m3fn, torch.float8_e5m2, torch.bfloat16, torch.float16])
def test_a_file_in_fewer_bits_is_computed_in_float32(tmp_path: Path, dtype: torch.dtype) -> None:
    down, up = rand(4, 6).to(dtype), rand(8, 4).to(dtype)
    found = read_source(tmp_path, {"a.lora_A.weight": down, "a.lora_B.weight": up})
    assert torch.equal(weight_change(found, 1.0, CPU), up.float() @ down.float())
    whole = read_source(tmp_path, {"a.diff": up, "a.diff_b": up[:, 0]})
    assert torch.equal(weight_change(whole, 0.5, CPU), up.float() * 0.5)
    assert torch.equal(bias_change(whole, 0.5, CPU), up[:, 0].float() * 0.5)


@pytest.mark.parametrize("rank", [1, 256])
def test_every_rank_scales_by_its_own_alpha(tmp_path: Path, rank: int) -> None:
    down, up = rand(rank, 6), rand(8, rank)
    tensors = {"a.lora_down.weight": down, "a.lora_up.weight": up, "a.alpha": torch.tensor(16.0)}
    found = weight_change(read_source(tmp_path, tensors), 1.0, CPU)
    torch.testing.assert_close(found, (up @ down) * (16 / rank))


def test_modules_of_one_file_have_ranks_and_alphas_of_their_own(tmp_path: Path) -> None:
    tensors = {}
    for name, rank, alpha in (("a", 2, 1.0), ("b", 4, 8.0), ("c", 1, None)):
        tensors |= {f"{name}.lora_down.weight": rand(rank, 6), f"{name}.lora_up.weight": rand(8, rank)}
        if alpha is not None:
            tensors[f"{name}.alpha"] = torch.tensor(alpha)
    for source, scale in zip(read_sources(tmp_path, tensors), (0.5, 2.0, 1.0), strict=True):
        product = source.parts["up"] @ source.parts["down"]
        torch.testing.assert_close(weight_change(source, 1.0, CPU), product * scale)


def test_only_the_bias_of_a_layer(tmp_path: Path) -> None:
    bias = rand(8)
    found = read_source(tmp_path, {"a.diff_b": bias})
    assert found.shape.weight is None
    assert torch.equal(bias_change(found, 2.0, CPU), bias * 2)


def read_sources(folder: Path, tensors: dict[str, torch.Tensor]) -> tuple[Source, ...]:
    return opened(save(folder, "form", tensors))[1].sources


def read_source(folder: Path, tensors: dict[str, torch.Tensor]) -> Source:
    (found,) = read_sources(folder, tensors)
    return found
