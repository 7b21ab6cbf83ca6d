"""The trainer's side of the comparison.

  PYTHON run_trainer.py TRAINER CHECKPOINTS OUT MODEL [MODEL ...]

Loads each model with the code of the trainer's checkout at TRAINER, from the tiny CHECKPOINTS, renders its
runs, and leaves in OUT/<run> the pictures, the LoRA files and `run.json`, which says what was asked for.
OUT/<model>.error says why a model did not run.
"""

import json
import sys
import traceback
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numerics

numerics.on_common_ground()

import hub  # noqa: E402
import moved  # noqa: E402
import stand_ins  # noqa: E402

LORA_SIZE = 0.05


def main() -> None:
    trainer, checkpoints, out = (Path(argument).resolve() for argument in sys.argv[1:4])
    models = sys.argv[4:]
    sys.path.insert(0, str(trainer))
    missing = stand_ins.install(trainer)
    hub.stay_in(checkpoints)
    moved.restore()
    from controls import draw_controls

    draw_controls(out)
    (out / "made.json").write_text(json.dumps(about(missing), indent=1) + "\n")
    for model in models:
        try:
            render_model(model, checkpoints, out)
        except Exception:
            (out / f"{model}.error").write_text(traceback.format_exc())
            print(f"{model}: {traceback.format_exc().splitlines()[-1]}", flush=True)


def about(missing: list[str]) -> dict[str, Any]:
    """What the trainer ran on."""
    return {
        "libraries": libraries(),
        "stand_ins": missing,
        "numerics": numerics.digest(),
        "gpu": gpu(),
    }


def gpu() -> dict[str, str] | None:
    """The card, and the torch that drives it; None where both sides compute on the CPU."""
    import torch
    from device import DEVICE

    if DEVICE.type != "cuda":
        return None
    return {"card": torch.cuda.get_device_name(DEVICE), "torch": torch.__version__}


def libraries() -> dict[str, str]:
    import diffusers
    import transformers

    return {"diffusers": diffusers.__version__, "transformers": transformers.__version__}


def render_model(model: str, checkpoints: Path, out: Path) -> None:
    from models import TRAINED
    from runs import runs_of
    from tiny_sizes import adapt

    section = adapt(model, TRAINED[model], checkpoints, out / "original-names")
    for run in runs_of(model):
        render_run(run, section, out)
        print(run.name, flush=True)


def render_run(run: Any, section: dict[str, Any], out: Path) -> None:
    """Load, attach a network where the run has one, render, and write what was asked for."""
    import networks
    import preview
    from controls import control_fields

    folder = out / run.name
    folder.mkdir(parents=True, exist_ok=True)
    trained = preview.load(section, run.dtype)
    if run.network is not None:
        network = networks.attach(trained, run.network)
        networks.draw(network, seed=1, size=LORA_SIZE)
        networks.save(network, folder / "lora.safetensors")
    prompts = [
        prompt | control_fields(out, count) for prompt, count in zip(run.prompts, run.controls, strict=True)
    ]
    preview.render(trained, prompts, preview.noise_scheduler_of(trained.model_config), folder)
    made = asdict(run) | {"libraries": libraries()}
    (folder / "run.json").write_text(json.dumps(made, indent=1) + "\n")


if __name__ == "__main__":
    main()
