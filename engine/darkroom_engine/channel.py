"""The two pipes of the protocol: descriptor 3 brings commands, descriptor 4 takes reports.

`take_descriptors` must run before anything else is imported: afterwards descriptor 1 is descriptor 2, so
whatever a library prints is log and can never break a message.
"""

import os
import sys
import threading
from collections.abc import Iterator

from darkroom_engine.messages import Log, Report, encoder

COMMANDS_FD = 3
REPORTS_FD = 4
LINE_LIMIT_BYTES = 8 * 1024 * 1024


class Channel:
    """Owns the private copies of the protocol's descriptors. `send` may be called from any thread."""

    def __init__(self, commands_fd: int, reports_fd: int) -> None:
        self._commands = os.fdopen(commands_fd, "rb", buffering=1 << 16)
        self._reports_fd = reports_fd
        self._lock = threading.Lock()

    def send(self, report: Report) -> None:
        """Write one report as one line. A closed pipe means that the parent is gone, so the process ends."""
        line = memoryview(encoder.encode(report) + b"\n")
        with self._lock:
            try:
                while line:
                    line = line[os.write(self._reports_fd, line) :]
            except BrokenPipeError:
                os._exit(0)

    def log(self, level: str, message: str) -> None:
        self.send(Log(level=level, message=message))  # type: ignore[arg-type]

    def lines(self) -> Iterator[bytes]:
        """The command lines as they come, without their end, until the parent closes the pipe.

        A line over the limit is skipped to its end and reported as log; the stream stays in step.
        """
        while line := self._commands.readline(LINE_LIMIT_BYTES):
            if line.endswith(b"\n") or len(line) < LINE_LIMIT_BYTES:
                yield line.rstrip(b"\r\n")
                continue
            while line and not line.endswith(b"\n"):
                line = self._commands.readline(LINE_LIMIT_BYTES)
            self.log("error", f"A command longer than {LINE_LIMIT_BYTES} bytes was skipped.")


def take_descriptors() -> Channel:
    """Move the protocol to private descriptors that children do not inherit, and make stdout log.

    Raises OSError when descriptors 3 and 4 are not open: the process was not started by Darkroom.
    """
    commands = os.dup(COMMANDS_FD)
    reports = os.dup(REPORTS_FD)
    for fd in (commands, reports):
        os.set_inheritable(fd, False)
    os.close(COMMANDS_FD)
    os.close(REPORTS_FD)
    sys.stdout.flush()
    os.dup2(2, 1)
    return Channel(commands, reports)
