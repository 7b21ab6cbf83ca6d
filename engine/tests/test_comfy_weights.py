"""ComfyUI's quantised weights against the formats' definitions, written out value by value."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from darkroom_engine.readers.comfy_weights import (
    PACKED,
    FourBitLinear,
    read_comfy_weights,
    regular_hadamard,
)
from tiny_checkpoints.comfy_quantized import in_int8, in_nvfp4, in_rotated_int8, marker

SIGNS = ((1, 1, 1, -1), (1, 1, -1, 1), (1, -1, 1, 1), (-1, 1, 1, 1))


def weight(rows: int, columns: int) -> torch.Tensor:
    return torch.randn(rows, columns, generator=torch.Generator().manual_seed(rows + columns))


def read(tensors: dict[str, torch.Tensor], folder: Path) -> dict[str, torch.Tensor]:
    save_file(tensors, folder / "quantized.safetensors")
    return read_comfy_weights(folder / "quantized.safetensors", torch.float32)


def turn(row: int, column: int, size: int) -> float:
    """The rotation's value by the base-4 digits of its place."""
    sign = 1
    for _ in range({4: 1, 16: 2, 64: 3}[size]):
        sign *= SIGNS[row % 4][column % 4]
        row, column = row // 4, column // 4
    return sign / size**0.5


@pytest.mark.parametrize("group", [4, 16, 64])
def test_rotated_rows_are_turned_back(group: int, tmp_path: Path) -> None:
    whole = weight(6, 128)
    stored = in_rotated_int8("layer", whole, group)
    matrix = torch.tensor([[turn(row, column, group) for column in range(group)] for row in range(group)])
    assert torch.equal(matrix, regular_hadamard(group))
    wanted = torch.zeros(6, 128, dtype=torch.float64)
    for row in range(6):
        scaled = stored["layer.weight"][row].double() * stored["layer.weight_scale"][row].double()
        for start in range(0, 128, group):
            wanted[row, start : start + group] = matrix.double() @ scaled[start : start + group]
    got = read(stored, tmp_path)
    assert list(got) == ["layer.weight"]
    torch.testing.assert_close(got["layer.weight"], wanted.float(), rtol=0, atol=1e-6)
    assert (got["layer.weight"] - whole).abs().max() < whole.abs().max() / 100


def test_rows_without_a_rotation_are_scaled_only(tmp_path: Path) -> None:
    stored = in_int8("embed", weight(5, 12))
    got = read(stored, tmp_path)["embed.weight"]
    for row in range(5):
        assert torch.equal(got[row], stored["embed.weight"][row].float() * stored["embed.weight_scale"][row])


def four_bits(code: int) -> float:
    """Sign, two bits of exponent and one of mantissa."""
    sign, exponent, mantissa = (-1) ** (code >> 3), code >> 1 & 3, code & 1
    return sign * (mantissa / 2 if exponent == 0 else 2.0 ** (exponent - 1) * (1 + mantissa / 2))


@pytest.mark.parametrize(("rows", "columns"), [(128, 64), (40, 32), (200, 96)])
def test_blocks_of_four_bit_floats(rows: int, columns: int, tmp_path: Path) -> None:
    whole, scale = weight(rows, columns), torch.linspace(0.5, 2, columns)
    stored = in_nvfp4("layer", whole, scale)
    got = read(stored, tmp_path)
    assert torch.equal(got["layer.pre_quant_scale"], scale)
    assert set(got) == {"layer.weight", "layer.pre_quant_scale"}
    packed = stored["layer.weight"].tolist()
    tiles = stored["layer.weight_scale"].float().flatten()
    overall = stored["layer.weight_scale_2"]
    across = -(-(columns // 16) // 4)
    for row, column in ((0, 0), (1, 17), (33, 31), (39, 2), (rows - 1, columns - 1)):
        byte = packed[row][column // 2]
        block = column // 16
        line = (row // 128 * across + block // 4) * 32 + row % 32
        place = line * 16 + row % 128 // 32 * 4 + block % 4
        value = four_bits(byte >> 4 if column % 2 == 0 else byte & 15) * (tiles[place] * overall)
        assert got["layer.weight"][row, column] == value
    # What the layer computes is what the whole weight does with the input, but for 4 bits of error.
    error = got["layer.weight"] * scale - whole
    assert error.norm() / whole.norm() < 0.15


def test_a_layer_of_four_bits_computes_what_its_whole_weight_does(tmp_path: Path) -> None:
    whole, scale = weight(40, 32), torch.linspace(0.5, 2, 32)
    stored = in_nvfp4("layer", whole, scale) | {"layer.input_scale": torch.ones(())}
    save_file(stored, tmp_path / "quantized.safetensors")
    packed = read_comfy_weights(tmp_path / "quantized.safetensors", torch.float32, packed=("nvfp4",))
    assert set(packed) == {f"layer.{name}" for name in (*PACKED, "pre_quant_scale")}
    layer = FourBitLinear({name.removeprefix("layer."): tensor for name, tensor in packed.items()})
    assert sum(parameter.nbytes for parameter in layer.parameters()) < whole.nbytes
    values = weight(3, 32)
    for dtype in (torch.float32, torch.bfloat16):
        wanted = (values.to(dtype) * scale.to(dtype)) @ read(stored, tmp_path)["layer.weight"].to(dtype).T
        torch.testing.assert_close(layer(values.to(dtype)), wanted)
    bare = FourBitLinear({name: packed[f"layer.{name}"] for name in PACKED})
    torch.testing.assert_close(bare(values * scale), layer(values))


def test_other_tensors_stay_as_they_are_stored(tmp_path: Path) -> None:
    plain = {"a.weight": weight(2, 3).half(), "a.bias": torch.zeros(2), "b": torch.arange(3)}
    got = read(plain | in_int8("q", weight(2, 4)) | {"q.bias": torch.ones(2)}, tmp_path)
    assert set(got) == {*plain, "q.weight", "q.bias"}
    for name, tensor in plain.items():
        assert torch.equal(got[name], tensor)
        assert got[name].dtype == tensor.dtype


def test_an_unknown_format_is_refused(tmp_path: Path) -> None:
    stored = in_int8("layer", weight(2, 4)) | {"layer.comfy_quant": marker(format="convrot_w4a4")}
    with pytest.raises(ValueError, match="stored as convrot_w4a4"):
        read(stored, tmp_path)
    with pytest.raises(ValueError, match="power of 4"):
        regular_hadamard(32)
