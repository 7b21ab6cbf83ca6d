"""How the frozen base rests in memory while it is trained, lightest last.

whole      as renders have it
fp8        8 bits, by diffusers' layerwise casting
nf4        4 bits, by bitsandbytes: on CUDA only
offloaded  on the host, and on the device one layer at a time

The lighter ways need gradient checkpointing: without it the graph of an update keeps each weight as it was
computed with, and nothing is saved.
"""

from typing import Any, Literal, get_args

import msgspec
import torch
from accelerate import cpu_offload
from accelerate.hooks import remove_hook_from_module

from darkroom_engine.plan import PipelineSpec, Quantization
from darkroom_engine.quantizing import can_hold_four_bits

Hold = Literal["whole", "fp8", "nf4", "offloaded"]
HOLDS: tuple[Hold, ...] = get_args(Hold)
SAID: dict[Hold, str] = {
    "whole": "the base in whole weights",
    "fp8": "the base held in 8 bits, through which gradients differ a little",
    "nf4": "the base held in 4 bits, through which gradients differ",
    "offloaded": "the base on the host and one layer at a time on the device, which takes longer",
}


def next_hold(held: Hold, spec: PipelineSpec, device: torch.device) -> Hold | None:
    """The next lighter way; None when there is none, or when the settings name the way."""
    return next((hold for hold in HOLDS[HOLDS.index(held) + 1 :] if can(hold, spec, device)), None)


def can(hold: Hold, spec: PipelineSpec, device: torch.device) -> bool:
    match hold:
        case "whole":
            return True
        case "fp8":
            return spec.quantization is None
        case "nf4":
            return spec.quantization is None and can_hold_four_bits(device)
        case "offloaded":
            return spec.offload == "auto"


def held_spec(spec: PipelineSpec, component: str, hold: Hold) -> PipelineSpec:
    match hold:
        case "whole":
            return spec
        case "fp8" | "nf4":
            return msgspec.structs.replace(spec, quantization=Quantization(hold, [component]))
        case "offloaded":
            # The other components are not computed with, and rest on the host too.
            return msgspec.structs.replace(spec, offload="model")


def held_key(key: str, hold: Hold) -> str:
    """What is held in another way than renders have it is another pipeline."""
    return key if hold == "whole" else f"{key}.{hold}"


def offload_layers(model: Any, device: torch.device) -> None:
    """Each layer comes to the device for its own part of an update, the second time for its gradients."""
    remove_hook_from_module(model, recurse=True)
    cpu_offload(model, execution_device=device)
