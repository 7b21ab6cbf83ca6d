"""Phase 5: trains one LoRA: with its trigger word pictures take a style, without it they stay as they are.

The model is small enough to merge the factors into its weights at every step. The factors' gradients then
follow from the merged weights' by the chain rule, and the model's code and speed are those of plain training.
"""

import argparse
import json
import random
import time as clock
from pathlib import Path

import torch
from diffusers import FluxTransformer2DModel

from .batches import add_noise, draw_batch, draw_guidance, draw_time, load_data
from .budget import learning_rate
from .flat import lay_out, read_weights
from .save_lora import save_lora
from .velocity import build_for_training, predict_velocity, rotary_positions
from .vocabulary import STYLES

RANK = 16
PLAIN_PICTURES = 0.125  # share of the batch without the trigger, held to what the model makes unaided
HALF_STEPS = 0.3  # share of steps at scale 0.5, whose pictures are halfway to the style

Factors = dict[str, tuple[torch.Tensor, torch.Tensor]]


def make_factors(model: FluxTransformer2DModel) -> Factors:
    """Down (rank, in) and up (out, rank) matrices for every linear layer of the blocks."""
    factors = {}
    for name, weight in model.named_parameters():
        if weight.ndim == 2 and "transformer_blocks" in name:
            rows, columns = weight.shape
            factors[name.removesuffix(".weight")] = (
                torch.randn(RANK, columns) / columns**0.5,
                torch.zeros(rows, RANK),
            )
    return factors


def merge(
    model: FluxTransformer2DModel, base: dict[str, torch.Tensor], factors: Factors, scale: float
) -> None:
    """Writes base plus scale times up times down into the model."""
    with torch.no_grad():
        for name, (down, up) in factors.items():
            model.get_parameter(f"{name}.weight").copy_(torch.addmm(base[name], up, down, alpha=scale))


def hand_down(model: FluxTransformer2DModel, factors: Factors, scale: float) -> None:
    """Gives the factors their gradients and clears the model's."""
    for name, (down, up) in factors.items():
        gradient = model.get_parameter(f"{name}.weight").grad.float() * scale
        down.grad, up.grad = up.T @ gradient, gradient @ down.T
    model.zero_grad(set_to_none=True)


def load_model(args: argparse.Namespace) -> FluxTransformer2DModel:
    """The trained model, ready for training."""
    model = build_for_training()
    read_weights(model, lay_out(model), torch.load(args.work / args.state, mmap=True)["average"])
    for name, parameter in model.named_parameters():
        parameter.requires_grad_("transformer_blocks" in name and parameter.ndim == 2)
    return model


def style_loss(
    model: FluxTransformer2DModel,
    unaided: FluxTransformer2DModel,
    data: dict,
    args: argparse.Namespace,
    rng: random.Random,
    scale: float,
) -> torch.Tensor:
    """Styled pictures for captions with the trigger; the unaided model's own answers for those without."""
    rotary = rotary_positions(unaided)
    held = round(args.batch * PLAIN_PICTURES)
    parts = [draw_batch(data, args.batch - held, rng, args.style, scale), draw_batch(data, held, rng)]
    clean, pooled, tokens = (torch.cat(pair) for pair in zip(*parts, strict=True))
    time, guidance = draw_time(args.batch), draw_guidance(args.batch)
    guidance[:-held] = 1.0  # no guidance in the pictures themselves; asked for later, the model adds its own
    noisy, target = add_noise(clean, time)
    with torch.no_grad():
        kept = (noisy[-held:], time[-held:], guidance[-held:], (pooled[-held:], tokens[-held:]))
        target[-held:] = predict_velocity(unaided, rotary, *kept)
    made = predict_velocity(model, rotary, noisy, time, guidance, (pooled, tokens))
    return (made - target).square().mean()


def train(args: argparse.Namespace) -> None:
    """Trains until the budget is spent and writes the file."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    data, model, unaided = load_data(args.work), load_model(args), load_model(args)
    factors = make_factors(model)
    base = {name: model.get_parameter(f"{name}.weight").detach().float() for name in factors}
    leaves = [leaf for pair in factors.values() for leaf in pair]
    optimizer = torch.optim.AdamW(leaves, lr=args.rate, betas=(0.9, 0.99), weight_decay=0.0)
    checkpoint = args.work / f"lora-{args.style}.pt"
    spent, step, budget = 0.0, 0, args.minutes * 60.0
    if checkpoint.exists():
        kept = torch.load(checkpoint)
        spent, step = kept["spent"], kept["step"]
        optimizer.load_state_dict(kept["optimizer"])
        for leaf, value in zip(leaves, kept["leaves"], strict=True):
            leaf.copy_(value)
    rng, losses = random.Random(step), []
    while spent < budget:
        began = clock.monotonic()
        optimizer.param_groups[0]["lr"] = learning_rate(args.rate, spent, budget)
        scale = 0.5 if rng.random() < HALF_STEPS else 1.0
        merge(model, base, factors, scale)
        loss = style_loss(model, unaided, data, args, rng, scale)
        loss.backward()
        hand_down(model, factors, scale)
        optimizer.step()
        spent, step, losses = spent + clock.monotonic() - began, step + 1, [*losses[-24:], loss.item()]
        if step % 25 == 0 or spent >= budget:
            mean = round(sum(losses) / len(losses), 4)
            print(json.dumps({"step": step, "spent": round(spent), "loss": mean}), flush=True)
            state = {"leaves": leaves, "optimizer": optimizer.state_dict(), "spent": spent, "step": step}
            torch.save(state, checkpoint)
    save_lora(args.out / f"{STYLES[args.style]}.safetensors", factors, args.style, step)


def main() -> None:
    """Reads the flags and trains."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--work", type=Path, required=True, help="folder with the earlier states")
    parser.add_argument("--out", type=Path, required=True, help="folder such as checkpoints/demo/loras")
    parser.add_argument("--style", choices=list(STYLES), required=True, help="the trigger word")
    parser.add_argument("--state", default="student.pt", help="the transformer to train on")
    parser.add_argument("--minutes", type=float, default=20.0, help="training time, resumed time included")
    parser.add_argument("--batch", type=int, default=32, help="pictures a step")
    parser.add_argument("--rate", type=float, default=2.5e-3, help="peak learning rate")
    train(parser.parse_args())


if __name__ == "__main__":
    main()
