"""A LoRA file as ai-toolkit writes it for FLUX: PEFT keys under `transformer.`, fp16, no alpha."""

import json
from pathlib import Path

import torch
from safetensors.torch import save_file


def describe(name: str, trigger: str, step: int) -> dict[str, str]:
    """The header's metadata; everything but plain text is JSON, as safetensors holds strings only."""
    return {
        "format": "pt",
        "name": name,
        "version": "1.0",
        "software": json.dumps({"name": "darkroom", "part": "engine/demo"}),
        "training_info": json.dumps({"step": step, "epoch": 0}),
        "ss_base_model_version": "flux.1",
        "ss_output_name": name,
        "ss_tag_frequency": json.dumps({f"1_{trigger}": {trigger: 1}}),
        "trigger_word": trigger,
    }


def save_lora(
    path: Path, factors: dict[str, tuple[torch.Tensor, torch.Tensor]], trigger: str, step: int
) -> None:
    """Writes the (down, up) factors of each layer."""
    tensors = {}
    for layer, (down, up) in factors.items():
        tensors[f"transformer.{layer}.lora_A.weight"] = down.detach().half().contiguous()
        tensors[f"transformer.{layer}.lora_B.weight"] = up.detach().half().contiguous()
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(tensors, path, metadata=describe(path.stem, trigger, step))
