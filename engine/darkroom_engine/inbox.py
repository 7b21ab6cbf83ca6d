"""Commands as they arrive: a thread of its own reads them, so that neither imports nor a render keep
`ping` or `cancel` waiting.
"""

import os
import queue
import threading
from collections.abc import Callable

import msgspec

from darkroom_engine import PROTOCOL
from darkroom_engine.channel import Channel
from darkroom_engine.messages import (
    Cancel,
    Command,
    Failed,
    Fatal,
    Hello,
    Load,
    Memory,
    Ping,
    Pong,
    Render,
    Save,
    Shutdown,
    Train,
    Unload,
    Yield,
    command_decoder,
)

Work = Load | Render | Train | Unload


class JobOnly(msgspec.Struct):
    """As much of a command as is needed to answer for its job."""

    job: str


class Inbox:
    """Owns the reader thread and what it shares with the worker: the next piece of work, the job that is
    open, and the wish to stop.

    One job at a time: jobs wait for the device in the server, and a second one here is refused.
    """

    def __init__(self, channel: Channel) -> None:
        self.memory: Callable[[], Memory | None] = lambda: None
        self._channel = channel
        self._greeted = False
        self._handover: queue.SimpleQueue[Hello | Work | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._open_job: str | None = None
        self._canceled = False
        self._yields = False
        self._saves = False
        self._stopping = threading.Event()

    def start(self) -> None:
        threading.Thread(target=self._read, name="commands", daemon=True).start()

    def hello(self) -> Hello | None:
        """Waits for it; None when the process is to end before."""
        command = self._handover.get()
        assert command is None or isinstance(command, Hello)
        return command

    def next(self) -> Work | None:
        """The next piece of work; None when the process is to end."""
        command = None if self._stopping.is_set() else self._handover.get()
        assert not isinstance(command, Hello)
        return command

    def should_stop(self, job: str) -> bool:
        """Whether `job` was canceled or the process is told to end. Cheap: asked at every step."""
        return self._stopping.is_set() or (self._canceled and job == self._open_job)

    def should_yield(self, job: str) -> bool:
        """Whether the training is to end at this step and go on later."""
        return self._yields and job == self._open_job

    def take_save(self, job: str) -> bool:
        """Whether a checkpoint is wanted at this step; asked once for each wish."""
        with self._lock:
            wanted = self._saves and job == self._open_job
            self._saves = False
        return wanted

    def finish(self, job: str) -> None:
        """Before the end of the job is reported: the server may send the next one at once."""
        with self._lock:
            if job == self._open_job:
                self._open_job = None
                self._canceled = self._yields = self._saves = False

    def _read(self) -> None:
        for line in self._channel.lines():
            if not line:
                continue
            try:
                command = command_decoder.decode(line)
            except msgspec.MsgspecError as error:
                self._refuse(line, error)
                continue
            self._accept(command)
        # End of file: the server is gone, and nobody is left to report to.
        os._exit(0)

    def _refuse(self, line: bytes, error: msgspec.MsgspecError) -> None:
        """A job that cannot be read fails at once: nobody would ever answer for it otherwise."""
        if not self._greeted:
            self._end(f"The first command was not understood ({error}). Run `npm run setup`.")
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

    def _accept(self, command: Command) -> None:
        match command:
            case Ping(id=number):
                self._channel.send(Pong(id=number, memory=self.memory()))
            case Shutdown():
                self._stopping.set()
                self._handover.put(None)
            case Hello():
                self._greet(command)
            case Cancel(job=job):
                with self._lock:
                    self._canceled = self._canceled or job == self._open_job
            case Yield(job=job):
                with self._lock:
                    self._yields = self._yields or job == self._open_job
            case Save(job=job):
                with self._lock:
                    self._saves = self._saves or job == self._open_job
            case _ if not self._greeted:
                self._end("The first command must be hello.")
            case Render(job=job) | Load(job=job) | Train(job=job):
                self._open(job, command)
            case Unload():
                self._handover.put(command)

    def _greet(self, hello: Hello) -> None:
        if hello.protocol != PROTOCOL:
            self._end(
                f"Darkroom speaks protocol {hello.protocol}, its engine {PROTOCOL}: one of them is out of "
                "date. Run `npm run setup` to reinstall the engine."
            )
        if self._greeted:
            self._channel.log("error", "A second hello was left out: the engine has its device already.")
            return
        self._greeted = True
        self._handover.put(hello)

    def _open(self, job: str, command: Render | Load | Train) -> None:
        with self._lock:
            is_free = self._open_job is None
            if is_free:
                self._open_job = job
        if is_free:
            self._handover.put(command)
        else:
            message = "The engine is busy: it takes one job at a time."
            self._channel.send(Failed(job, "RENDER_FAILED", message, retryable=True))

    def _end(self, message: str) -> None:
        """Whatever the main thread does just now."""
        self._channel.send(Fatal(message))
        os._exit(1)
