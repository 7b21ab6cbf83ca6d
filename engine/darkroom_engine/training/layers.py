"""LoRA layers on a frozen denoiser: which of its layers have one, and what each adds.

A layer computes in float32 beside the frozen one, as the trainer's do, so the frozen weights may be held in
any way. Nothing of the model is wrapped or renamed: hooks add the outputs, and are gone when the layers are
taken off.
"""

import math
import re
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from darkroom_engine.failures import JobFailure
from darkroom_engine.training.draws import tensors_for
from darkroom_engine.training.plan import Method, Settings

SHOWN = 20


@dataclass
class LoraLayer:
    """`down` (rank, in) and `up` (out, rank), or with two dimensions more of 1 for a 1x1 convolution."""

    module: nn.Module
    down: nn.Parameter
    up: nn.Parameter

    def added(self, x: torch.Tensor) -> torch.Tensor:
        x = x.to(self.down.dtype)
        if isinstance(self.module, nn.Conv2d):
            narrow = functional.conv2d(x, self.down, None, self.module.stride, self.module.padding)
            return functional.conv2d(narrow, self.up)
        return functional.linear(functional.linear(x, self.down), self.up)


class LoraLayers:
    """Owns the trained weights, by the dotted names of the layers that they change."""

    def __init__(self, model: nn.Module, method: Method, settings: Settings, device: torch.device) -> None:
        self._scale = settings.alpha / settings.rank
        self._handles: list[Any] = []
        self._layers = {
            name: new_layer(module, number, settings, device)
            for number, (name, module) in enumerate(chosen_layers(model, method, settings).items())
        }

    def named(self) -> dict[str, tuple[nn.Parameter, nn.Parameter]]:
        """(down, up) of each layer."""
        return {name: (layer.down, layer.up) for name, layer in self._layers.items()}

    def parameters(self) -> list[nn.Parameter]:
        return [weight for pair in self.named().values() for weight in pair]

    def put_on(self) -> None:
        """From now on every call of the model goes through the layers too."""
        if not self._handles:
            layers = self._layers.values()
            self._handles = [layer.module.register_forward_hook(self._hook(layer)) for layer in layers]

    def take_off(self) -> None:
        for handle in self._handles:
            handle.remove()
        self._handles = []

    def move_to(self, model: nn.Module) -> None:
        """Go on with another copy of the same model."""
        self.take_off()
        for name, layer in self._layers.items():
            layer.module = model.get_submodule(name)

    def _hook(self, layer: LoraLayer) -> Any:
        def add(_module: nn.Module, inputs: tuple[torch.Tensor, ...], output: torch.Tensor) -> torch.Tensor:
            return output + (layer.added(inputs[0]) * self._scale).to(output.dtype)

        return add


def new_layer(module: nn.Module, number: int, settings: Settings, device: torch.device) -> LoraLayer:
    """A layer that changes nothing yet: `down` drawn evenly as torch draws linear layers, `up` 0."""
    is_convolution = isinstance(module, nn.Conv2d)
    inside = module.in_channels if is_convolution else module.in_features
    outside = module.out_channels if is_convolution else module.out_features
    more = (1, 1) if is_convolution else ()
    down = torch.empty(settings.rank, inside, *more)
    nn.init.kaiming_uniform_(down, a=math.sqrt(5), generator=tensors_for(settings.seed, "weights", number))
    up = torch.zeros(outside, settings.rank, *more)
    return LoraLayer(module, nn.Parameter(down.to(device)), nn.Parameter(up.to(device)))


def chosen_layers(model: nn.Module, method: Method, settings: Settings) -> dict[str, nn.Module]:
    """Layers to train, by dotted name: all that the method takes, less what the settings leave out. Raises
    JobFailure TRAINING_FAILED when none is left, with names of layers that there are.
    """
    offered = {name: module for name, module in model.named_modules() if is_offered(name, module, method)}
    taken = {name: module for name, module in offered.items() if is_taken(name, settings)}
    if not taken:
        names = list(offered)
        more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
        raise JobFailure(
            "TRAINING_FAILED",
            "No layer of the model is left to train by these choices. There are: "
            f"{', '.join(names[:SHOWN])}{more}.",
        )
    return taken


def is_offered(name: str, module: nn.Module, method: Method) -> bool:
    """Linear layers, and 1x1 convolutions, as the trainer has them without `conv` in its network."""
    is_pointwise = isinstance(module, nn.Conv2d) and module.kernel_size == (1, 1)
    if not (isinstance(module, nn.Linear) or is_pointwise):
        return False
    full = f"{method.component}.{name}"
    return (not method.blocks or contains(full, method.blocks)) and not contains(full, method.excludes)


def is_taken(name: str, settings: Settings) -> bool:
    wanted = settings.include is None or contains(name, settings.include)
    fits = settings.layers is None or re.search(settings.layers, name) is not None
    return wanted and fits and not contains(name, settings.exclude)


def contains(name: str, words: list[str]) -> bool:
    return any(word in name for word in words)
