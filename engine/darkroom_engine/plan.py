"""The render plan as the server sends it: the mirror of `src/render/plan.ts`, field by field.

Unknown fields are errors, so that a change which only one side knows of cannot pass.
"""

from typing import Literal

import msgspec

Scalar = str | int | float | bool | None
Argument = Scalar | list[Scalar]

DENOISERS = ("transformer", "transformer_2", "unet")
"""Components of pipelines that are run at every step."""


class ComponentSource(msgspec.Struct, forbid_unknown_fields=True):
    """One component that comes from elsewhere than `<checkpoint>/<component>`."""

    repository: str
    revision: str
    subfolder: str
    file: str | None
    library: str
    class_: str = msgspec.field(name="class")
    path: str | None


class SchedulerSpec(msgspec.Struct, forbid_unknown_fields=True):
    """`base` says whether the checkpoint's own scheduler config lies under `config`."""

    class_: str = msgspec.field(name="class")
    config: dict[str, Argument]
    base: Literal["checkpoint", "none"]


class Quantization(msgspec.Struct, forbid_unknown_fields=True):
    """Components whose weights are held in fewer bits."""

    kind: Literal["fp8", "nf4"]
    components: list[str]


class PipelineSpec(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Everything needed to load a pipeline; two equal specs share one resident pipeline."""

    model: str
    class_: str = msgspec.field(name="class")
    module: str | None
    repository: str
    revision: str
    variant: str | None
    path: str | None
    components: dict[str, ComponentSource | None]
    scheduler: SchedulerSpec | None
    dtype: Literal["auto", "bfloat16", "float16", "float32"]
    offload: Literal["auto", "none", "model", "sequential"]
    quantization: Quantization | None
    assembled: bool = False
    """Every part is one of `components`: there is no index, and of the repository only configurations are
    read.
    """
    cast_whole: list[str] = []
    """Components whose layers and buffers are all brought to `dtype`, those too that the libraries keep in
    float32.
    """


class Strength(msgspec.Struct, forbid_unknown_fields=True):
    """What low-rank changes without an alpha of their own are multiplied by: those of the modules that
    `tensors` names by one of their keys, and all others.
    """

    others: float
    tensors: dict[str, float]


Contents = tuple[str, bytes]
"""What a LoRA does, whatever its file is called: the sha256 of its bytes, and its strength."""


class Adapter(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A LoRA file. `component` takes the keys that name no component of their own. `family` says how its
    names are read, and `targets` which components it may change.
    """

    name: str
    file: str
    sha256: str
    component: str
    scale: float
    family: str = ""
    targets: list[str] = []
    strength: Strength | None = None
    """None: 1 throughout."""
    ignored: int = 0
    """Keys that the client has been told are ignored."""

    @property
    def contents(self) -> Contents:
        return self.sha256, msgspec.json.encode(self.strength)


class Resize(msgspec.Struct, forbid_unknown_fields=True):
    width: int
    height: int
    filter: Literal["bilinear", "bicubic", "lanczos", "nearest"]


class ImageArgument(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Image files of one keyword argument; with `list` it gets a list even when there is one file."""

    files: list[str]
    list_: bool = msgspec.field(name="list")
    resize: Resize | None
    alpha: bool = False
    """Keep what is transparent: the pipeline reads it."""


class TileFrames(msgspec.Struct, forbid_unknown_fields=True):
    size: int
    stride: int


class Tiling(msgspec.Struct, forbid_unknown_fields=True):
    """How the VAE works in tiles: of so many `frames`, or of pixels where it is None."""

    covers: Literal["decoding", "call"]
    frames: TileFrames | None


class SafetyCheckpoint(msgspec.Struct, forbid_unknown_fields=True):
    """The checker of pictures; `path` is its folder outside the hub cache."""

    repository: str
    path: str | None


class CallPipeline(msgspec.Struct, forbid_unknown_fields=True):
    """A class to call, of diffusers or of the module of ours."""

    class_: str = msgspec.field(name="class")
    module: str | None


class Call(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """One call of the pipeline; it stands alone. `images` is by keyword argument."""

    index: int
    arguments: dict[str, Argument]
    images: dict[str, ImageArgument]
    seed: int | str
    """Its digits where JSON numbers are not exact."""
    steps: int
    sigmas: Literal["linear_1_to_1_over_n", "shifted_by_area"] | None
    width: int
    height: int
    output: Literal["image", "video"]
    prompt: str
    negative_prompt: str | None
    guidance_scale: float
    num_frames: int
    fps: int | None
    scheduler: SchedulerSpec | None = None
    """In the place of the pipeline's own."""
    scales: list[float] | None = None
    """Strength of each adapter for this call alone; None: the adapters' own."""
    tiling: Tiling | None = None
    pipeline: CallPipeline | None = None
    """In the place of the loaded pipeline, over its components."""
