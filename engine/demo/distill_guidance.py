"""Phase 4: teaches the transformer to do in one pass what classifier-free guidance does in two.

The teacher is the averaged model of phase 3; the student is told the guidance scale and must give the
teacher's guided velocity, as FLUX.1-dev was distilled.
"""

import argparse
import random

import torch
from diffusers import FluxTransformer2DModel

from .batches import add_noise, draw_batch, draw_guidance, draw_time, load_data
from .flat import lay_out, read_weights
from .parallel import Loss, add_training_flags, train_in_parallel
from .velocity import build_for_training, predict_velocity, rotary_positions


def make_loss(args: argparse.Namespace) -> Loss:
    """The distance to the teacher's guided velocity on a random batch."""
    data, teacher = load_data(args.work), build_for_training()
    read_weights(teacher, lay_out(teacher), torch.load(args.work / args.teacher, mmap=True)["average"])
    teacher.requires_grad_(False)
    rotary = rotary_positions(teacher)
    empty = data["captions"]["empty"]

    def guided(
        noisy: torch.Tensor, time: torch.Tensor, guidance: torch.Tensor, condition: tuple
    ) -> torch.Tensor:
        ignored = torch.full_like(guidance, 3.5)
        nothing = tuple(part.expand(len(noisy), *part.shape[1:]) for part in empty)
        with torch.no_grad():
            following = predict_velocity(teacher, rotary, noisy, time, ignored, condition)
            wandering = predict_velocity(teacher, rotary, noisy, time, ignored, nothing)
        return wandering + guidance[:, None, None] * (following - wandering)

    def loss_of(model: FluxTransformer2DModel, rng: random.Random) -> torch.Tensor:
        clean, pooled, tokens = draw_batch(data, args.batch, rng)
        time, guidance = draw_time(args.batch), draw_guidance(args.batch)
        noisy, _ = add_noise(clean, time)
        target = guided(noisy, time, guidance, (pooled, tokens))
        made = predict_velocity(model, rotary, noisy, time, guidance, (pooled, tokens))
        return (made - target).square().mean()

    return loss_of


def main() -> None:
    """Reads the flags and distills."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add_training_flags(parser, minutes=9.0, rate=5e-4, keep=0.98)
    parser.add_argument("--teacher", default="transformer.pt", help="the state of phase 3 in --work")
    parser.add_argument("--state", default="student.pt", help="file in --work to resume from")
    args = parser.parse_args()
    train_in_parallel(args, make_loss, torch.load(args.work / args.teacher, mmap=True)["average"].clone())


if __name__ == "__main__":
    main()
