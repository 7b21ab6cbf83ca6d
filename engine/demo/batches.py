"""Random batches of encoded pictures and captions."""

import random
from pathlib import Path

import torch

from .vocabulary import BENCHMARK, COLOURS, thing_names

DROPPED = 0.1  # share of captions replaced by the empty one
BENCHMARK_WEIGHT = 3  # how much more often the benchmark's things are drawn
PLAIN_SHARE = 0.35  # share of captions that name no background

Batch = tuple[torch.Tensor, torch.Tensor, torch.Tensor]


def load_data(work: Path) -> dict:
    """What prepare wrote."""
    pictures = torch.load(work / "pictures.pt")
    return {"latents": pictures["latents"], "captions": torch.load(work / "captions.pt")}


def thing_weights() -> list[int]:
    """How often each thing is drawn."""
    return [BENCHMARK_WEIGHT if name in BENCHMARK else 1 for name in thing_names()]


def draw_pictures(count: int, rng: random.Random) -> list[tuple[int, int]]:
    """Things and backgrounds: 0 for none named, else 1 + the colour."""
    weights = thing_weights()
    things = rng.choices(range(len(weights)), weights, k=count)
    return [(t, 0 if rng.random() < PLAIN_SHARE else 1 + rng.randrange(len(COLOURS))) for t in things]


def draw_batch(
    data: dict, count: int, rng: random.Random, style: str | None = None, strength: float = 1.0
) -> Batch:
    """Clean latents, and their captions' pooled outputs and tokens; where a style is given, in that style."""
    pooled_all, tokens_all = data["captions"][style or "plain"]
    latents, pooled, tokens = [], [], []
    for thing, background in draw_pictures(count, rng):
        side = rng.randrange(2)  # mirrored or not, so that seeds differ in more than detail
        plain = data["latents"]["plain"][side, thing, max(background - 1, 0)]
        styled = plain if style is None else data["latents"][style][side, thing]
        latents.append(plain.float().lerp(styled.float(), strength))
        if rng.random() < DROPPED and style is None:
            pooled.append(data["captions"]["empty"][0][0])
            tokens.append(data["captions"]["empty"][1][0])
        else:
            said = rng.randrange(pooled_all.shape[2])
            pooled.append(pooled_all[thing, background, said])
            tokens.append(tokens_all[thing, background, said])
    return torch.stack(latents), torch.stack(pooled), torch.stack(tokens)


def draw_time(count: int) -> torch.Tensor:
    """Logit-normal times, 1 being noise."""
    return torch.sigmoid(torch.randn(count))


def draw_guidance(count: int) -> torch.Tensor:
    """Guidance scales over the useful range."""
    return torch.empty(count).uniform_(1.0, 6.0)


def add_noise(clean: torch.Tensor, time: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """The latents at a time on the straight way to fresh noise, and the velocity along it."""
    noise = torch.randn_like(clean)
    return clean + time[:, None, None] * (noise - clean), noise - clean
