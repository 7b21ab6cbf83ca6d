"""`python -m tiny_checkpoints --out DIR [--loras DIR] [--model ID ...]`"""

import argparse
import sys
import time
import warnings
from pathlib import Path

from diffusers.utils import logging as diffusers_logging
from transformers.utils import logging as transformers_logging

from .building import Built, build
from .recipes import RECIPES


def parse_arguments() -> argparse.Namespace:
    """The command line; unknown model ids are refused with the known ones."""
    parser = argparse.ArgumentParser(
        prog="tiny-checkpoints",
        description="Builds tiny random checkpoints and LoRAs for them, offline, the same bytes every time.",
    )
    parser.add_argument("--out", type=Path, required=True, help="folder to write <owner>/<name>/ into")
    parser.add_argument(
        "--loras", type=Path, help="folder to write <model>/<form>.safetensors into; default: OUT/loras"
    )
    parser.add_argument(
        "--model", action="append", choices=sorted(RECIPES), metavar="ID", help="default: all of them"
    )
    return parser.parse_args()


def main() -> None:
    """Builds what was asked for, and says what was written, how long it took, and how to serve it."""
    arguments = parse_arguments()
    diffusers_logging.set_verbosity_error()
    transformers_logging.set_verbosity_error()
    transformers_logging.disable_progress_bar()
    warnings.simplefilter("ignore")
    models = list(dict.fromkeys(arguments.model or RECIPES))
    loras = arguments.loras or arguments.out / "loras"
    start = time.monotonic()
    built = []
    for number, model in enumerate(models, start=1):
        say(f"[{number:>{len(str(len(models)))}}/{len(models)}] {model}")
        built.append(build(model, arguments.out, loras))
        list_files(built[-1])
    say(ending(built, arguments.out, loras, time.monotonic() - start))


def list_files(built: Built) -> None:
    """The repositories of a model, and the forms of its LoRAs."""
    for repository, size in built.repositories.items():
        say(f"    {repository:<52} {size / 1e6:5.1f} MB")
    forms = " ".join(built.loras)
    say(f"    LoRAs: {forms or 'none'}")


def ending(built: list[Built], out: Path, loras: Path, seconds: float) -> str:
    """What there is now, and the commands that use it."""
    repositories = {name: size for one in built for name, size in one.repositories.items()}
    size = sum(repositories.values()) + sum(sum(one.loras.values()) for one in built)
    files = sum(len(one.loras) for one in built)
    text = (
        f"\n{len(repositories)} repositories and {files} LoRAs for {len(built)} models, "
        f"{size / 1e6:.0f} MB in {seconds:.0f} s. Serve them:\n\n"
        f"  CHECKPOINTS_PATH={out.resolve()} WORKFLOWS_BASE_PATH={loras.resolve()} npm start\n"
    )
    example = next((one for one in built if one.loras), None)
    if example is None:
        return text
    path = f"{example.model}/{next(iter(example.loras))}.safetensors"
    return text + f'\nA LoRA\'s path in a request is then "{path}".\n'


def say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


if __name__ == "__main__":
    main()
