"""LoRA layers on a frozen denoiser: which of its layers have one, and what each adds.

A layer computes in float32 beside the frozen one, as the trainer's do, so the frozen weights may be held in
any way. Nothing of the model is wrapped or renamed: hooks add the outputs, and are gone when the layers are
taken off.
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from darkroom_engine.adapters.original_names import original_module
from darkroom_engine.failures import JobFailure
from darkroom_engine.training.draws import tensors_for
from darkroom_engine.training.plan import Method, Settings

SHOWN = 20


@dataclass
class LoraLayer:
    """`down` (rank, in) and `up` (out, rank), or with two dimensions more of 1 for a 1x1 convolution.

    `modules` share the rows of `up` in their order: one, or the parts of a layer that is one in the original
    checkpoint and several in diffusers.
    """

    modules: list[nn.Module]
    down: nn.Parameter
    up: nn.Parameter

    def added(self, part: int, x: torch.Tensor) -> torch.Tensor:
        """To the output of a module, for its input."""
        module, up = self.modules[part], self._rows(part)
        x = x.to(self.down.dtype)
        if isinstance(module, nn.Conv2d):
            narrow = functional.conv2d(x, self.down, None, module.stride, module.padding)
            return functional.conv2d(narrow, up)
        return functional.linear(functional.linear(x, self.down), up)

    def _rows(self, part: int) -> torch.Tensor:
        if len(self.modules) == 1:
            return self.up
        start = sum(outputs_of(module) for module in self.modules[:part])
        return self.up[start : start + outputs_of(self.modules[part])]


class LoraLayers:
    """Owns the trained weights, by the dotted names of the layers that they change."""

    def __init__(self, model: nn.Module, method: Method, settings: Settings, device: torch.device) -> None:
        self._method, self._settings = method, settings
        self._scale = settings.alpha / settings.rank
        self._handles: list[Any] = []
        self._layers = {
            name: new_layer(modules, number, settings, device)
            for number, (name, modules) in enumerate(chosen_layers(model, method, settings).items())
        }

    def named(self) -> dict[str, tuple[nn.Parameter, nn.Parameter]]:
        """(down, up) of each layer."""
        return {name: (layer.down, layer.up) for name, layer in self._layers.items()}

    def parameters(self) -> list[nn.Parameter]:
        return [weight for pair in self.named().values() for weight in pair]

    def take(self, model: nn.Module) -> None:
        """Be the layers of this model: another copy of the one before."""
        chosen = chosen_layers(model, self._method, self._settings)
        for name, layer in self._layers.items():
            layer.modules = chosen[name]

    def let_go(self) -> None:
        self.take_off()
        for layer in self._layers.values():
            layer.modules = []

    @property
    def are_on(self) -> bool:
        return bool(self._handles)

    def put_on(self) -> None:
        """From now on every call of the model goes through the layers too."""
        if not self._handles:
            self._handles = [
                module.register_forward_hook(self._hook(layer, part))
                for layer in self._layers.values()
                for part, module in enumerate(layer.modules)
            ]

    def take_off(self) -> None:
        for handle in self._handles:
            handle.remove()
        self._handles = []

    def _hook(self, layer: LoraLayer, part: int) -> Any:
        def add(_module: nn.Module, inputs: tuple[torch.Tensor, ...], output: torch.Tensor) -> torch.Tensor:
            return output + (layer.added(part, inputs[0]) * self._scale).to(output.dtype)

        return add


def new_layer(modules: list[nn.Module], number: int, settings: Settings, device: torch.device) -> LoraLayer:
    """A layer that changes nothing yet: `down` drawn evenly as torch draws linear layers, `up` 0."""
    first = modules[0]
    is_convolution = isinstance(first, nn.Conv2d)
    inside = first.in_channels if is_convolution else first.in_features
    outside = sum(outputs_of(module) for module in modules)
    more = (1, 1) if is_convolution else ()
    down = torch.empty(settings.rank, inside, *more)
    nn.init.kaiming_uniform_(down, a=math.sqrt(5), generator=tensors_for(settings.seed, "weights", number))
    up = torch.zeros(outside, settings.rank, *more)
    return LoraLayer(modules, nn.Parameter(down.to(device)), nn.Parameter(up.to(device)))


def outputs_of(module: nn.Module) -> int:
    return module.out_channels if isinstance(module, nn.Conv2d) else module.out_features


def chosen_layers(model: nn.Module, method: Method, settings: Settings) -> dict[str, list[nn.Module]]:
    """Layers to train, by dotted name: all that the method takes, less what the settings leave out. Raises
    JobFailure TRAINING_FAILED when none is left, with names of layers that there are.
    """
    offered = offered_layers(model, method)
    taken = {name: modules for name, modules in offered.items() if is_taken(name, settings)}
    if not taken:
        names = list(offered)
        more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
        raise JobFailure(
            "TRAINING_FAILED",
            "No layer of the model is left to train by these choices. There are: "
            f"{', '.join(names[:SHOWN])}{more}.",
        )
    return taken


def offered_layers(model: nn.Module, method: Method) -> dict[str, list[nn.Module]]:
    """By the names that the file has: diffusers', or those of the original checkpoint, where several of
    diffusers' modules may be one.
    """

    def is_offered(name: str) -> bool:
        full = f"{method.component}.{name}"
        return (not method.blocks or contains(full, method.blocks)) and not contains(full, method.excludes)

    layers: dict[str, list[nn.Module]] = {}
    for path, module in model.named_modules():
        if takes_lora(module) and (found := named_in_file(method, path, is_offered)) is not None:
            name, parts = found
            layers[name] = [model.get_submodule(part) for part in parts]
    return layers


def named_in_file(
    method: Method, path: str, is_offered: Callable[[str], bool]
) -> tuple[str, list[str]] | None:
    """Name in the file and modules of the layer that `path` is of; None when it is not offered."""
    if method.names is not None:
        return original_module(method.names, path, is_offered)
    return (path, [path]) if is_offered(path) else None


def takes_lora(module: nn.Module) -> bool:
    """Linear layers, and 1x1 convolutions, as the trainer has them without `conv` in its network."""
    is_pointwise = isinstance(module, nn.Conv2d) and module.kernel_size == (1, 1)
    return is_pointwise or isinstance(module, nn.Linear)


def is_taken(name: str, settings: Settings) -> bool:
    wanted = settings.include is None or contains(name, settings.include)
    fits = settings.layers is None or re.search(settings.layers, name) is not None
    return wanted and fits and not contains(name, settings.exclude)


def contains(name: str, words: list[str]) -> bool:
    return any(word in name for word in words)
