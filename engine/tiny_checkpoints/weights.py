"""Random weights that carry a signal: every layer keeps about the variance it is given."""

from typing import TypeVar

import torch
from torch import nn

Module = TypeVar("Module", bound=nn.Module)
BIAS_SCALE = 0.02


def randomize(module: Module, seed: int, gain: float = 1.0) -> Module:
    """Draws every matrix, kernel and embedding anew from `seed`; norm weights keep their ones.

    `gain` multiplies the standard deviation 1/sqrt(fan in). Returns the module, for evaluation, in float32.
    """
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in module.named_parameters():
            if parameter.ndim >= 2 and not name.endswith("gamma"):
                fan_in = parameter[0].numel()
                parameter.normal_(0.0, gain / fan_in**0.5, generator=generator)
            elif name.endswith(("bias", "class_embedding")):
                parameter.normal_(0.0, BIAS_SCALE, generator=generator)
    return module.float().eval()
