"""Phase 3a: encodes every picture and its captions once, so that training touches the transformer alone."""

import argparse
import random
from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderKL
from transformers import CLIPTextModel, CLIPTokenizer, T5EncoderModel, T5Tokenizer

from .pictures import lay_over, load_cut_outs
from .shape import pack
from .sources import add_source_flags
from .styles import FILTERS
from .train_text import CLIP_LENGTH, T5_LENGTH, tokenize
from .train_vae import to_tensor
from .vae import build_vae
from .vocabulary import COLOURS, caption, thing_names, varied_caption

CAPTIONS_EACH = 4
BACKGROUNDS = [None, *COLOURS]  # None: no colour is named, and the background is white


@torch.no_grad()
def encode_pictures(vae: AutoencoderKL, pictures: list[np.ndarray]) -> torch.Tensor:
    """The posterior means, as they come: (n, 16, 16, 16)."""
    batches = [np.stack(pictures[i : i + 32]) for i in range(0, len(pictures), 32)]
    with torch.autocast("cpu", torch.bfloat16):
        return torch.cat([vae.encode(to_tensor(batch)).latent_dist.mode().float() for batch in batches])


def with_mirrored(pictures: list[np.ndarray]) -> list[np.ndarray]:
    """Each picture, followed by all of them mirrored."""
    return pictures + [picture[:, ::-1] for picture in pictures]


@torch.no_grad()
def encode_captions(work: Path, texts: list[str]) -> tuple[torch.Tensor, torch.Tensor]:
    """Pooled CLIP outputs (n, 256) and T5 states (n, tokens, 256) of the frozen encoders, as bfloat16."""
    clip_tokenizer = CLIPTokenizer.from_pretrained(work / "tokenizer")
    t5_tokenizer = T5Tokenizer.from_pretrained(work / "tokenizer_2")
    clip = CLIPTextModel.from_pretrained(work / "text_encoder")
    t5 = T5EncoderModel.from_pretrained(work / "text_encoder_2")
    pooled, tokens = [], []
    for start in range(0, len(texts), 256):
        part = texts[start : start + 256]
        pooled.append(clip(tokenize(clip_tokenizer, part, CLIP_LENGTH, "longest")).pooler_output.bfloat16())
        tokens.append(t5(tokenize(t5_tokenizer, part, T5_LENGTH, "max_length")).last_hidden_state.bfloat16())
    return torch.cat(pooled), torch.cat(tokens)


def captions_for(style: str | None, rng: random.Random) -> list[str]:
    """CAPTIONS_EACH captions for every thing on every background, the plain one first."""
    texts = []
    for thing in thing_names():
        for colour in BACKGROUNDS:
            plain = caption(thing, colour) if style is None else f"{style} {caption(thing, colour)}"
            varied = [varied_caption(thing, colour, style, rng) for _ in range(CAPTIONS_EACH - 1)]
            texts += [plain, *varied]
    return texts


def prepare_pictures(args: argparse.Namespace) -> None:
    """Writes pictures.pt: normalised, packed latents of all that is drawn, and the normalisation."""
    vae = build_vae().to(memory_format=torch.channels_last).eval()
    vae.load_state_dict(torch.load(args.work / "vae.pt")["vae"])
    cuts = load_cut_outs(args.font, args.annotations)
    plain = encode_pictures(
        vae, with_mirrored([lay_over(cut, rgb) for cut in cuts for rgb in COLOURS.values()])
    )
    shift, scale = plain.mean().item(), 1.0 / plain.std().item()

    def finish(latents: torch.Tensor, sizes: tuple[int, ...]) -> torch.Tensor:
        return pack((latents - shift) * scale).unflatten(0, sizes).bfloat16()

    latents = {"plain": finish(plain, (2, len(cuts), len(COLOURS)))}
    for word, apply in FILTERS.items():
        latents[word] = finish(
            encode_pictures(vae, with_mirrored([apply(cut) for cut in cuts])), (2, len(cuts))
        )
    torch.save({"shift": shift, "scale": scale, "latents": latents}, args.work / "pictures.pt")
    print(f"shift {shift:.4f} scale {scale:.4f}, {len(plain)} pictures", flush=True)


def prepare_captions(args: argparse.Namespace) -> None:
    """Writes captions.pt: the encoded captions of every style, and the empty one."""
    captions = {"empty": encode_captions(args.work, [""])}
    sizes = (len(thing_names()), len(BACKGROUNDS), CAPTIONS_EACH)
    for style in (None, *FILTERS):
        pooled, tokens = encode_captions(args.work, captions_for(style, random.Random(0)))
        captions[style or "plain"] = (pooled.unflatten(0, sizes), tokens.unflatten(0, sizes))
    torch.save(captions, args.work / "captions.pt")


def main() -> None:
    """Reads the flags and encodes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--work", type=Path, required=True, help="folder with the states of phases 1 and 2")
    add_source_flags(parser)
    args = parser.parse_args()
    if not (args.work / "captions.pt").exists():
        prepare_captions(args)
    if not (args.work / "pictures.pt").exists():
        prepare_pictures(args)


if __name__ == "__main__":
    main()
