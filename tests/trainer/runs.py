"""What is rendered by the trainer and by the engine alike: for each model id, in both dtypes, prompts and
LoRAs.
"""

from dataclasses import dataclass, field
from typing import Any

from device import DEVICE
from models import TRAINED

DTYPES = ("float32", "bfloat16")

LORA = {"type": "lora", "linear": 2, "linear_alpha": 2}
# The other types of network, on one id of each kind of loading.
OTHER_NETWORKS: dict[str, dict[str, dict[str, Any]]] = {
    "flux": {
        "lokr": {"type": "lokr"},
        "lokr_factored": {"type": "lokr", "lokr_full_rank": False, "linear": 2, "linear_alpha": 1},
        "dora": {"type": "dora", "linear": 2, "linear_alpha": 2},
        "fullrank": {"type": "fullrank", "network_kwargs": {"only_if_contains": ["transformer_blocks.0"]}},
        "alpha": {"type": "lora", "linear": 4, "linear_alpha": 1},
    },
    "sdxl": {"conv": {"type": "lora", "linear": 2, "linear_alpha": 1, "conv": 2, "conv_alpha": 1}},
    "chroma": {"lokr": {"type": "lokr"}},
    "qwen_image": {"lokr": {"type": "lokr"}},
    "zimage": {"lokr": {"type": "lokr"}},
    "wan21_1b": {"lokr": {"type": "lokr"}},
    "wan22_14b_t2v": {"lokr": {"type": "lokr"}},
    "krea2": {"lokr": {"type": "lokr"}},
    "flux2_klein_4b": {"lokr": {"type": "lokr"}},
    "ltx2": {"lokr": {"type": "lokr"}},
}

CONTROLS = {
    "flux_kontext": 1,
    "hidream_e1": 1,
    "omnigen2": 1,
    "qwen_image_edit": 1,
    "qwen_image_edit_plus": 2,
    "qwen_image_edit_plus_2511": 3,
    "krea2_o_edit": 2,
    "krea2_o_edit_turbo": 3,
    "flux2": 2,
    "flux2_klein_4b": 1,
    "flux2_klein_9b": 3,
    "wan21_i2v_14b": 1,
    "wan21_i2v_14b480p": 1,
    "wan22_14b_i2v": 1,
    "wan22_5b": 1,
    "ltx2": 1,
    "ltx2.3": 1,
    "minimax_h3": 1,
}
# Models that also take none: the second prompt has none.
CONTROLS_OPTIONAL = (
    "omnigen2",
    "flux2",
    "flux2_klein_4b",
    "flux2_klein_9b",
    "wan22_5b",
    "ltx2",
    "ltx2.3",
    "minimax_h3",
)
ON_GRID = ("wan21", "lumina2")
FRAMES = {"wan2": 5, "ltx2": 9, "minimax": 5}


# What cannot run on a CPU: its decoder leaves precision to CUDA's autocast.
LEFT_OUT = {"minimax_h3": "bfloat16"} if DEVICE.type == "cpu" else {}


@dataclass(frozen=True)
class Run:
    """One model, loaded once by each side.

    Prompts are in the words of the trainer's `GenerateImageConfig`.
    """

    name: str
    model: str
    dtype: str
    prompts: list[dict[str, Any]]
    controls: list[int]
    network: dict[str, Any] | None = None
    trainer: dict[str, Any] = field(default_factory=dict)


def runs_of(model: str) -> list[Run]:
    """Every run of a model id."""
    plain, lora = [], []
    for dtype in DTYPES:
        if LEFT_OUT.get(model) == dtype:
            continue
        plain.append(run(model, dtype, "plain", None, [0, 1]))
        lora.append(run(model, dtype, "lora", LORA, [0]))
    others = [
        run(model, "float32", name, settings, [0]) for name, settings in OTHER_NETWORKS.get(model, {}).items()
    ]
    return plain + lora + others


def run(model: str, dtype: str, name: str, network: dict[str, Any] | None, which: list[int]) -> Run:
    every = prompts_of(model)
    return Run(
        name=f"{model}-{name}-{dtype}",
        model=model,
        dtype=dtype,
        prompts=[every[index][0] for index in which],
        controls=[every[index][1] for index in which],
        network=network,
        trainer=TRAINED[model],
    )


def prompts_of(model: str) -> list[tuple[dict[str, Any], int]]:
    """Two prompts, each with its number of control pictures. The second has sides that are on no grid, and
    whatever else the first has not.
    """
    controls = CONTROLS.get(model, 0)
    frames = next((count for start, count in FRAMES.items() if model.startswith(start)), None)
    video = (
        {}
        if frames is None
        else {"num_frames": frames, "fps": 24 if "ltx" in model or "mini" in model else 16}
    )
    plain = {
        "prompt": "a photo of a cat",
        "negative_prompt": "",
        "width": 64,
        "height": 64,
        "num_inference_steps": 3,
        "guidance_scale": 4.0,
        "seed": 7,
        **video,
    }
    other = plain | {
        "prompt": "  a painting of the sea, (trending:1.2)\n",
        "negative_prompt": "blurry, low quality",
        # The trainer leaves these sides to diffusers, which refuses any but multiples of 16.
        **({"width": 80, "height": 112} if model.startswith(ON_GRID) else {"width": 88, "height": 104}),
        "guidance_scale": 2.5,
        "num_inference_steps": 4,
        "seed": 2**33 + 1,
    }
    return [(plain, controls), (other, 0 if model in CONTROLS_OPTIONAL else controls)]
