"""Read a LoRA file: safetensors only, whole, once."""

import hashlib
from pathlib import Path

import torch

from darkroom_engine.adapters.names import parse_key
from darkroom_engine.adapters.source import AdapterFile, Source
from darkroom_engine.adapters.tensors import read_tensors
from darkroom_engine.failures import JobFailure
from darkroom_engine.plan import Strength

AS_TRAINED = Strength(others=1.0, tensors={})


def read_adapter(name: str, file: Path, sha256: str, strength: Strength = AS_TRAINED) -> AdapterFile:
    """Parse `file`, whose bytes have to have `sha256`. `strength` is what the plan says of modules without an
    alpha.

    Raises JobFailure LORA_INVALID when the file is gone, changed, truncated, not safetensors, or has no LoRA
    in it.
    """
    try:
        check_digest(name, file, sha256)
        tensors = read_tensors(file)
    except FileNotFoundError as error:
        raise JobFailure(
            "LORA_INVALID", f"{name}: the file {file.name} is no longer there. Send it again."
        ) from error
    except (OSError, ValueError) as error:
        raise JobFailure(
            "LORA_INVALID",
            f"{name}: {file.name} is not a whole safetensors file ({error}). Export or download it again.",
        ) from error
    sources, unknown = group(tensors, strength)
    if not sources:
        raise JobFailure(
            "LORA_INVALID",
            f"{name}: {file.name} has {len(tensors)} tensors and none of them belongs to a LoRA, LoKr or "
            f"LoHa (the first is {next(iter(tensors), 'nothing')!r}).",
        )
    return AdapterFile(sha256, tuple(sources), tuple(unknown))


def check_digest(name: str, file: Path, sha256: str) -> None:
    with file.open("rb") as opened:
        found = hashlib.file_digest(opened, "sha256").hexdigest()
    if found != sha256:
        raise JobFailure(
            "LORA_INVALID",
            f"{name}: {file.name} changed after the request was accepted (sha256 {found[:12]}, expected "
            f"{sha256[:12]}). Send the request again.",
            retryable=True,
        )


def group(
    tensors: dict[str, torch.Tensor], strength: Strength = AS_TRAINED
) -> tuple[list[Source], list[str]]:
    """The tensors by module, in the order of their keys, and the keys that mean nothing here, or what
    another has said already.
    """
    sources: dict[tuple[str, str], Source] = {}
    unknown = []
    for key, tensor in sorted(tensors.items()):
        name = parse_key(key)
        if name is None:
            unknown.append(key)
            continue
        source = sources.setdefault(
            (name.key, name.module),
            Source(name.component, name.module, key=name.key, scale=strength.others),
        )
        if name.part in source.parts:
            unknown.append(key)
            continue
        source.parts[name.part] = tensor
        source.scale = strength.tensors.get(key, source.scale)
    return list(sources.values()), unknown
