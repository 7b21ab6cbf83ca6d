"""Phase 6: puts the trained parts together as a diffusers FluxPipeline folder in bfloat16."""

import argparse
import json
import shutil
from pathlib import Path

import torch
from diffusers import AutoencoderKL, FluxPipeline, FluxTransformer2DModel
from transformers import CLIPTextModel, CLIPTokenizer, T5EncoderModel, T5Tokenizer

from .flat import lay_out, read_weights
from .shape import build_scheduler, build_transformer
from .vae import build_vae


def load_vae(work: Path) -> AutoencoderKL:
    """The trained VAE, with the normalisation that prepare measured."""
    vae = build_vae()
    vae.load_state_dict(torch.load(work / "vae.pt")["vae"])
    pictures = torch.load(work / "pictures.pt", mmap=True)
    vae.register_to_config(scaling_factor=pictures["scale"], shift_factor=pictures["shift"])
    return vae.eval()


def load_transformer(state: Path) -> FluxTransformer2DModel:
    """The transformer with the averaged weights of a training state."""
    transformer = build_transformer()
    read_weights(transformer, lay_out(transformer), torch.load(state, mmap=True)["average"])
    return transformer.eval()


def assemble(work: Path, state: Path, out: Path) -> None:
    """Writes the pipeline; everything else in the folder stays."""
    pipeline = FluxPipeline(
        scheduler=build_scheduler(),
        vae=load_vae(work),
        text_encoder=CLIPTextModel.from_pretrained(work / "text_encoder"),
        tokenizer=CLIPTokenizer.from_pretrained(work / "tokenizer"),
        text_encoder_2=T5EncoderModel.from_pretrained(work / "text_encoder_2"),
        tokenizer_2=T5Tokenizer.from_pretrained(work / "tokenizer_2"),
        transformer=load_transformer(state),
    )
    for part in pipeline.components:
        shutil.rmtree(out / part, ignore_errors=True)
    pipeline.to(torch.bfloat16).save_pretrained(out)
    for config in out.rglob("*.json"):
        drop_local_paths(config)


def drop_local_paths(config: Path) -> None:
    """Removes where a part was loaded from, which says nothing to anyone else."""
    content = json.loads(config.read_text())
    if isinstance(content, dict) and {"_name_or_path", "name_or_path"} & content.keys():
        content.pop("_name_or_path", None)
        content.pop("name_or_path", None)
        config.write_text(json.dumps(content, indent=2) + "\n")


def main() -> None:
    """Reads the flags and writes the pipeline."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--work", type=Path, required=True, help="folder with the states of all phases")
    parser.add_argument("--out", type=Path, required=True, help="folder to write, such as checkpoints/demo")
    parser.add_argument("--state", default="student.pt", help="the transformer's state in --work")
    args = parser.parse_args()
    assemble(args.work, args.work / args.state, args.out)


if __name__ == "__main__":
    main()
