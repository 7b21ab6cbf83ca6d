"""`python -m darkroom_engine.download`: fetch a checkpoint from the Hugging Face hub into its cache, then
exit.

Reads one JSON object on stdin (see `Request`). Writes lines of JSON on stdout: `progress` with bytes so far,
then `done` with the folder, or `failed` with a code and what to do. The exit status is 0 only after `done`.
"""

import fnmatch
import json
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from darkroom_engine.checkpoints import find_snapshot
from darkroom_engine.hub_failures import explain, is_unreachable, redact
from darkroom_engine.parent import die_with_parent
from darkroom_engine.selection import is_component, select_files

POLL_SECONDS = 0.5


class Request(msgspec.Struct, forbid_unknown_fields=True):
    """`without` names components that come from another repository. The token is used and never printed."""

    repository: str
    revision: str = "main"
    variant: str | None = None
    patterns: list[str] | None = None
    without: list[str] = []
    token: str | None = None


def main() -> int:
    die_with_parent()
    os.environ.update(HF_HUB_DISABLE_PROGRESS_BARS="1", HF_HUB_DISABLE_TELEMETRY="1")
    request = msgspec.json.decode(sys.stdin.buffer.read(), type=Request)
    try:
        folder = download(request, lambda done, total: emit(type="progress", bytes=done, total=total))
    except Exception as error:
        code, message = explain(request.repository, request.revision, error)
        emit(type="failed", code=code, message=redact(message, request.token))
        return 1
    emit(type="done", path=str(folder))
    return 0


def open_as_folder(folder: Path) -> None:
    """The server keeps its files to itself; a hub cache may be shared, and its files are as open as it is."""
    if folder.is_dir():
        os.umask(0o777 & ~folder.stat().st_mode)


def emit(**message: Any) -> None:
    print(json.dumps(message), flush=True)


def download(request: Request, progress: Callable[[int, int | None], None]) -> Path:
    """Fetch what is missing. Falls back to the cache when the hub cannot be reached and the cache is
    complete.
    """
    from huggingface_hub import constants, snapshot_download

    open_as_folder(Path(constants.HF_HUB_CACHE))

    try:
        files, total = plan_files(request)
    except Exception as error:
        folder = complete_snapshot(request) if is_unreachable(error) else None
        if folder is None:
            raise
        return folder
    with Growth(blobs_folder(request.repository), total, progress):
        folder = snapshot_download(
            request.repository, revision=request.revision, allow_patterns=files, token=request.token
        )
    progress(total, total)
    return Path(folder)


def plan_files(request: Request) -> tuple[list[str], int]:
    """The files to fetch and their size in bytes."""
    from huggingface_hub import HfApi, hf_hub_download

    info = HfApi(token=request.token).model_info(
        request.repository, revision=request.revision, files_metadata=True
    )
    sizes = {entry.rfilename: entry.size or 0 for entry in info.siblings or []}
    index = None
    if "model_index.json" in sizes and not request.patterns:
        path = hf_hub_download(
            request.repository, "model_index.json", revision=request.revision, token=request.token
        )
        index = json.loads(Path(path).read_text())
    files = select_files(list(sizes), index, request.variant, request.patterns, request.without)
    if not files:
        raise ValueError("the repository has no file that was asked for")
    return files, sum(sizes[file] for file in files)


def complete_snapshot(request: Request) -> Path | None:
    """The cached folder, when it has something for every component or pattern."""
    folder = find_snapshot(request.repository, request.revision)
    if folder is None:
        return None
    files = [str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()]
    if request.patterns:
        needed = request.patterns
    elif "model_index.json" in files:
        index = json.loads((folder / "model_index.json").read_text())
        components = [name for name, source in index.items() if is_component(source)]
        needed = [f"{name}/*" for name in components if name not in request.without]
    else:
        needed = ["*.safetensors"]
    return folder if all(fnmatch.filter(files, pattern) for pattern in needed) else None


class Growth:
    """Report the growth of a folder while files are fetched into it; the hub's client has no callback for
    bytes.
    """

    def __init__(self, folder: Path, total: int, progress: Callable[[int, int | None], None]) -> None:
        self._folder, self._total, self._progress = folder, total, progress
        self._before = folder_bytes(folder)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._poll, daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _poll(self) -> None:
        while not self._stop.wait(POLL_SECONDS):
            done = folder_bytes(self._folder) - self._before
            self._progress(min(max(done, 0), self._total), self._total)


def folder_bytes(folder: Path) -> int:
    total = 0
    for file in folder.glob("*"):
        try:
            total += file.stat().st_size
        except OSError:
            continue  # finished files are renamed while they are counted
    return total


def blobs_folder(repository: str) -> Path:
    from huggingface_hub import constants

    return Path(constants.HF_HUB_CACHE) / f"models--{repository.replace('/', '--')}" / "blobs"


if __name__ == "__main__":
    sys.exit(main())
