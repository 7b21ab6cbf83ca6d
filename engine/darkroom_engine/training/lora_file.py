"""The file of a LoRA, with the keys and metadata of the trainer's own (its get_state_dict,
update_training_metadata).
"""

import errno
import hashlib
import json
import os
import re
from pathlib import Path
from typing import BinaryIO

import torch
from safetensors import SafetensorError
from safetensors.torch import save, save_file

from darkroom_engine import __version__
from darkroom_engine.training.plan import Method, TrainingPlan

Weights = dict[str, tuple[torch.Tensor, torch.Tensor]]


def file_tensors(weights: Weights, method: Method, alpha: float) -> dict[str, torch.Tensor]:
    """(down, up) of each layer under the file's names, in half precision on the host."""
    tensors = {}
    for name, (down, up) in weights.items():
        if method.spelling == "peft":
            stem = f"{method.prefix}.{name}"
            parts = {f"{stem}.lora_A.weight": down, f"{stem}.lora_B.weight": up}
        else:
            stem = f"{method.prefix}_{name.replace('.', '_')}"
            parts = {
                f"{stem}.alpha": torch.tensor(alpha),
                f"{stem}.lora_down.weight": down,
                f"{stem}.lora_up.weight": up,
            }
        tensors |= parts
    return {key: value.detach().to("cpu", torch.float16).contiguous() for key, value in tensors.items()}


def metadata_of(plan: TrainingPlan, step: int, tensors: dict[str, torch.Tensor]) -> dict[str, str]:
    """`step` is the number of updates done."""
    trigger = plan.settings.trigger
    known = {
        "training_info": json.dumps({"step": step, "epoch": 0}),
        "ss_base_model_version": plan.method.base_version,
        "ss_output_name": plan.name,
    }
    if trigger:
        known["ss_tag_frequency"] = json.dumps({f"1_{trigger}": {trigger: 1}})
    return {
        "format": "pt",
        "name": plan.name,
        "version": "1.0",
        "software": json.dumps({"name": "darkroom", "version": __version__}),
        **known,
        **model_hashes(tensors, {key: value for key, value in known.items() if key.startswith("ss_")}),
    }


def model_hashes(tensors: dict[str, torch.Tensor], metadata: dict[str, str]) -> dict[str, str]:
    """The hashes that sd-webui-additional-networks knows a LoRA by: of the tensors behind the header, and of
    64 KiB from the middle of the first 2 MiB.
    """
    whole = save(tensors, metadata)
    header = int.from_bytes(whole[:8], "little")
    legacy = hashlib.sha256(whole[0x100000:][:0x10000]).hexdigest()[:8]
    return {
        "sshs_model_hash": hashlib.sha256(whole[8 + header :]).hexdigest(),
        "sshs_legacy_hash": legacy,
    }


def lora_file(folder: Path, plan: TrainingPlan, step: int) -> Path:
    """Where the file of a step is, or is to be."""
    return folder / f"{plan.name}_{step:09}.safetensors"


def write_lora(folder: Path, plan: TrainingPlan, step: int, weights: Weights) -> Path:
    """Whole or not at all."""
    tensors = file_tensors(weights, plan.method, plan.settings.alpha)
    file = lora_file(folder, plan, step)
    write_whole(file, tensors, metadata_of(plan, step, tensors))
    return file


def write_whole(file: Path, tensors: dict[str, torch.Tensor], metadata: dict[str, str]) -> None:
    """A name is only ever seen with all of its bytes, whenever the process or the machine ends. Raises
    OSError, of a full disk too.
    """
    draft = file.with_name(f"{file.name}.tmp")
    try:
        save_file(tensors, draft, metadata=metadata)
    except SafetensorError as error:
        draft.unlink(missing_ok=True)
        raise as_os_error(error) from error
    with draft.open("rb+") as opened:
        order_metadata(opened)
        opened.flush()
        os.fsync(opened.fileno())
    draft.replace(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def order_metadata(opened: BinaryIO) -> None:
    """Equal contents are equal files: the library writes metadata in the order of a hash table, which is
    another one each time.
    """
    size = int.from_bytes(opened.read(8), "little")
    header = json.loads(opened.read(size))
    header["__metadata__"] = dict(sorted(header["__metadata__"].items()))
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode().ljust(size)
    assert len(text) == size
    opened.seek(8)
    opened.write(text)


def as_os_error(error: SafetensorError) -> OSError:
    """The library tells the system's error by its number, in words."""
    number = re.search(r"os error (\d+)", str(error))
    return OSError(int(number[1]) if number else errno.EIO, str(error))
