"""Drive a real engine process over its pipes, as the server does."""

import fcntl
import json
import os
import select
import signal
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ENGINE = Path(__file__).parent.parent
HELLO: dict[str, Any] = {
    **{"type": "hello", "protocol": 2, "device": "cpu", "max_resident": 1},
    **{"adapter_cache_bytes": 1 << 28, "host_bytes": None, "threads": None},
}
SILENCE_SECONDS = 120  # importing torch can take a minute on a busy machine


class EngineProcess:
    """`python -m darkroom_engine` with pipes on descriptors 3 and 4; `log` is its stdout and stderr."""

    def __init__(self, log: Path, code: str | None = None, **environment: str) -> None:
        commands, self._commands = pipe()
        self._reports, reports = pipe()
        self.log = log
        out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        actions = [
            (os.POSIX_SPAWN_DUP2, commands, 3),
            (os.POSIX_SPAWN_DUP2, reports, 4),
            (os.POSIX_SPAWN_DUP2, out, 1),
            (os.POSIX_SPAWN_DUP2, out, 2),
            *((os.POSIX_SPAWN_CLOSE, fd) for fd in (commands, reports, self._commands, self._reports)),
        ]
        program = [sys.executable, *(["-c", code] if code else ["-m", "darkroom_engine"])]
        path = os.pathsep.join([str(ENGINE), os.environ.get("PYTHONPATH", "")])
        self.pid = os.posix_spawn(
            sys.executable, program, {**os.environ, "PYTHONPATH": path, **environment}, file_actions=actions
        )
        for fd in (commands, reports, out):
            os.close(fd)
        self._unread = b""

    def send(self, **command: Any) -> None:
        self.send_raw(json.dumps(command).encode())

    def send_raw(self, line: bytes) -> None:
        os.write(self._commands, line + b"\n")

    def receive(self) -> dict[str, Any]:
        while b"\n" not in self._unread:
            ready, _, _ = select.select([self._reports], [], [], SILENCE_SECONDS)
            assert ready, f"the engine says nothing: {self.log.read_text()[-4000:]}"
            data = os.read(self._reports, 1 << 16)
            assert data, f"the engine is gone: {self.log.read_text()[-4000:]}"
            self._unread += data
        line, self._unread = self._unread.split(b"\n", 1)
        return json.loads(line)

    def receive_until(self, *types: str) -> list[dict[str, Any]]:
        """Reports up to and with the first of one of `types`."""
        reports = [self.receive()]
        while reports[-1]["type"] not in types:
            reports.append(self.receive())
        return reports

    def hello(self, device: str = "cpu", **changes: Any) -> dict[str, Any]:
        self.send(**{**HELLO, "device": device, **changes})
        return self.receive_until("ready", "fatal")[-1]

    def run(self, **command: Any) -> list[dict[str, Any]]:
        self.send(**command)
        return self.receive_until("done", "failed", "canceled", "loaded")

    def close_commands(self) -> None:
        os.close(self._commands)
        self._commands = -1

    def wait(self) -> int:
        """The exit status, negative for a signal."""
        _, status = os.waitpid(self.pid, 0)
        self.pid = 0
        return os.waitstatus_to_exitcode(status)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            self.wait()
        os.close(self._reports)
        if self._commands >= 0:
            self.close_commands()


def pipe() -> tuple[int, int]:
    """A pipe on descriptors that cannot collide with the child's 0 to 4."""
    low = os.pipe()
    high = tuple(fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, 10) for fd in low)
    for fd in low:
        os.close(fd)
    return high[0], high[1]
