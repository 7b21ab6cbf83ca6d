"""Phase 1: trains the VAE on crops and whole pictures, on plain backgrounds and in both styles."""

import argparse
import json
import random
import time
from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderKL
from torch.nn import functional

from .budget import learning_rate
from .group_norm import quicken_group_norms
from .muon import Muon, split_parameters
from .pictures import SIZE, lay_over, load_cut_outs
from .sources import add_source_flags
from .styles import FILTERS
from .vae import build_vae
from .vocabulary import COLOURS

CROP = 64
BATCH = 8
KL_WEIGHT = 1e-4
EDGE_WEIGHT = 0.5


def to_tensor(pictures: np.ndarray) -> torch.Tensor:
    """RGB bytes (n, h, w, 3) as channels-last floats in -1..1."""
    floats = torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 127.5 - 1.0
    return floats.contiguous(memory_format=torch.channels_last)


def random_picture(cuts: np.ndarray, styled: dict[str, np.ndarray], rng: random.Random) -> np.ndarray:
    """One thing, as the transformer will see it: mirrored or not, coloured or styled."""
    thing = rng.randrange(len(cuts))
    if rng.random() < 0.2:
        picture = styled[rng.choice(list(styled))][thing]
    else:
        picture = lay_over(cuts[thing], rng.choice(list(COLOURS.values())))
    return picture[:, ::-1] if rng.random() < 0.5 else picture


def random_batch(cuts: np.ndarray, styled: dict[str, np.ndarray], rng: random.Random) -> torch.Tensor:
    """BATCH crops, or a quarter as many whole pictures."""
    if rng.random() < 0.25:
        return to_tensor(np.stack([random_picture(cuts, styled, rng) for _ in range(BATCH // 4)]))
    crops = []
    for _ in range(BATCH):
        top, left = rng.randint(0, SIZE - CROP), rng.randint(0, SIZE - CROP)
        crops.append(random_picture(cuts, styled, rng)[top : top + CROP, left : left + CROP])
    return to_tensor(np.stack(crops))


def reconstruction_loss(made: torch.Tensor, real: torch.Tensor) -> torch.Tensor:
    """Mean absolute error of the pixels and of their differences to their neighbours."""
    error = made.float() - real
    edges = error.diff(dim=2).abs().mean() + error.diff(dim=3).abs().mean()
    return error.abs().mean() + EDGE_WEIGHT * edges


@torch.no_grad()
def measure_psnr(vae: AutoencoderKL, cuts: np.ndarray) -> float:
    """Decibels over every thing, on backgrounds taken in turn, of the autoencoder's mean."""
    colours = list(COLOURS.values())
    errors = []
    for start in range(0, len(cuts), 32):
        chosen = [
            lay_over(c, colours[(start + i) % len(colours)]) for i, c in enumerate(cuts[start : start + 32])
        ]
        real = to_tensor(np.stack(chosen))
        made = vae.decode(vae.encode(real).latent_dist.mode()).sample.clamp(-1, 1)
        errors.append(((made - real) / 2).square().flatten(1).mean(1))
    return float((-10 * torch.log10(torch.cat(errors))).mean())


def save(
    path: Path, vae: AutoencoderKL, optimizers: list[torch.optim.Optimizer], spent: float, step: int
) -> None:
    """Writes the state to resume from, whole or not at all."""
    kept = [optimizer.state_dict() for optimizer in optimizers]
    state = {"vae": vae.state_dict(), "optimizers": kept, "spent": spent, "step": step}
    torch.save(state, path.with_suffix(".part"))
    path.with_suffix(".part").rename(path)


def train(args: argparse.Namespace) -> None:
    """Trains until the budget is spent, saving every minute."""
    args.work.mkdir(parents=True, exist_ok=True)
    checkpoint = args.work / "vae.pt"
    cuts = load_cut_outs(args.font, args.annotations)
    styled = {word: np.stack([apply(cut) for cut in cuts]) for word, apply in FILTERS.items()}
    torch.manual_seed(0)
    vae = build_vae().to(memory_format=torch.channels_last)
    quicken_group_norms(vae)
    matrices, others = split_parameters(vae, lambda name: "conv_in" not in name and "conv_out" not in name)
    optimizers = [Muon(matrices, lr=args.rate), torch.optim.AdamW(others, lr=args.rate, weight_decay=0.0)]
    spent, step, budget = 0.0, 0, args.minutes * 60.0
    if checkpoint.exists():
        state = torch.load(checkpoint)
        vae.load_state_dict(state["vae"])
        for optimizer, kept in zip(optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(kept)
        spent, step = state["spent"], state["step"]
    rng, last_save = random.Random(step), spent
    while spent < budget:
        began = time.monotonic()
        for optimizer in optimizers:
            optimizer.param_groups[0]["lr"] = learning_rate(args.rate, spent, budget)
        real = random_batch(cuts, styled, rng)
        with torch.autocast("cpu", torch.bfloat16):
            posterior = vae.encode(real).latent_dist
            made = vae.decode(posterior.sample()).sample
        loss = reconstruction_loss(made, real) + KL_WEIGHT * posterior.kl().mean() / posterior.mean[0].numel()
        vae.zero_grad(set_to_none=True)
        loss.backward()
        for optimizer in optimizers:
            optimizer.step()
        spent, step = spent + time.monotonic() - began, step + 1
        if step % 50 == 0:
            mse = functional.mse_loss(made.detach().float().clamp(-1, 1), real) / 4
            print(json.dumps({"step": step, "spent": round(spent), "loss": round(loss.item(), 4),
                              "db": round(-10 * mse.log10().item(), 2)}), flush=True)  # fmt: skip
        if spent - last_save > 60 or spent >= budget:
            save(checkpoint, vae, optimizers, spent, step)
            last_save = spent
    print(json.dumps({"step": step, "psnr_db": round(measure_psnr(vae.eval(), cuts), 2)}), flush=True)


def main() -> None:
    """Reads the flags and trains."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--work", type=Path, required=True, help="folder for states to resume from")
    parser.add_argument("--minutes", type=float, default=20.0, help="training time, resumed time included")
    parser.add_argument("--rate", type=float, default=2e-3, help="peak learning rate")
    add_source_flags(parser)
    train(parser.parse_args())


if __name__ == "__main__":
    main()
