"""The life of an engine process: import, hello, then one piece of work after the other until it is
told to stop.

The libraries are imported before the process knows its device. One that stands by as a spare is nothing else
than a process that has not had its `hello` yet: it holds no device and no model.
"""

from __future__ import annotations

import os
import traceback
from typing import TYPE_CHECKING

from darkroom_engine import PROTOCOL
from darkroom_engine.channel import Channel
from darkroom_engine.failures import JobCanceled, classify, forget_frames
from darkroom_engine.inbox import Inbox
from darkroom_engine.messages import (
    Canceled,
    Done,
    Failed,
    Fatal,
    Hello,
    Imported,
    Load,
    Loaded,
    Ready,
    Render,
    Report,
    Train,
    Unload,
    Unloaded,
)
from darkroom_engine.versions import installed_versions

if TYPE_CHECKING:
    from darkroom_engine.render import Engine


def serve(channel: Channel) -> int:
    """Run until `shutdown` (returns 0) or until the process cannot work at all (reports `fatal`, returns
    1).
    """
    inbox = Inbox(channel)
    inbox.start()
    try:
        import_libraries()
        channel.send(Imported(os.getpid()))
        hello = inbox.hello()
        if hello is None:
            return 0
        engine = start(channel, inbox, hello)
    except Exception as error:
        channel.log("error", traceback.format_exc())
        channel.send(Fatal(str(error)))
        return 1
    while (work := inbox.next()) is not None:
        perform(engine, work)
    return 0


def import_libraries() -> None:
    """Everything that is slow to import, without touching a device. Raises what keeps torch from working."""
    import darkroom_engine.render  # noqa: F401
    from darkroom_engine.quiet import silence_libraries

    silence_libraries()


def start(channel: Channel, inbox: Inbox, hello: Hello) -> Engine:
    """Take the device and report `ready`. Raises whatever keeps the device from working."""
    import torch

    from darkroom_engine.adapters.cache import AdapterCache
    from darkroom_engine.device import choose_device, describe_device, memory_of
    from darkroom_engine.host_memory import HostMemory
    from darkroom_engine.render import Engine
    from darkroom_engine.residency import Residency

    if hello.threads is not None:
        # OMP_NUM_THREADS may ask for fewer.
        torch.set_num_threads(min(hello.threads, torch.get_num_threads()))
    device = choose_device(hello.device)
    inbox.memory = lambda: memory_of(device)

    def on_dropped(keys: list[str]) -> None:
        channel.send(Unloaded(keys, memory_of(device)))

    residency = Residency(device, hello.max_resident, on_dropped, host=HostMemory(hello.host_bytes))
    engine = Engine(channel, inbox, device, residency, AdapterCache(hello.adapter_cache_bytes))
    channel.send(
        Ready(PROTOCOL, os.getpid(), installed_versions(), describe_device(device), memory_of(device))
    )
    return engine


def perform(engine: Engine, work: Load | Render | Train | Unload) -> None:
    """Do one piece of work and report how it ended. Nothing that it raises ends the process."""
    if isinstance(work, Unload):
        unload(engine, work)
        return
    end = run_job(engine, work)
    engine.inbox.finish(work.job)
    engine.channel.send(end)


def run_job(engine: Engine, work: Load | Render | Train) -> Report:
    try:
        return start_job(engine, work)
    except JobCanceled:
        return Canceled(work.job)
    except Exception as error:
        return failure_of(engine, work.job, error)


def start_job(engine: Engine, work: Load | Render | Train) -> Report:
    match work:
        case Load():
            return load(engine, work)
        case Render():
            return render(engine, work)
        case Train():
            return train(engine, work)


def load(engine: Engine, work: Load) -> Loaded:
    engine.stop_if_canceled(work.job)
    return Loaded(work.job, work.key, engine.residency.load(work.key, work.pipeline))


def render(engine: Engine, work: Render) -> Done:
    from darkroom_engine.render import run_render

    return run_render(engine, work)


def train(engine: Engine, work: Train) -> Report:
    from darkroom_engine.training.train_job import run_training

    return run_training(engine, work)


def unload(engine: Engine, work: Unload) -> None:
    from darkroom_engine.device import memory_of

    keys = engine.residency.unload(work.key)
    engine.channel.send(Unloaded(keys, memory_of(engine.device)))


def failure_of(engine: Engine, job: str, error: Exception) -> Failed:
    from darkroom_engine.device import free_caches

    failure = classify(error, "RENDER_FAILED", "running the job")
    engine.channel.log("error", "".join(traceback.format_exception(error)))
    forget_frames(error)
    free_caches(engine.device)
    return Failed(job, failure.code, failure.message, failure.retryable)
