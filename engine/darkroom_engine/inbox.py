"""Commands as they arrive: a thread of its own reads them, so that a render never keeps `cancel` or `ping`
waiting.
"""

import os
import queue
import threading
from collections.abc import Callable

import msgspec

from darkroom_engine.channel import Channel
from darkroom_engine.messages import (
    Cancel,
    Failed,
    Hello,
    Load,
    Memory,
    Ping,
    Pong,
    Render,
    Shutdown,
    Unload,
    command_decoder,
)

Work = Load | Render | Unload | None


class JobOnly(msgspec.Struct):
    """As much of a command as is needed to answer for its job."""

    job: str


class Inbox:
    """Owns the reader thread and what it shares with the worker: queued work, canceled jobs, the wish to
    stop.
    """

    def __init__(self, channel: Channel, memory: Callable[[], Memory]) -> None:
        self._channel = channel
        self.memory = memory
        self._queue: queue.SimpleQueue[Work] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._open_jobs: set[str] = set()
        self._canceled: set[str] = set()
        self._stopping = threading.Event()

    def start(self) -> None:
        threading.Thread(target=self._read, name="commands", daemon=True).start()

    def next(self) -> Work:
        """The next piece of work; None when the process shall end."""
        return None if self._stopping.is_set() else self._queue.get()

    def should_stop(self, job: str) -> bool:
        """Whether `job` was canceled or the process is told to end. Cheap: asked at every step."""
        return self._stopping.is_set() or job in self._canceled

    def finish(self, job: str) -> None:
        with self._lock:
            self._open_jobs.discard(job)
            self._canceled.discard(job)

    def _read(self) -> None:
        for line in self._channel.lines():
            if not line:
                continue
            try:
                self._accept(command_decoder.decode(line))
            except msgspec.MsgspecError as error:
                self._refuse(line, error)
        # End of file: the server is gone, and nobody is left to report to.
        os._exit(0)

    def _refuse(self, line: bytes, error: msgspec.MsgspecError) -> None:
        """A job that cannot be read fails at once: nobody would ever answer for it otherwise."""
        self._channel.log("error", f"A command was not understood and was left out: {error}")
        try:
            job = msgspec.json.decode(line, type=JobOnly).job
        except msgspec.MsgspecError:
            return
        message = (
            f"The engine does not understand this job ({error}): server and engine are of different "
            "versions. Run `npm run setup` and start the server again."
        )
        self._channel.send(Failed(job, "RENDER_FAILED", message, retryable=False))

    def _accept(self, command: object) -> None:
        match command:
            case Ping(id=number):
                self._channel.send(Pong(id=number, memory=self.memory()))
            case Cancel(job=job):
                with self._lock:
                    if job in self._open_jobs:
                        self._canceled.add(job)
            case Shutdown():
                self._stopping.set()
                self._queue.put(None)
            case Render(job=job) | Load(job=job):
                with self._lock:
                    self._open_jobs.add(job)
                self._queue.put(command)
            case Unload():
                self._queue.put(command)
            case Hello():
                self._channel.log(
                    "error", "A second hello was left out: the conversation is already under way."
                )
