"""The words of the protocol: the mirror of `src/engines/process/protocol.ts`, one struct a message.

`protocol/` holds a golden JSON file for every one of them, read by the tests of both languages.
"""

from typing import Literal

import msgspec

from darkroom_engine.plan import Adapter, Call, PipelineSpec, SafetyCheckpoint
from darkroom_engine.training.plan import TrainingPlan

Phase = Literal["downloading", "loading", "adapters", "encoding", "denoising", "decoding", "saving"]
Stage = Literal["loading", "caching_text", "caching_images", "training", "sampling", "saving"]
PromptKind = Literal["prompt", "negative_prompt"]
FailureCode = Literal[
    "MODEL_FILES_MISSING",
    "MODEL_LOAD_FAILED",
    "MODEL_TOO_LARGE",
    "LORA_INVALID",
    "LORA_INCOMPATIBLE",
    "OUT_OF_MEMORY",
    "RENDER_FAILED",
    "DATASET_INVALID",
    "TRAINING_DIVERGED",
    "TRAINING_FAILED",
    "STORAGE_FULL",
]


class Hello(msgspec.Struct, tag="hello", forbid_unknown_fields=True):
    protocol: int
    device: str
    max_resident: int
    adapter_cache_bytes: int
    host_bytes: int | None
    threads: int | None


class Load(msgspec.Struct, tag="load", forbid_unknown_fields=True):
    job: str
    pipeline: PipelineSpec
    key: str


class Render(msgspec.Struct, tag="render", forbid_unknown_fields=True, omit_defaults=True):
    job: str
    pipeline: PipelineSpec
    key: str
    adapters: list[Adapter]
    calls: list[Call]
    scratch: str
    preview_every: int
    safety_checker: SafetyCheckpoint | None = None
    """Pictures that it flags are left out: no frame is reported for them."""


class ContentCache(msgspec.Struct, forbid_unknown_fields=True):
    """Folder of encoded texts and pictures, and the bytes that it may take."""

    folder: str
    bytes: float


class Train(msgspec.Struct, tag="train", forbid_unknown_fields=True):
    """`folder` outlives the process: states and files of the LoRA. `done_epochs` are the steps whose
    checkpoints the server has.
    """

    job: str
    key: str
    plan: TrainingPlan
    folder: str
    done_epochs: list[int]
    cache: ContentCache
    scratch: str


class Yield(msgspec.Struct, tag="yield", forbid_unknown_fields=True):
    """End at the next step with the state on disk and in memory."""

    job: str


class Save(msgspec.Struct, tag="save", forbid_unknown_fields=True):
    """Another checkpoint, at the next step."""

    job: str


class Cancel(msgspec.Struct, tag="cancel", forbid_unknown_fields=True):
    job: str


class Unload(msgspec.Struct, tag="unload", forbid_unknown_fields=True):
    key: str | None


class Ping(msgspec.Struct, tag="ping", forbid_unknown_fields=True):
    id: int


class Shutdown(msgspec.Struct, tag="shutdown", forbid_unknown_fields=True):
    pass


Command = Hello | Load | Render | Train | Yield | Save | Cancel | Unload | Ping | Shutdown


class Memory(msgspec.Struct, forbid_unknown_fields=True):
    """Bytes on the device, or of the process on a CPU."""

    used_bytes: int
    total_bytes: int
    peak_bytes: int


class DeviceFacts(msgspec.Struct, forbid_unknown_fields=True):
    type: str
    name: str
    dtype: str


class Timings(msgspec.Struct, forbid_unknown_fields=True):
    load_seconds: float
    adapters_seconds: float
    render_seconds: float


class Audio(msgspec.Struct, forbid_unknown_fields=True):
    """Raw 16-bit little-endian interleaved samples."""

    file: str
    rate: int
    channels: int


class Imported(msgspec.Struct, tag="imported", forbid_unknown_fields=True):
    pid: int


class Ready(msgspec.Struct, tag="ready", forbid_unknown_fields=True):
    protocol: int
    pid: int
    versions: dict[str, str]
    device: DeviceFacts
    memory: Memory


class Progress(msgspec.Struct, tag="progress", forbid_unknown_fields=True):
    job: str
    call: int | None
    phase: Phase
    step: int
    total: int


class Preview(msgspec.Struct, tag="preview", forbid_unknown_fields=True):
    job: str
    call: int
    step: int
    file: str
    width: int
    height: int


class Text(msgspec.Struct, forbid_unknown_fields=True):
    """One of the texts of a call."""

    call: int
    text: PromptKind


class Warning(msgspec.Struct, tag="warning", forbid_unknown_fields=True):
    """`message` goes on from the name of the text that it is about, where it is about one: clients have
    names of their own for it.
    """

    job: str
    message: str
    about: Text | None = None


class Frame(msgspec.Struct, tag="frame", forbid_unknown_fields=True, omit_defaults=True):
    """Raw RGB, 8 bits a channel, rows top down: frames * height * width * 3 bytes in `file`. `epoch`, of a
    training's sample: the step of the checkpoint that it shows.
    """

    job: str
    call: int
    file: str
    width: int
    height: int
    frames: int
    audio: Audio | None
    seconds: float
    epoch: int | None = None


class StageReached(msgspec.Struct, tag="stage", forbid_unknown_fields=True):
    """What a training is at."""

    job: str
    stage: Stage
    step: int
    total: int


class StepDone(msgspec.Struct, tag="step", forbid_unknown_fields=True):
    """Updates done, of all. `loss` and `seconds`, of one update, are means since the last report."""

    job: str
    step: int
    total: int
    loss: float
    lr: float
    seconds: float


class LoraFile(msgspec.Struct, forbid_unknown_fields=True):
    part: Literal["main", "high", "low"]
    file: str


class Checkpoint(msgspec.Struct, tag="checkpoint", forbid_unknown_fields=True):
    """Files of the LoRA are whole. `loss` is the mean since the checkpoint before."""

    job: str
    step: int
    loss: float | None
    files: list[LoraFile]


class Yielded(msgspec.Struct, tag="yielded", forbid_unknown_fields=True):
    job: str
    step: int


class Done(msgspec.Struct, tag="done", forbid_unknown_fields=True):
    job: str
    timings: Timings
    loads: int
    merges: int
    memory: Memory


class Failed(msgspec.Struct, tag="failed", forbid_unknown_fields=True):
    job: str
    code: FailureCode
    message: str
    retryable: bool


class Canceled(msgspec.Struct, tag="canceled", forbid_unknown_fields=True):
    job: str


class Loaded(msgspec.Struct, tag="loaded", forbid_unknown_fields=True):
    job: str
    key: str
    seconds: float


class Unloaded(msgspec.Struct, tag="unloaded", forbid_unknown_fields=True):
    keys: list[str]
    memory: Memory


class Pong(msgspec.Struct, tag="pong", forbid_unknown_fields=True):
    """`memory` is None before the process has a device."""

    id: int
    memory: Memory | None


class Log(msgspec.Struct, tag="log", forbid_unknown_fields=True):
    level: Literal["debug", "info", "warning", "error"]
    message: str


class Fatal(msgspec.Struct, tag="fatal", forbid_unknown_fields=True):
    message: str


Report = (
    Imported
    | Ready
    | Progress
    | Preview
    | Warning
    | Frame
    | StageReached
    | StepDone
    | Checkpoint
    | Yielded
    | Done
    | Failed
    | Canceled
    | Loaded
    | Unloaded
    | Pong
    | Log
    | Fatal
)

command_decoder = msgspec.json.Decoder(Command)
report_decoder = msgspec.json.Decoder(Report)
encoder = msgspec.json.Encoder()
