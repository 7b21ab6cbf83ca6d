"""How much memory the host has left, for this process and in this container."""

import os
from pathlib import Path

CGROUP = Path("/sys/fs/cgroup")


def available_host_bytes() -> int:
    """Bytes that can be taken without swapping or being killed: what the machine has available, or less where
    a control group (a container, a systemd unit) allows less.
    """
    machine = available_on_machine()
    allowed = available_in_group(own_group())
    return machine if allowed is None else min(machine, allowed)


class HostMemory:
    """What this process may take of the host's memory: `limit` bytes in all, None for all there is.

    A limit is the process's share where several engines work on one machine.
    """

    def __init__(self, limit: int | None = None) -> None:
        self.limit = limit

    def available(self) -> int:
        free = available_host_bytes()
        return free if self.limit is None else min(free, max(0, self.limit - anonymous_bytes()))


def anonymous_bytes() -> int:
    """What this process holds, without the pages of files, which the system can drop. 0 where it cannot be
    told.
    """
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
        fields = {name: rest for name, _, rest in (line.partition(":") for line in lines)}
        return int(fields["RssAnon"].split()[0]) * 1024
    except (OSError, KeyError, ValueError):
        return 0


def available_on_machine() -> int:
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        fields = {name: rest for name, _, rest in (line.partition(":") for line in lines)}
        return int(fields["MemAvailable"].split()[0]) * 1024
    except (OSError, KeyError, ValueError):
        # No /proc: macOS. All of it, less a quarter for what else runs there.
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") * 3 // 4


def own_group() -> Path:
    """The folder of this process's control group (version 2); the root where it cannot be told."""
    try:
        line = Path("/proc/self/cgroup").read_text(encoding="ascii").strip().splitlines()[-1]
    except (OSError, IndexError):
        return CGROUP
    hierarchy, _, path = line.partition("::")
    return CGROUP / path.lstrip("/") if hierarchy == "0" else CGROUP


def available_in_group(folder: Path) -> int | None:
    """Bytes left under `memory.max` of the group; file cache that can be dropped counts as left. None: no
    limit.
    """
    try:
        limit = (folder / "memory.max").read_text(encoding="ascii").strip()
        if limit == "max":
            return None
        current = int((folder / "memory.current").read_text(encoding="ascii"))
        stat = (folder / "memory.stat").read_text(encoding="ascii").splitlines()
        droppable = sum(int(line.split()[1]) for line in stat if line.startswith("inactive_file "))
        return max(0, int(limit) - current + droppable)
    except (OSError, ValueError):
        return None
