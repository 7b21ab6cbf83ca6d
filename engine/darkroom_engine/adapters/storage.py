"""The memory that a pipeline really computes with, wherever offloading put it."""

from typing import Any

import torch


def storage_of(module: torch.nn.Module, attribute: str) -> torch.Tensor:
    """The tensor behind a parameter, to be written in place.

    Sequential offloading (accelerate's AlignDevicesHook) leaves a meta tensor in the module and keeps the
    values in the hook's `weights_map` on the host. Raises RuntimeError when the values are nowhere to be
    found.
    """
    parameter = getattr(module, attribute)
    if not parameter.is_meta:
        return parameter.data
    for hook in hooks_of(module):
        weights = getattr(hook, "weights_map", None)
        if weights is not None:
            return weights[attribute]
    raise RuntimeError(f"The values of {type(module).__name__}.{attribute} are not in memory.")


def hooks_of(module: torch.nn.Module) -> list[Any]:
    hook = getattr(module, "_hf_hook", None)
    return [] if hook is None else list(getattr(hook, "hooks", [hook]))
