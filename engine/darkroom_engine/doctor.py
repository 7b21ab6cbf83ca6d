"""`python -m darkroom_engine.doctor`: one JSON object about this installation, for `darkroom doctor`."""

import importlib
import json
import os
import sys
from typing import Any

from darkroom_engine import PROTOCOL
from darkroom_engine.versions import installed_versions

NEEDED = (
    *("torch", "diffusers", "transformers", "accelerate", "safetensors", "peft"),
    *("huggingface_hub", "sentencepiece", "google.protobuf", "PIL", "av", "numpy", "msgspec"),
)


def main() -> None:
    # Libraries print while they are imported; the answer must be all that stdout gets.
    answer = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    json.dump(examine(), answer)
    answer.write("\n")
    answer.close()


def examine() -> dict[str, Any]:
    imports = {name: import_error(name) for name in NEEDED}
    return {
        "protocol": PROTOCOL,
        "python": sys.executable,
        "versions": installed_versions(),
        "imports": imports,
        "devices": [] if imports["torch"] else list_devices(),
    }


def import_error(name: str) -> str | None:
    """None when the module imports, else why it does not."""
    try:
        importlib.import_module(name)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return None


def list_devices() -> list[dict[str, Any]]:
    """Every device that DEVICE can name, best first, with its memory in bytes."""
    import torch

    from darkroom_engine.device import process_memory

    devices = [
        {
            "device": f"cuda:{index}",
            "name": torch.cuda.get_device_name(index),
            "memory_bytes": torch.cuda.get_device_properties(index).total_memory,
            "bfloat16": torch.cuda.is_bf16_supported(),
        }
        for index in range(torch.cuda.device_count())
    ]
    host = process_memory().total_bytes
    if torch.backends.mps.is_available():
        devices.append({"device": "mps", "name": "Apple GPU", "memory_bytes": host, "bfloat16": False})
    threads = torch.get_num_threads()
    devices.append({"device": "cpu", "name": f"{threads} threads", "memory_bytes": host, "bfloat16": False})
    return devices


if __name__ == "__main__":
    main()
