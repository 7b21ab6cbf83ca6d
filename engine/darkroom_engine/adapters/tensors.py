"""The tensors of a safetensors file.

Read here and not by the safetensors library, which refuses files whose metadata is not only text; trainers
write such files. Whether the header and its layout are sound has been checked by the server
(`src/loras/file/header/parse-header.ts`).
"""

from pathlib import Path
from typing import BinaryIO

import msgspec
import torch

DTYPES = {
    "F64": torch.float64,
    "F32": torch.float32,
    "F16": torch.float16,
    "BF16": torch.bfloat16,
    "F8_E4M3": torch.float8_e4m3fn,
    "F8_E5M2": torch.float8_e5m2,
    "I64": torch.int64,
    "I32": torch.int32,
    "I16": torch.int16,
    "I8": torch.int8,
    "U8": torch.uint8,
    "BOOL": torch.bool,
}
EIGHT_BITS = {torch.float8_e4m3fn, torch.float8_e5m2}


class Entry(msgspec.Struct):
    dtype: str
    shape: list[int]
    data_offsets: tuple[int, int]


def read_tensors(file: Path) -> dict[str, torch.Tensor]:
    """All tensors in the order of the header, in memory of their own: the file may be replaced while they are
    in use.

    Float8 becomes bfloat16, which holds each of its values exactly and has every operation. Raises OSError,
    or ValueError for a file that is not whole safetensors.
    """
    with file.open("rb") as opened:
        length = int.from_bytes(opened.read(8), "little")
        if length > file.stat().st_size - 8:
            raise ValueError(f"its header would have {length} bytes")
        header = msgspec.json.decode(opened.read(length), type=dict[str, msgspec.Raw])
        header.pop("__metadata__", None)
        return {
            name: read_tensor(opened, name, 8 + length, msgspec.json.decode(raw, type=Entry))
            for name, raw in header.items()
        }


def read_tensor(opened: BinaryIO, name: str, start: int, entry: Entry) -> torch.Tensor:
    begin, end = entry.data_offsets
    data = bytearray(end - begin)
    opened.seek(start + begin)
    if opened.readinto(data) != len(data):
        raise ValueError(f"{name} is cut off")
    if entry.dtype not in DTYPES:
        raise ValueError(f"{name} is of the unknown type {entry.dtype}")
    dtype = DTYPES[entry.dtype]
    tensor = torch.frombuffer(data, dtype=dtype) if data else torch.empty(0, dtype=dtype)
    tensor = tensor.reshape(entry.shape)
    return tensor.bfloat16() if dtype in EIGHT_BITS else tensor
