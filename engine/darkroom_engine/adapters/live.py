"""Adapters beside weights that cannot be changed in place.

A weight of 8 or 4 bits cannot take up a LoRA's small change: rounding would lose most of it. So it stays as
it is, and the change is computed on the layer's input and added to its output, as the trainer does while the
base is quantised. It costs time in every step, which is why whole weights are merged instead.
"""

from collections.abc import Callable
from typing import Any

import torch
from torch.nn import functional

from darkroom_engine.adapters.changes import Change, Changes, Deltas, Slot
from darkroom_engine.adapters.placement import Placement
from darkroom_engine.adapters.source import Source
from darkroom_engine.failures import JobFailure

Term = Callable[[torch.nn.Module, torch.Tensor], torch.Tensor]
FLOAT8 = {torch.float8_e4m3fn, torch.float8_e5m2}
CONVOLUTIONS = (torch.nn.Conv1d, torch.nn.Conv2d, torch.nn.Conv3d)


class LiveAdapters:
    """Owns the terms that are added to the outputs of quantised layers."""

    def __init__(self) -> None:
        self._handles: list[Any] = []

    def replace(self, terms: dict[torch.nn.Module, list[Term]]) -> None:
        """From now on exactly these terms are added; those of before are gone."""
        for handle in self._handles:
            handle.remove()
        self._handles = [module.register_forward_hook(add(added)) for module, added in terms.items()]


def module_of(pipeline: Any, slot: Slot) -> torch.nn.Module:
    return getattr(pipeline, slot.component).get_submodule(slot.path)


def live_terms(pipeline: Any, changes: Changes, deltas: Deltas) -> dict[torch.nn.Module, list[Term]]:
    """What is added to the output of each quantised layer, in the order of the adapters. Raises JobFailure
    LORA_INCOMPATIBLE for a kind of layer that this does not work for.
    """
    terms: dict[torch.nn.Module, list[Term]] = {}
    for slot, wanted in changes.items():
        module = module_of(pipeline, slot)
        refuse_unsupported(module, slot.name)
        dtype = getattr(pipeline, slot.component).dtype
        found = [live_term(slot, module, change, deltas, dtype) for change in wanted]
        terms.setdefault(module, []).extend(term for term in found if term is not None)
    return terms


def live_term(
    slot: Slot, module: torch.nn.Module, change: Change, deltas: Deltas, dtype: torch.dtype
) -> Term | None:
    if slot.attribute == "weight" and (term := low_rank(*change, dtype)):
        return term
    base = module.bias.detach().float() if slot.attribute == "bias" else whole_weight(module)
    base = base.to(deltas.device)
    delta = deltas.of(slot, base, change)
    if delta is None:
        return None
    return bias(delta, dtype) if slot.attribute == "bias" else dense(delta, dtype)


def add(terms: list[Term]) -> Callable[[torch.nn.Module, Any, torch.Tensor], torch.Tensor]:
    def hook(module: torch.nn.Module, inputs: tuple[torch.Tensor, ...], output: torch.Tensor) -> torch.Tensor:
        for term in terms:
            output = output + term(module, inputs[0])
        return output

    return hook


def is_quantized(module: torch.nn.Module) -> bool:
    """Whether the weight is held in 8 or 4 bits: as float8 by layerwise casting, or by bitsandbytes."""
    weight = getattr(module, "weight", None)
    return isinstance(weight, torch.Tensor) and (weight.dtype in FLOAT8 or hasattr(weight, "quant_state"))


def whole_weight(module: torch.nn.Module) -> torch.Tensor:
    """The values that a quantised weight stands for, in float32."""
    weight = module.weight
    if not hasattr(weight, "quant_state"):
        return weight.detach().float()
    from diffusers.quantizers.bitsandbytes.utils import dequantize_bnb_weight

    return dequantize_bnb_weight(weight, dtype=torch.float32)


def low_rank(source: Source, placement: Placement, strength: float, dtype: torch.dtype) -> Term | None:
    """strength x alpha/rank x up(down(x)) for a plain LoRA of a linear layer; None for every other form."""
    parts = source.parts
    is_plain = {"up", "down"} <= parts.keys() and not parts.keys() & {"mid", "dora", "diff"}
    if not is_plain or parts["down"].ndim != 2 or placement.into is not None:
        return None
    down, up = parts["down"].float(), parts["up"].float() * (strength * source.alpha_over(len(parts["down"])))
    held = [down.to(dtype), placement.select(up).to(dtype)]

    def term(module: torch.nn.Module, x: torch.Tensor) -> torch.Tensor:
        held[:] = [ready_for(part, x) for part in held]
        return functional.linear(functional.linear(x.to(dtype), held[0]), held[1])

    return term


def dense(change: torch.Tensor, dtype: torch.dtype) -> Term:
    """The layer itself with `change`, float32 in the weight's shape, in place of its weight, and no bias."""
    held = [change.to(dtype)]

    def term(module: torch.nn.Module, x: torch.Tensor) -> torch.Tensor:
        held[0] = ready_for(held[0], x)
        if isinstance(module, CONVOLUTIONS):
            return module._conv_forward(x.to(dtype), held[0], None)
        return functional.linear(x.to(dtype), held[0])

    return term


def ready_for(part: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """On the device of the input; and where gradients are to pass, no tensor of inference mode, which they
    cannot.
    """
    part = part.to(x.device)
    return part.clone() if part.is_inference() and torch.is_grad_enabled() else part


def bias(change: torch.Tensor, dtype: torch.dtype) -> Term:
    def term(module: torch.nn.Module, x: torch.Tensor) -> torch.Tensor:
        shape = (-1, *([1] * (x.ndim - 2))) if isinstance(module, CONVOLUTIONS) else (-1,)
        return change.to(x.device, dtype).view(shape)

    return term


def refuse_unsupported(module: torch.nn.Module, name: str) -> None:
    if not isinstance(module, (torch.nn.Linear, *CONVOLUTIONS)):
        raise JobFailure(
            "LORA_INCOMPATIBLE",
            f"The LoRA changes {name}, a {type(module).__name__} that QUANTIZATION holds in fewer bits; that "
            "works for linear and convolution layers. Set QUANTIZATION=none for this model.",
        )
