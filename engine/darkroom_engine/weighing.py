"""What a pipeline will weigh in memory, read from the headers of its files: nothing is loaded for it."""

import json
import math
from dataclasses import dataclass
from pathlib import Path

import torch

from darkroom_engine.checkpoints import find_folder
from darkroom_engine.device import choose_dtype
from darkroom_engine.plan import ComponentSource, PipelineSpec
from darkroom_engine.readers.comfy_weights import MARKER
from darkroom_engine.selection import select_folder

QUANTIZED_BYTES = {"fp8": 1.0, "nf4": 0.5625}
"""Bytes a value; four bits and, for every 64 values, a float32 of scale (QLoRA, arXiv 2305.14314)."""
FLOATING = {"F64", "F32", "F16", "BF16", "F8_E4M3", "F8_E5M2"}
INTEGER_BYTES = {"I64": 8, "U64": 8, "I32": 4, "U32": 4, "I16": 2, "U16": 2}


@dataclass(frozen=True)
class Weights:
    """Bytes of each component, in the type in which it will be held."""

    components: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.components.values())

    @property
    def largest(self) -> int:
        return max(self.components.values(), default=0)


def weigh(spec: PipelineSpec, device: torch.device) -> Weights:
    """Raises JobFailure MODEL_FILES_MISSING when the files are not on this machine."""
    width = choose_dtype(spec.dtype, device).itemsize
    files = {} if spec.assembled else checkpoint_files(spec)
    files |= {
        name: [] if source is None else source_files(source) for name, source in spec.components.items()
    }
    return Weights(
        {
            name: sum(weigh_file(file, value_bytes(spec, name, width)) for file in chosen)
            for name, chosen in files.items()
        }
    )


def checkpoint_files(spec: PipelineSpec) -> dict[str, list[Path]]:
    """The weights of each component of the checkpoint itself."""
    folder = find_folder(spec.repository, spec.revision, spec.path, "model_index.json")
    index = json.loads((folder / "model_index.json").read_text(encoding="utf-8"))
    names = [name for name, source in index.items() if isinstance(source, list) and (folder / name).is_dir()]
    return {name: chosen_files(folder / name, spec.variant) for name in names}


def value_bytes(spec: PipelineSpec, component: str, width: int) -> float:
    quantized = spec.quantization
    return (
        QUANTIZED_BYTES[quantized.kind] if quantized and component in quantized.components else float(width)
    )


def chosen_files(folder: Path, variant: str | None) -> list[Path]:
    """The safetensors of a component's folder that will be read: those of the variant where it has one."""
    names = [file.name for file in folder.glob("*.safetensors")]
    return [folder / name for name in select_folder(names, variant)]


def source_files(source: ComponentSource) -> list[Path]:
    path = Path(source.path) if source.path else None
    if source.file and path is not None and path.is_file():
        return [path]
    folder = find_folder(source.repository, source.revision, source.path, source.file or ".")
    return [folder / source.file] if source.file else chosen_files(folder / source.subfolder, None)


def weigh_file(file: Path, width: float) -> int:
    """Bytes of the tensors of a safetensors file when every floating value takes `width` bytes.

    Other bytes are counted as what they are. Of ComfyUI's quantised layers those of 4 bits are held so, and
    those of 8 bits whole.
    """
    with file.open("rb") as opened:
        length = int.from_bytes(opened.read(8), "little")
        header = json.loads(opened.read(length))
    header.pop("__metadata__", None)
    marked = {f"{name.removesuffix(MARKER)}.weight" for name in header if name.endswith(MARKER)}
    return round(
        sum(
            math.prod(tensor["shape"]) * bytes_of(tensor["dtype"], width, name in marked)
            for name, tensor in header.items()
        )
    )


def bytes_of(dtype: str, width: float, marked: bool) -> float:
    """Of one value as it is held; `marked` is a weight of a layer that ComfyUI quantised."""
    if dtype in FLOATING or (marked and dtype == "I8"):
        return width
    return INTEGER_BYTES.get(dtype, 1)
