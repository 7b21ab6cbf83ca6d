"""Phase 3b: trains the transformer from scratch by rectified flow.

The guidance it is told is drawn at random and means nothing yet; distill_guidance gives it its meaning.
"""

import argparse
import random

import torch
from diffusers import FluxTransformer2DModel

from .batches import add_noise, draw_batch, draw_guidance, draw_time, load_data
from .parallel import Loss, add_training_flags, train_in_parallel
from .velocity import predict_velocity, rotary_positions


def make_loss(args: argparse.Namespace) -> Loss:
    """The flow-matching loss of a random batch."""
    data = load_data(args.work)

    def loss_of(model: FluxTransformer2DModel, rng: random.Random) -> torch.Tensor:
        clean, pooled, tokens = draw_batch(data, args.batch, rng)
        time = draw_time(args.batch)
        noisy, target = add_noise(clean, time)
        guidance = draw_guidance(args.batch)
        made = predict_velocity(model, rotary_positions(model), noisy, time, guidance, (pooled, tokens))
        return (made - target).square().mean()

    return loss_of


def main() -> None:
    """Reads the flags and trains."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add_training_flags(parser, minutes=80.0, rate=2e-3, keep=0.999)
    parser.add_argument("--state", default="transformer.pt", help="file in --work to resume from")
    train_in_parallel(parser.parse_args(), make_loss)


if __name__ == "__main__":
    main()
