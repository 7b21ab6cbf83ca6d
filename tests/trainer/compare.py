"""The engine's side of the comparison, and the distance.

  engine/.venv/bin/python compare.py CHECKPOINTS RUNS [RUN ...]

Reads RUNS/<run>/run.json and the pictures beside it, which `run_trainer.py` left; renders the same requests
with the plan of the server and the functions of the engine; and prints one JSON line a run: for each prompt
the largest difference in levels, the share of the values that differ, and the mean difference. With names,
only those runs.
"""

import json
import subprocess
import sys
import traceback
import warnings
from hashlib import sha256
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "engine"))
warnings.simplefilter("ignore")

import numerics  # noqa: E402

numerics.on_common_ground()

import numpy as np  # noqa: E402
from darkroom_engine.quiet import silence_libraries  # noqa: E402
from PIL import Image  # noqa: E402
from tests.models.rendering import Renderer  # noqa: E402


def main() -> None:
    checkpoints, folder = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
    names = sys.argv[3:] or sorted(file.parent.name for file in folder.glob("*/run.json"))
    silence_libraries()
    print(json.dumps({"numerics": numerics.digest()}), flush=True)
    runs = [json.loads((folder / name / "run.json").read_text()) for name in names]
    plans = plans_of([request_of(run, folder, checkpoints) for run in runs])
    for run, plan in zip(runs, plans, strict=True):
        try:
            found = {"prompts": distances(plan, run, folder / run["name"])}
        except Exception as error:
            found = {"error": repr(error), "where": traceback.format_exc()}
        about = {key: run[key] for key in ("name", "model", "dtype", "network", "libraries")}
        print(json.dumps({**about, **found}), flush=True)


def request_of(run: dict[str, Any], folder: Path, checkpoints: Path) -> dict[str, Any]:
    """A run in the words of `tests/parity/print-plan.ts`."""
    switches = run["trainer"].get("model_kwargs", {})
    return {
        "model": run["model"],
        "checkpoints": str(checkpoints),
        "prompts": [
            prompt_of(prompt, count, folder)
            for prompt, count in zip(run["prompts"], run["controls"], strict=True)
        ],
        "loras": [lora_of(file) for file in sorted((folder / run["name"]).glob("*.safetensors"))],
        **{name: switches[name] for name in ("kv_cache", "match_target_res") if name in switches},
    }


def prompt_of(prompt: dict[str, Any], count: int, folder: Path) -> dict[str, Any]:
    renamed = {"num_inference_steps": "steps"}
    return {
        **{renamed.get(name, name): value for name, value in prompt.items()},
        "control_images": [picture(folder / f"control_{number}.png") for number in range(count)],
    }


def picture(file: Path) -> dict[str, Any]:
    width, height = Image.open(file).size
    return {"file": str(file), "width": width, "height": height}


def lora_of(file: Path) -> dict[str, Any]:
    """A file of the trainer, at full strength. A mixture of experts has one file for each side."""
    side = next((side for side in ("high", "low") if file.stem.endswith(f"{side}_noise")), None)
    return {
        "path": file.name,
        "file": str(file),
        "sha256": sha256(file.read_bytes()).hexdigest(),
        "scale": 1.0,
        "expert": side,
    }


def plans_of(requests: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The plans that the server would store."""
    command = [ROOT / "node_modules/.bin/node", ROOT / "tests/parity/print-plan.ts"]
    printed = subprocess.run(  # noqa: S603 - our own program
        command, input=json.dumps(requests), capture_output=True, text=True, check=False
    )
    if printed.returncode != 0:
        raise SystemExit(printed.stderr)
    return json.loads(printed.stdout)


def distances(plan: dict[str, Any], run: dict[str, Any], folder: Path) -> list[dict[str, Any]]:
    """How far each prompt's picture, or all frames of its video, is from the trainer's."""
    plan["pipeline"]["dtype"] = run["dtype"]
    renderer = Renderer(plan["pipeline"])
    renderer.merge(plan["adapters"])
    return [
        distance(
            np.frombuffer(renderer.render(call), np.uint8), np.asarray(Image.open(folder / f"{index}.png"))
        )
        for index, call in enumerate(plan["calls"])
    ]


def distance(got: Any, wanted: Any) -> dict[str, Any]:
    """In levels of 255. A picture of another size is told by the number of its values."""
    if got.size != wanted.size:
        return {"values": got.size, "wanted": wanted.size}
    difference = np.abs(got.astype(int) - wanted.ravel().astype(int))
    return {
        "levels": int(difference.max()),
        "moved": float((difference > 0).mean()),
        "mean": float(difference.mean()),
    }


if __name__ == "__main__":
    main()
