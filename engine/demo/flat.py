"""Training state as flat arrays in shared memory: each process writes its part and reads the whole."""

from dataclasses import dataclass

import torch
from torch import nn

from .muon import orthogonalise

MOMENTUM, SQUARES, EPSILON = 0.95, 0.99, 1e-8
ADAM_MOMENTUM = 0.9


@dataclass(frozen=True)
class Slot:
    """Where one parameter lies in the arrays, and whether Muon or Adam moves it."""

    name: str
    start: int
    end: int
    shape: torch.Size
    is_matrix: bool


@dataclass(frozen=True)
class FlatState:
    """Weights and optimiser state in fp32, the average of the weights, and one row of gradients a process."""

    weights: torch.Tensor
    average: torch.Tensor
    first: torch.Tensor
    second: torch.Tensor
    gradients: torch.Tensor


def lay_out(model: nn.Module) -> list[Slot]:
    """A slot for every parameter; Muon takes the matrices of the blocks."""
    slots, start = [], 0
    for name, parameter in model.named_parameters():
        is_matrix = parameter.ndim == 2 and "transformer_blocks" in name
        slots.append(Slot(name, start, start + parameter.numel(), parameter.shape, is_matrix))
        start += parameter.numel()
    return slots


def share_state(model: nn.Module, processes: int) -> FlatState:
    """State in shared memory that starts from the model's weights."""
    weights = torch.cat([parameter.detach().float().flatten() for parameter in model.parameters()])
    arrays = [weights, weights.clone(), torch.zeros_like(weights), torch.zeros_like(weights)]
    return FlatState(*(a.share_memory_() for a in [*arrays, torch.zeros(processes, len(weights))]))


def write_gradients(model: nn.Module, slots: list[Slot], state: FlatState, rank: int) -> None:
    """Copies the model's gradients to this process's row and clears them."""
    for slot, parameter in zip(slots, model.parameters(), strict=True):
        state.gradients[rank, slot.start : slot.end].copy_(parameter.grad.flatten())
        parameter.grad = None


def read_weights(model: nn.Module, slots: list[Slot], weights: torch.Tensor) -> None:
    """Copies flat weights into the model, in the model's own precision."""
    with torch.no_grad():
        for slot, parameter in zip(slots, model.parameters(), strict=True):
            parameter.copy_(weights[slot.start : slot.end].view(slot.shape))


def share_of_slots(slots: list[Slot], rank: int, processes: int) -> list[Slot]:
    """The slots this process moves: about equal work for each."""
    ordered = sorted(slots, key=lambda slot: (slot.is_matrix, slot.end - slot.start))
    return ordered[rank::processes]


def move(slot: Slot, state: FlatState, rate: float, step: int, decay: float) -> None:
    """One Muon or Adam step of one parameter by the mean of the processes' gradients."""
    span = slice(slot.start, slot.end)
    gradient, first, weights = state.gradients[:, span].mean(0), state.first[span], state.weights[span]
    if slot.is_matrix:
        first.lerp_(gradient, 1 - MOMENTUM)
        direction = orthogonalise(gradient.lerp(first, MOMENTUM).view(slot.shape)).flatten()
        weights.mul_(1 - rate * decay).sub_(direction, alpha=rate * 0.2 * max(slot.shape) ** 0.5)
        return
    second = state.second[span]
    first.lerp_(gradient, 1 - ADAM_MOMENTUM)
    second.lerp_(gradient * gradient, 1 - SQUARES)
    scale = (second / (1 - SQUARES**step)).sqrt_().add_(EPSILON)
    weights.sub_((first / (1 - ADAM_MOMENTUM**step)) / scale, alpha=rate)


def follow_average(slot: Slot, state: FlatState, keep: float) -> None:
    """Moves the average a little towards the weights."""
    state.average[slot.start : slot.end].lerp_(state.weights[slot.start : slot.end], 1 - keep)
