"""`python -m tiny_checkpoints --out DIR [--loras DIR] [--model ID ...]`"""

import argparse
import sys
import time
from pathlib import Path

from diffusers.utils import logging as diffusers_logging
from transformers.utils import logging as transformers_logging

from .recipes import LORA_RECIPES, RECIPES


def parse_arguments() -> argparse.Namespace:
    """The command line; unknown model ids are refused with the known ones."""
    parser = argparse.ArgumentParser(
        prog="tiny_checkpoints", description="Builds tiny random checkpoints, offline."
    )
    parser.add_argument("--out", type=Path, required=True, help="folder to write <owner>/<name>/ into")
    parser.add_argument(
        "--loras", type=Path, help="folder to write <model>/<form>.safetensors into; none without it"
    )
    parser.add_argument(
        "--model", action="append", choices=sorted(RECIPES), metavar="ID", help="default: all of them"
    )
    return parser.parse_args()


def main() -> None:
    """Builds what was asked for and says how long each took."""
    arguments = parse_arguments()
    diffusers_logging.set_verbosity_error()
    transformers_logging.set_verbosity_error()
    transformers_logging.disable_progress_bar()
    for model in arguments.model or RECIPES:
        start = time.monotonic()
        RECIPES[model](arguments.out)
        if arguments.loras is not None and model in LORA_RECIPES:
            LORA_RECIPES[model](arguments.loras / model)
        sys.stderr.write(f"{model}: {time.monotonic() - start:.1f} s\n")


if __name__ == "__main__":
    main()
