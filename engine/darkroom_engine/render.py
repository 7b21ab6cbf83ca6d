"""Run one render job: make the pipeline resident, merge its adapters, run its calls, write their frames."""

import time
from pathlib import Path

import msgspec
import torch
from PIL import Image

from darkroom_engine.adapters.cache import AdapterCache
from darkroom_engine.adapters.reversing import WeightsLostError
from darkroom_engine.audio import write_audio
from darkroom_engine.called_pipeline import called_pipeline
from darkroom_engine.calls import call_arguments
from darkroom_engine.channel import Channel
from darkroom_engine.cut_prompts import cuts_told
from darkroom_engine.device import free_caches, memory_of, reset_peak
from darkroom_engine.failures import JobCanceled, JobFailure, classify, forget_frames
from darkroom_engine.frames import frames_of, write_frames
from darkroom_engine.inbox import Inbox
from darkroom_engine.messages import Done, Frame, Phase, Progress, PromptKind, Render, Text, Timings, Warning
from darkroom_engine.plan import Adapter, Call
from darkroom_engine.previews import PreviewWriter
from darkroom_engine.quantizing import explain
from darkroom_engine.residency import Residency, Resident
from darkroom_engine.safety import SafetyCheckers
from darkroom_engine.schedulers import scheduled
from darkroom_engine.text_encodings import encodings_kept
from darkroom_engine.tiling import tiled
from darkroom_engine.watching import watched


class Engine:
    """What a job works with: the device, what is resident on it, the parsed adapters and the two pipes."""

    def __init__(
        self,
        channel: Channel,
        inbox: Inbox,
        device: torch.device,
        residency: Residency,
        adapters: AdapterCache,
    ) -> None:
        self.channel = channel
        self.inbox = inbox
        self.device = device
        self.residency = residency
        self.adapters = adapters
        self.merges = 0
        self.safety = SafetyCheckers()

    def stop_if_canceled(self, job: str) -> None:
        if self.inbox.should_stop(job):
            raise JobCanceled


def run_render(engine: Engine, command: Render) -> Done:
    """The job's calls in order, each with its own strengths of the adapters and reported as a frame. Raises
    JobFailure or JobCanceled; the pipeline stays usable.
    """
    reset_peak(engine.device)
    engine.stop_if_canceled(command.job)
    load_seconds = make_resident(engine, command)
    resident = found(engine, command)
    if warning := explain(command.pipeline):
        engine.channel.send(Warning(command.job, warning))
    adapters_seconds = render_seconds = 0.0
    merged: list[Adapter] | None = None
    told: set[str] = set()
    for call in command.calls:
        started = time.perf_counter()
        if (wanted := adapters_of(command, call)) != merged:
            for message in merge_adapters(engine, command, resident, call):
                if message not in told:
                    engine.channel.send(Warning(command.job, message))
                told.add(message)
            merged = wanted
        ready = time.perf_counter()
        resident = run_call_within_memory(engine, command, resident, call)
        adapters_seconds += ready - started
        render_seconds += time.perf_counter() - ready
    return Done(
        job=command.job,
        timings=Timings(load_seconds, adapters_seconds, render_seconds),
        loads=engine.residency.loads,
        merges=engine.merges,
        memory=memory_of(engine.device),
    )


def make_resident(engine: Engine, command: Render) -> float:
    if engine.residency.get(command.key) is None:
        engine.channel.send(Progress(command.job, None, "loading", 0, 1))
    return engine.residency.load(command.key, command.pipeline)


def adapters_of(command: Render, call: Call) -> list[Adapter]:
    """The job's adapters at the strengths of one call."""
    if call.scales is None:
        return command.adapters
    pairs = zip(command.adapters, call.scales, strict=True)
    return [msgspec.structs.replace(adapter, scale=scale) for adapter, scale in pairs]


def merge_adapters(engine: Engine, command: Render, resident: Resident, call: Call) -> list[str]:
    """Bring the weights from what is merged to what the call wants. Returns what to warn about."""
    adapters = adapters_of(command, call)
    if adapters:
        engine.channel.send(Progress(command.job, None, "adapters", 0, len(adapters)))
    try:
        parsed = [engine.adapters.read(adapter) for adapter in adapters]
        merged, warnings = resident.merger.apply(list(zip(adapters, parsed, strict=True)))
    except WeightsLostError:
        engine.residency.forget(command.key)
        raise
    except JobFailure:
        raise
    except Exception as error:
        raise classify(error, "LORA_INVALID", "applying LoRAs") from error
    engine.merges += merged
    return warnings


