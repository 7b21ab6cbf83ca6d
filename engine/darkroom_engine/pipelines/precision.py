"""One precision for a whole model, as the trainer has it."""

import torch


def in_one_precision(*models: torch.nn.Module | None) -> None:
    """Cast what diffusers keeps in float32 (norms, time embedding, positions) to the rest's precision."""
    for model in models:
        if model is not None:
            torch.nn.Module.to(model, model.dtype)
