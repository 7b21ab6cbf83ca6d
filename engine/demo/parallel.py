"""The training loop of the transformer's phases: one process per core, sharing one flat state.

Single-threaded processes that meet twice a step keep their speed on a busy machine, where one process with
several threads loses most of it waiting.
"""

import argparse
import json
import random
import time
from collections.abc import Callable
from multiprocessing.synchronize import Barrier
from pathlib import Path

import torch
import torch.multiprocessing as multiprocessing
from diffusers import FluxTransformer2DModel

from .budget import learning_rate
from .flat import (
    FlatState,
    follow_average,
    lay_out,
    move,
    read_weights,
    share_of_slots,
    share_state,
    write_gradients,
)
from .shape import build_transformer
from .velocity import build_for_training

SAVE_EVERY_SECONDS = 90
Loss = Callable[[FluxTransformer2DModel, random.Random], torch.Tensor]
LossMaker = Callable[[argparse.Namespace], Loss]


def save_state(path: Path, state: FlatState, spent: float, step: int) -> None:
    """Writes the state to resume from, whole or not at all."""
    kept = {name: getattr(state, name) for name in ("weights", "average", "first", "second")}
    torch.save({**kept, "spent": spent, "step": step}, path.with_suffix(".part"))
    path.with_suffix(".part").rename(path)


def load_state(path: Path, state: FlatState) -> tuple[float, int]:
    """Fills the state from a file, if there is one; returns the seconds spent and the steps made."""
    if not path.exists():
        return 0.0, 0
    kept = torch.load(path)
    for name in ("weights", "average", "first", "second"):
        getattr(state, name).copy_(kept[name])
    return kept["spent"], kept["step"]


def work_along(
    rank: int,
    args: argparse.Namespace,
    make_loss: LossMaker,
    state: FlatState,
    clock: torch.Tensor,
    barrier: Barrier,
) -> None:
    """One process: its own batches, its share of the parameters; the first keeps the clock and the log."""
    torch.set_num_threads(1)
    model, loss_of = build_for_training(), make_loss(args)
    slots = lay_out(model)
    mine = share_of_slots(slots, rank, args.processes)
    seed = 1000 * (rank + 1) + int(clock[1])
    rng, losses, last_save = random.Random(seed), [], clock[0].item()
    torch.manual_seed(seed)
    budget = args.minutes * 60.0
    while clock[0] < budget:
        began, step = time.monotonic(), int(clock[1]) + 1
        read_weights(model, slots, state.weights)
        loss = loss_of(model, rng)
        loss.backward()
        write_gradients(model, slots, state, rank)
        barrier.wait()
        rate = learning_rate(args.rate, clock[0].item(), budget)
        keep = min(args.keep, (1 + step) / (20 + step))
        for slot in mine:
            move(slot, state, rate, step, args.decay)
            follow_average(slot, state, keep)
        barrier.wait()
        losses = [*losses[-24:], loss.item()]
        if rank == 0:
            clock[0] += time.monotonic() - began
            clock[1] = step
            if step % 25 == 0 or step < 4:
                mean = round(sum(losses) / len(losses), 4)
                print(json.dumps({"step": step, "spent": round(clock[0].item()), "loss": mean}), flush=True)
            if clock[0] - last_save > SAVE_EVERY_SECONDS or clock[0] >= budget:
                save_state(args.work / args.state, state, clock[0].item(), step)
                last_save = clock[0].item()
        barrier.wait()


def train_in_parallel(
    args: argparse.Namespace, make_loss: LossMaker, start: torch.Tensor | None = None
) -> None:
    """Trains until the budget is spent, from where args.state left off, or from the start's weights."""
    torch.manual_seed(0)
    state = share_state(build_transformer(), args.processes)
    if start is not None:
        state.weights.copy_(start)
        state.average.copy_(start)
    clock = torch.tensor(load_state(args.work / args.state, state), dtype=torch.float64).share_memory_()
    barrier = multiprocessing.get_context("spawn").Barrier(args.processes)
    multiprocessing.spawn(work_along, (args, make_loss, state, clock, barrier), nprocs=args.processes)


def add_training_flags(parser: argparse.ArgumentParser, minutes: float, rate: float, keep: float) -> None:
    """The flags that every phase of the transformer has."""
    parser.add_argument("--work", type=Path, required=True, help="folder with pictures.pt and captions.pt")
    parser.add_argument("--minutes", type=float, default=minutes, help="training time, resumed time included")
    parser.add_argument("--processes", type=int, default=2, help="one per core to use")
    parser.add_argument("--batch", type=int, default=32, help="pictures a step and process")
    parser.add_argument("--rate", type=float, default=rate, help="peak learning rate")
    parser.add_argument("--decay", type=float, default=0.01, help="Muon's weight decay")
    parser.add_argument("--keep", type=float, default=keep, help="share of the average that each step keeps")
