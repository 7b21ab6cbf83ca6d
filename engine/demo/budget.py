"""Learning rates that follow the wall clock, so that a phase ends when it must on a machine of any speed."""

import math


def learning_rate(peak: float, spent: float, budget: float, warmup: float = 0.02) -> float:
    """Linear warm-up, then a cosine down to a hundredth of the peak, by the share of the budget spent."""
    progress = min(spent / budget, 1.0)
    if progress < warmup:
        return peak * max(progress / warmup, 0.02)
    along = (progress - warmup) / (1.0 - warmup)
    return peak * (0.01 + 0.99 * 0.5 * (1.0 + math.cos(math.pi * along)))
