"""What one model id is rendered with, and its plan as the server builds it."""

import hashlib
import json
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image

from tests.models.areas import AREA

ROOT = Path(__file__).parents[3]
NODE = ROOT / "node_modules/.bin/node"


@dataclass(frozen=True)
class Case:
    """The smallest request that shows everything about a model. `changes` are prompts that must look
    different.
    """

    model: str
    steps: int = 2
    width: int = 64
    height: int = 64
    guidance_scale: float = 4.0
    controls: int = 0
    guided: bool = True
    frames: int | None = None
    fixed_area: bool = False
    switches: dict[str, bool] = field(default_factory=dict)
    changes: dict[str, dict[str, Any]] = field(default_factory=dict)


def prompts(case: Case, controls: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The plain prompt first, then one for each thing that must change the picture."""
    plain = {
        "prompt": "a photo of a cat",
        "width": case.width,
        "height": case.height,
        "steps": case.steps,
        "guidance_scale": case.guidance_scale,
        "seed": 7,
        "num_frames": case.frames,
        "control_images": controls,
    }
    changes = {
        "prompt": {"prompt": "a painting of the sea"},
        "seed": {"seed": 8},
        **({"guidance": {"guidance_scale": case.guidance_scale + 2}} if case.guided else {}),
        **case.changes,
    }
    return [plain, *(plain | change for change in changes.values())]


def control_images(folder: Path, count: int) -> list[dict[str, Any]]:
    """Pictures of odd sizes with a slope in every channel, so that any wrong resize shows."""
    folder.mkdir(parents=True, exist_ok=True)
    images = []
    for number in range(count):
        width, height = 100 - 12 * number, 72 + 12 * number
        file = folder / f"control_{number}.png"
        red = Image.linear_gradient("L").resize((width, height))
        green, blue = red.rotate(90), Image.radial_gradient("L").resize((width, height))
        Image.merge("RGB", (red, green, blue)).save(file)
        images.append({"file": str(file), "width": width, "height": height})
    return images


def lora(file: Path, scale: float = 1.0, expert: str | None = None) -> dict[str, Any]:
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    return {"path": file.name, "file": str(file), "sha256": digest, "scale": scale, "expert": expert}


def plan(
    case: Case,
    checkpoints: Path,
    prompts: list[dict[str, Any]],
    loras: list[dict[str, Any]],
    **options: Any,
) -> dict[str, Any]:
    """The RenderPlan that the server would store, from the catalog entry of the model."""
    request = {
        "model": case.model,
        "checkpoints": str(checkpoints),
        "prompts": prompts,
        "loras": loras,
        **case.switches,
        **options,
        **({"area": AREA} if case.fixed_area else {}),
    }
    printed = subprocess.run(  # noqa: S603 - our own program
        [NODE, ROOT / "tests/parity/print-plan.ts"],
        input=json.dumps([request]),
        capture_output=True,
        text=True,
        check=False,
    )
    assert printed.returncode == 0, printed.stderr
    return json.loads(printed.stdout)[0]
