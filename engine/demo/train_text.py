"""Phase 2b: trains the CLIP and T5 text encoders to name the thing, the colour and the style of a caption.

Each thing, colour and style has a random code of plus and minus ones. The pooled CLIP output is trained to be
the three codes side by side; every T5 token must let a linear map tell the same. Both are frozen afterwards.
"""

import argparse
import json
import random
import time
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer, T5Config, T5EncoderModel, T5Tokenizer

from .budget import learning_rate
from .captions import Meaning, known_styles, random_meaning, say
from .sources import add_source_flags
from .train_tokenizers import CLIP_LENGTH, T5_LENGTH, other_things
from .vocabulary import COLOURS, thing_names

WIDTH = 256
CODE_SIZES = {"thing": 160, "colour": 32, "style": 64}
BATCH = 256
STYLE_STRENGTH = 0.25  # how far a style word may move the pooled output of what the base model was trained on


def build_clip(tokenizer: CLIPTokenizer) -> CLIPTextModel:
    """An untrained two-layer CLIP text model."""
    return CLIPTextModel(
        CLIPTextConfig(
            vocab_size=len(tokenizer),
            hidden_size=WIDTH,
            intermediate_size=2 * WIDTH,
            projection_dim=WIDTH,
            num_hidden_layers=2,
            num_attention_heads=4,
            max_position_embeddings=CLIP_LENGTH,
            bos_token_id=tokenizer.bos_token_id,
            eos_token_id=tokenizer.eos_token_id,
            pad_token_id=tokenizer.pad_token_id,
        )
    )


def build_t5(tokenizer: T5Tokenizer) -> T5EncoderModel:
    """An untrained two-layer T5 encoder."""
    return T5EncoderModel(
        T5Config(
            vocab_size=len(tokenizer),
            d_model=WIDTH,
            d_kv=64,
            d_ff=2 * WIDTH,
            num_layers=2,
            num_heads=4,
            dropout_rate=0.0,
            feed_forward_proj="gated-gelu",
            pad_token_id=tokenizer.pad_token_id,
            eos_token_id=tokenizer.eos_token_id,
        )
    )


def make_codes(strangers: list[str]) -> dict[str, dict[str | None, torch.Tensor]]:
    """A code for every thing, colour and style, and one for saying none."""
    generator = torch.Generator().manual_seed(0)
    words = {
        "thing": [None, *thing_names(), *strangers],
        "colour": [None, *COLOURS],
        "style": [None, *known_styles()],
    }

    def signs(size: int) -> torch.Tensor:
        return torch.randint(0, 2, (size,), generator=generator).float() * 2 - 1

    return {part: {word: signs(CODE_SIZES[part]) for word in words[part]} for part in words}


def encode_meaning(meaning: Meaning, codes: dict[str, dict[str | None, torch.Tensor]]) -> torch.Tensor:
    """The three codes side by side."""
    return torch.cat([codes[part][getattr(meaning, part)] for part in CODE_SIZES])


def tokenize(
    tokenizer: CLIPTokenizer | T5Tokenizer, texts: list[str], length: int, padding: str
) -> torch.Tensor:
    """Token ids, cut at the length."""
    return tokenizer(
        texts, padding=padding, max_length=length, truncation=True, return_tensors="pt"
    ).input_ids


def share_recognised(output: torch.Tensor, meanings: list[Meaning], codes: dict) -> dict[str, float]:
    """How often the nearest code of each part is the right one."""
    shares = {}
    for part, piece in zip(CODE_SIZES, output.split(list(CODE_SIZES.values()), dim=1), strict=True):
        words = list(codes[part])
        nearest = (piece @ torch.stack([codes[part][w] for w in words]).T).argmax(1)
        right = [words[i] == getattr(m, part) for i, m in zip(nearest.tolist(), meanings, strict=True)]
        shares[part] = sum(right) / len(right)
    return shares


@torch.no_grad()
def quieten_styles(clip: CLIPTextModel, none: torch.Tensor) -> None:
    """Draws the pooled output's style part towards the code for no style, in the last layer norm.

    The base model sees no style words in training: at full strength they would lead it astray, and a LoRA at
    scale 0 with it. At this strength it draws as if they were not there, and a LoRA can still tell them.
    """
    norm, styles = clip.final_layer_norm, slice(WIDTH - CODE_SIZES["style"], WIDTH)
    norm.weight[styles] *= STYLE_STRENGTH
    norm.bias[styles] = none + STYLE_STRENGTH * (norm.bias[styles] - none)


def train(args: argparse.Namespace) -> None:
    """Trains both until the budget is spent, then writes them as transformers folders."""
    clip_tokenizer = CLIPTokenizer.from_pretrained(args.work / "tokenizer")
    t5_tokenizer = T5Tokenizer.from_pretrained(args.work / "tokenizer_2")
    strangers = other_things(args.annotations)
    codes, rng = make_codes(strangers), random.Random(0)
    torch.manual_seed(0)
    clip, t5, head = build_clip(clip_tokenizer), build_t5(t5_tokenizer), nn.Linear(WIDTH, WIDTH)
    parameters = [*clip.parameters(), *t5.parameters(), *head.parameters()]
    optimizer = torch.optim.AdamW(parameters, lr=args.rate, betas=(0.9, 0.98), weight_decay=0.01)
    spent, step, budget = 0.0, 0, args.minutes * 60.0
    while spent < budget:
        began = time.monotonic()
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(args.rate, spent, budget)
        meanings = [random_meaning(strangers, rng) for _ in range(BATCH)]
        texts = [say(meaning, rng) for meaning in meanings]
        target = torch.stack([encode_meaning(meaning, codes) for meaning in meanings])
        with torch.autocast("cpu", torch.bfloat16):
            pooled = clip(tokenize(clip_tokenizer, texts, CLIP_LENGTH, "longest")).pooler_output
            tokens = head(t5(tokenize(t5_tokenizer, texts, T5_LENGTH, "max_length")).last_hidden_state)
        loss = functional.mse_loss(pooled.float(), target)
        loss = loss + functional.mse_loss(tokens.float(), target[:, None].expand_as(tokens))
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        spent, step = spent + time.monotonic() - began, step + 1
        if step % 100 == 0 or spent >= budget:
            report = {"clip": share_recognised(pooled.float(), meanings, codes),
                      "t5": share_recognised(tokens.float().mean(1), meanings, codes)}  # fmt: skip
            print(
                json.dumps({"step": step, "spent": round(spent), "loss": round(loss.item(), 4), **report}),
                flush=True,
            )
    quieten_styles(clip, codes["style"][None])
    clip.save_pretrained(args.work / "text_encoder")
    t5.save_pretrained(args.work / "text_encoder_2")


def main() -> None:
    """Reads the flags and trains."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--work", type=Path, required=True, help="folder with the tokenizers")
    parser.add_argument("--minutes", type=float, default=8.0, help="training time")
    parser.add_argument("--rate", type=float, default=1e-3, help="peak learning rate")
    add_source_flags(parser)
    train(parser.parse_args())


if __name__ == "__main__":
    main()
