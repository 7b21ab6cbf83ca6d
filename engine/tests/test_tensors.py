"""Safetensors files as the engine reads them, against the library that writes them."""

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from darkroom_engine.adapters.tensors import read_tensors

VALUES = torch.tensor([[0.5, -2.0, 0.0], [1.5, 448.0, -0.25]])


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.int64])
def test_every_type_as_it_was_written(tmp_path: Path, dtype: torch.dtype) -> None:
    written = {"b": VALUES.to(dtype), "a": torch.tensor(4).to(dtype)}
    save_file(written, tmp_path / "x.safetensors")
    read = read_tensors(tmp_path / "x.safetensors")
    assert read.keys() == written.keys()
    for name, tensor in written.items():
        assert read[name].dtype == dtype
        assert torch.equal(read[name], tensor)


@pytest.mark.parametrize("dtype", [torch.float8_e4m3fn, torch.float8_e5m2])
def test_float8_without_loss_in_a_type_that_can_be_calculated_with(
    tmp_path: Path, dtype: torch.dtype
) -> None:
    everything = torch.arange(256, dtype=torch.uint8).view(dtype)
    save_file({"x": everything}, tmp_path / "x.safetensors")
    read = read_tensors(tmp_path / "x.safetensors")["x"]
    assert read.dtype == torch.bfloat16
    torch.testing.assert_close(read.float(), everything.float(), rtol=0, atol=0, equal_nan=True)


def test_metadata_that_is_not_only_text(tmp_path: Path) -> None:
    header = json.dumps(
        {
            "__metadata__": {"ss_steps": 1000, "software": {"name": "x"}},
            "x": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]},
        }
    ).encode()
    data = torch.tensor([1.0, 2.0]).numpy().tobytes()
    (tmp_path / "x.safetensors").write_bytes(len(header).to_bytes(8, "little") + header + data)
    assert read_tensors(tmp_path / "x.safetensors")["x"].tolist() == [1.0, 2.0]


def test_a_file_that_was_cut(tmp_path: Path) -> None:
    save_file({"x": VALUES}, tmp_path / "x.safetensors")
    whole = (tmp_path / "x.safetensors").read_bytes()
    for length in (0, 5, 40, len(whole) - 1):
        (tmp_path / "cut.safetensors").write_bytes(whole[:length])
        with pytest.raises(ValueError, match=r"cut off|header|truncated|malformed"):
            read_tensors(tmp_path / "cut.safetensors")
