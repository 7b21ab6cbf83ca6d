"""The training plan as the server sends it: the mirror of `src/engines/engine-training-plan.ts`."""

from typing import Literal

import msgspec

from darkroom_engine.plan import Call, PipelineSpec, Scalar


class AdapterSource(msgspec.Struct, forbid_unknown_fields=True):
    repository: str
    revision: str
    file: str


class Method(msgspec.Struct, forbid_unknown_fields=True):
    """How the model is trained: data of its catalog entry (`src/catalog/define-training.ts`)."""

    module: str
    objective: Literal["flow", "epsilon"]
    component: Literal["transformer", "unet"]
    guidance: float | None
    bucket_divisor: int
    blocks: list[str]
    excludes: list[str]
    spelling: Literal["peft", "kohya"]
    names: str | None
    prefix: str
    base_version: str
    adapter: AdapterSource | None
    text: dict[str, Scalar]
    adapter_path: str | None


class Shuffle(msgspec.Struct, forbid_unknown_fields=True):
    kept: int


class Preserve(msgspec.Struct, forbid_unknown_fields=True):
    kind: Literal["class", "blank"]
    prompt: str
    weight: float


Timesteps = Literal["sigmoid", "linear", "weighted", "shift", "uniform"]
Optimizer = Literal[
    "adamw", "adamw8bit", "adam", "adam8bit", "prodigy", "lion", "lion8bit", "adagrad", "adafactor"
]


class Settings(msgspec.Struct, forbid_unknown_fields=True):
    """How a LoRA is trained, whatever the model."""

    steps: int
    learning_rate: float
    batch_size: int
    accumulation: int
    rank: int
    alpha: float
    resolutions: list[int]
    trigger: str | None
    caption_dropout: float
    shuffle: Shuffle | None
    flip: bool
    optimizer: Optimizer
    weight_decay: float
    ema: float | None
    lr_scheduler: Literal["constant", "constant_with_warmup", "linear", "cosine", "polynomial"]
    warmup_steps: int
    timesteps: Timesteps
    timestep_bias: Literal["balanced", "content", "style"]
    min_snr_gamma: float | None
    include: list[str] | None
    exclude: list[str]
    layers: str | None
    seed: int | str
    checkpointing: Literal["auto", "on", "off"]
    preserve: Preserve | None
    save_steps: list[int]
    sample_steps: list[int]
    state_seconds: float


class Control(msgspec.Struct, forbid_unknown_fields=True):
    file: str
    sha256: str


class Item(msgspec.Struct, forbid_unknown_fields=True):
    """A picture of the set. `label` is what errors call it."""

    file: str
    sha256: str
    label: str
    caption: str
    controls: list[Control]
    repeats: int


class TrainingPlan(msgspec.Struct, forbid_unknown_fields=True):
    pipeline: PipelineSpec
    method: Method
    settings: Settings
    name: str
    items: list[Item]
    samples: list[Call]
    sample_scale: float