def run_call_within_memory(
    engine: Engine, command: Render, resident: Resident, call: Call, epoch: int | None = None
) -> Resident:
    """One call, and once more with the weights held in a lighter way for each time that memory runs out.
    Offloading changes no pixel. Returns what is resident then.
    """
    while True:
        try:
            run_call(engine, command, resident, call, epoch)
            return resident
        except JobFailure as failure:
            if failure.code != "OUT_OF_MEMORY":
                raise
            lighter = engine.residency.lighten(command.key, command.pipeline)
            if lighter is None:
                raise
            # The traceback holds the tensors of the failed call, and through them the memory.
            forget_frames(failure)
        engine.channel.log(
            "warning", f"{command.pipeline.model} ran out of memory; trying again with offload {lighter}"
        )
        make_resident(engine, command)
        resident = found(engine, command)
        merge_adapters(engine, command, resident, call)


def found(engine: Engine, command: Render) -> Resident:
    resident = engine.residency.get(command.key)
    assert resident is not None
    return resident


def run_call(
    engine: Engine, command: Render, resident: Resident, call: Call, epoch: int | None = None
) -> None:
    """One call: its frames go to `<scratch>/<job>_<call>.rgb`. `epoch`: of a training's sample."""
    engine.stop_if_canceled(command.job)
    started = time.perf_counter()
    pipeline = resident.pipeline
    previews = PreviewWriter(engine.channel, resident, command, call)

    def on_phase(phase: Phase, step: int, total: int) -> None:
        engine.stop_if_canceled(command.job)
        engine.channel.send(Progress(command.job, call.index, phase, step, total))

    def warn(text: PromptKind, message: str) -> None:
        engine.channel.send(Warning(command.job, message, Text(call.index, text)))

    try:
        called = called_pipeline(pipeline, call)
        arguments = call_arguments(called, call)
        with (
            torch.inference_mode(),
            tiled(pipeline.vae, call.tiling),
            scheduled(called, call),
            watched(called, call.steps, on_phase, previews.on_step) as watching,
            cuts_told(called, call, warn) as readings,
            encodings_kept(called, resident.texts, resident.merger.in_encoders, readings),
        ):
            output = called(**arguments, **watching)
        on_phase("saving", 0, 1)
        frames = frames_of(output)
        if is_flagged(engine, command, call, frames):
            return
        stem = Path(command.scratch) / f"{command.job}_{call.index}"
        write_frames(frames, stem.with_name(stem.name + ".rgb"))
        audio = write_audio(pipeline, output, stem.with_name(stem.name + ".pcm"))
    except JobFailure:
        raise
    except Exception as error:
        raise classify(error, "RENDER_FAILED", f"rendering prompt {call.index}") from error
    finally:
        # A call that was stopped half-way leaves offloaded components on the device.
        pipeline.maybe_free_model_hooks()
    width, height = frames[0].size
    file = str(stem.with_name(stem.name + ".rgb"))
    seconds = time.perf_counter() - started
    engine.channel.send(
        Frame(command.job, call.index, file, width, height, len(frames), audio, seconds, epoch)
    )
    free_caches_if_video(engine, call)


def is_flagged(engine: Engine, command: Render, call: Call, frames: list[Image.Image]) -> bool:
    """Whether the picture is to be left out. The client is told, and also where there is no checker."""
    if command.safety_checker is None:
        return False
    checker = engine.safety.find(command.safety_checker)
    if checker is None:
        missing = "No safety checker is installed: pictures are not checked."
        engine.channel.send(Warning(command.job, missing))
        return False
    if checker.flags(frames[0]):
        engine.channel.send(Warning(command.job, f"NSFW content detected in image {call.index}: left out."))
        return True
    engine.channel.send(Warning(command.job, f"Safety checker: nothing found in image {call.index}."))
    return False


def free_caches_if_video(engine: Engine, call: Call) -> None:
    # A decoded video leaves gigabytes of cached blocks that the next call's shapes cannot use.
    if call.output == "video":
        free_caches(engine.device)
