"""Run one render job: make the pipeline resident, merge its adapters, run its calls, write their frames."""

import time
from pathlib import Path

import torch

from darkroom_engine.adapters.cache import AdapterCache
from darkroom_engine.audio import write_audio
from darkroom_engine.calls import call_arguments
from darkroom_engine.channel import Channel
from darkroom_engine.device import free_caches, memory_of, reset_peak
from darkroom_engine.failures import JobCanceled, JobFailure, classify, forget_frames
from darkroom_engine.frames import frames_of, write_frames
from darkroom_engine.inbox import Inbox
from darkroom_engine.messages import Done, Frame, Phase, Progress, Render, Timings, Warning
from darkroom_engine.plan import Call
from darkroom_engine.previews import PreviewWriter
from darkroom_engine.quantizing import explain
from darkroom_engine.residency import Residency, Resident
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

    def stop_if_canceled(self, job: str) -> None:
        if self.inbox.should_stop(job):
            raise JobCanceled


def run_render(engine: Engine, command: Render) -> Done:
    """The job's calls in order, each reported as a frame. Raises JobFailure or JobCanceled; the pipeline
    stays usable.
    """
    reset_peak(engine.device)
    engine.stop_if_canceled(command.job)
    load_seconds = make_resident(engine, command)
    resident = found(engine, command)
    if warning := explain(command.pipeline):
        engine.channel.send(Warning(command.job, warning))
    adapters_seconds = merge_adapters(engine, command, resident)
    started = time.perf_counter()
    for call in command.calls:
        resident = run_call_within_memory(engine, command, resident, call)
    return Done(
        job=command.job,
        timings=Timings(load_seconds, adapters_seconds, time.perf_counter() - started),
        loads=engine.residency.loads,
        merges=engine.merges,
        memory=memory_of(engine.device),
    )


def make_resident(engine: Engine, command: Render) -> float:
    if engine.residency.get(command.key) is None:
        engine.channel.send(Progress(command.job, None, "loading", 0, 1))
    return engine.residency.load(command.key, command.pipeline)


def merge_adapters(engine: Engine, command: Render, resident: Resident) -> float:
    """Seconds it took to bring the weights from what is merged to what the job wants."""
    started = time.perf_counter()
    if command.adapters:
        engine.channel.send(Progress(command.job, None, "adapters", 0, len(command.adapters)))
    try:
        parsed = [engine.adapters.read(adapter) for adapter in command.adapters]
        merged, warnings = resident.merger.apply(list(zip(command.adapters, parsed, strict=True)))
    except JobFailure:
        raise
    except Exception as error:
        raise classify(error, "LORA_INVALID", "applying LoRAs") from error
    engine.merges += merged
    for message in warnings:
        engine.channel.send(Warning(command.job, message))
    return time.perf_counter() - started


def run_call_within_memory(engine: Engine, command: Render, resident: Resident, call: Call) -> Resident:
    """One call, and once more with the weights held in a lighter way for each time that memory runs out.
    Offloading changes no pixel. Returns what is resident then.
    """
    while True:
        try:
            run_call(engine, command, resident, call)
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
        merge_adapters(engine, command, resident)


def found(engine: Engine, command: Render) -> Resident:
    resident = engine.residency.get(command.key)
    assert resident is not None
    return resident


def run_call(engine: Engine, command: Render, resident: Resident, call: Call) -> None:
    """One call: its frames go to `<scratch>/<job>_<call>.rgb`."""
    engine.stop_if_canceled(command.job)
    started = time.perf_counter()
    pipeline = resident.pipeline
    previews = PreviewWriter(engine.channel, resident, command, call)

    def on_phase(phase: Phase, step: int, total: int) -> None:
        engine.stop_if_canceled(command.job)
        engine.channel.send(Progress(command.job, call.index, phase, step, total))

    try:
        arguments = call_arguments(pipeline, call)
        with torch.inference_mode(), watched(pipeline, call.steps, on_phase, previews.on_step) as watching:
            output = pipeline(**arguments, **watching)
        on_phase("saving", 0, 1)
        frames = frames_of(output)
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
    engine.channel.send(
        Frame(command.job, call.index, file, width, height, len(frames), audio, time.perf_counter() - started)
    )
    free_caches_if_video(engine, call)


def free_caches_if_video(engine: Engine, call: Call) -> None:
    # A decoded video leaves gigabytes of cached blocks that the next call's shapes cannot use.
    if call.output == "video":
        free_caches(engine.device)
