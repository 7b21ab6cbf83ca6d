"""Muon: momentum whose steps are made orthogonal, for matrices and for convolutions read as matrices."""

from collections.abc import Callable, Iterable

import torch

COEFFICIENTS = (3.4445, -4.7750, 2.0315)


def orthogonalise(matrix: torch.Tensor) -> torch.Tensor:
    """The nearest (semi-)orthogonal matrix, roughly, by five quintic Newton-Schulz iterations."""
    a, b, c = COEFFICIENTS
    work = matrix.bfloat16()
    is_tall = work.shape[0] > work.shape[1]
    work = work.T if is_tall else work
    work = work / (work.norm() + 1e-7)
    for _ in range(5):
        gram = work @ work.T
        work = a * work + (b * gram + c * gram @ gram) @ work
    return (work.T if is_tall else work).to(matrix.dtype)


class Muon(torch.optim.Optimizer):
    """Steps are scaled to the size of AdamW's, so the two can share one learning rate."""

    def __init__(self, parameters: Iterable[torch.Tensor], lr: float, momentum: float = 0.95) -> None:
        super().__init__(parameters, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self) -> None:
        """One update of every parameter that has a gradient."""
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.grad is None:
                    continue
                state = self.state[parameter]
                if "momentum" not in state:
                    state["momentum"] = torch.zeros_like(parameter)
                state["momentum"].lerp_(parameter.grad, 1 - group["momentum"])
                direction = parameter.grad.lerp(state["momentum"], group["momentum"])
                flat = direction.reshape(len(direction), -1)
                update = orthogonalise(flat).reshape(parameter.shape)
                parameter.add_(update, alpha=-group["lr"] * 0.2 * max(flat.shape) ** 0.5)


def split_parameters(model: torch.nn.Module, is_matrix: Callable[[str], bool]) -> tuple[list, list]:
    """The parameters that Muon takes, and the rest."""
    chosen = {name for name, p in model.named_parameters() if p.ndim >= 2 and is_matrix(name)}
    named = list(model.named_parameters())
    return [p for name, p in named if name in chosen], [p for name, p in named if name not in chosen]
