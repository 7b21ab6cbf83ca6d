"""The life of an engine process: hello, then one piece of work after the other until it is told to stop."""

from __future__ import annotations

import os
import traceback
from typing import TYPE_CHECKING

import msgspec

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
    Load,
    Loaded,
    Memory,
    Ready,
    Render,
    Unload,
    Unloaded,
    command_decoder,
)
from darkroom_engine.versions import installed_versions

if TYPE_CHECKING:
    from darkroom_engine.render import Engine


def serve(channel: Channel) -> int:
    """Run until `shutdown` (returns 0) or until the process cannot work at all (reports `fatal`, returns
    1).
    """
    try:
        hello = read_hello(channel)
        if hello is None:
            return 0
        engine = start(channel, hello)
    except Exception as error:
        channel.log("error", traceback.format_exc())
        channel.send(Fatal(str(error)))
        return 1
    while (work := engine.inbox.next()) is not None:
        perform(engine, work)
    return 0


def read_hello(channel: Channel) -> Hello | None:
    """The first command. None when the parent left. Raises RuntimeError when the two sides do not fit
    together.
    """
    line = next(channel.lines(), None)
    if line is None:
        return None
    try:
        hello = command_decoder.decode(line)
    except msgspec.MsgspecError as error:
        raise RuntimeError(f"The first command was not understood ({error}). Run `npm run setup`.") from error
    if not isinstance(hello, Hello):
        raise RuntimeError("The first command must be hello.")
    if hello.protocol != PROTOCOL:
        raise RuntimeError(
            f"Darkroom speaks protocol {hello.protocol}, its engine {PROTOCOL}: one of them is out of date. "
            "Run `npm run setup` to reinstall the engine."
        )
    return hello


def start(channel: Channel, hello: Hello) -> Engine:
    """Import torch, take the device, report `ready`. Raises whatever keeps torch or the device from
    working.
    """
    inbox = Inbox(channel, first_memory)
    inbox.start()
    from darkroom_engine.adapters.cache import AdapterCache
    from darkroom_engine.device import choose_device, describe_device, memory_of
    from darkroom_engine.quiet import silence_libraries
    from darkroom_engine.render import Engine
    from darkroom_engine.residency import Residency

    silence_libraries()
    device = choose_device(hello.device)
    inbox.memory = lambda: memory_of(device)

    def on_dropped(keys: list[str]) -> None:
        channel.send(Unloaded(keys, memory_of(device)))

    residency = Residency(device, hello.max_resident, on_dropped)
    engine = Engine(channel, inbox, device, residency, AdapterCache(hello.adapter_cache_bytes))
    channel.send(
        Ready(PROTOCOL, os.getpid(), installed_versions(), describe_device(device), memory_of(device))
    )
    return engine


def first_memory() -> Memory:
    """What a ping hears while torch is still being imported."""
    return Memory(used_bytes=0, total_bytes=0, peak_bytes=0)


def perform(engine: Engine, work: Load | Render | Unload) -> None:
    """Do one piece of work and report how it ended. Nothing that it raises ends the process."""
    if isinstance(work, Unload):
        unload(engine, work)
        return
    try:
        engine.channel.send(load(engine, work) if isinstance(work, Load) else render(engine, work))
    except JobCanceled:
        engine.channel.send(Canceled(work.job))
    except Exception as error:
        report_failure(engine, work.job, error)
    finally:
        engine.inbox.finish(work.job)


def load(engine: Engine, work: Load) -> Loaded:
    engine.stop_if_canceled(work.job)
    return Loaded(work.job, work.key, engine.residency.load(work.key, work.pipeline))


def render(engine: Engine, work: Render) -> Done:
    from darkroom_engine.render import run_render

    return run_render(engine, work)


def unload(engine: Engine, work: Unload) -> None:
    from darkroom_engine.device import memory_of

    keys = engine.residency.unload(work.key)
    engine.channel.send(Unloaded(keys, memory_of(engine.device)))


def report_failure(engine: Engine, job: str, error: Exception) -> None:
    from darkroom_engine.device import free_caches

    failure = classify(error, "RENDER_FAILED", "running the job")
    engine.channel.log("error", "".join(traceback.format_exception(error)))
    forget_frames(error)
    free_caches(engine.device)
    engine.channel.send(Failed(job, failure.code, failure.message, failure.retryable))
