"""A stand-in for the Hugging Face hub: one repository from a dictionary, and the endpoints that its client
uses.
"""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@contextmanager
def hub(repository: str, files: dict[str, bytes], gated: bool = False) -> Iterator[tuple[str, list[str]]]:
    """Yields the endpoint's URL and the list of files that were fetched so far."""
    fetched: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.do_GET()

        def do_GET(self) -> None:
            path = self.path.split("?")[0]
            if path.startswith(f"/api/models/{repository}/tree/"):
                self.answer(json.dumps([tree_entry(name, data) for name, data in files.items()]).encode())
            elif path.startswith(f"/api/models/{repository}"):
                siblings = [{"rfilename": name, "size": len(data)} for name, data in files.items()]
                self.answer(json.dumps({"id": repository, "sha": COMMIT, "siblings": siblings}).encode())
            elif path.startswith(f"/{repository}/resolve/"):
                self.resolve(path.split("/", 5)[5])
            else:
                self.answer(b"{}", 404, {"X-Error-Code": "RepoNotFound"})

        def resolve(self, name: str) -> None:
            if gated:
                self.answer(b"", 403, {"X-Error-Code": "GatedRepo"})
                return
            if self.command == "GET":
                fetched.append(name)
            self.answer(files[name], 200, {"X-Repo-Commit": COMMIT, "ETag": f'"{etag(files[name])}"'})

        def answer(self, body: bytes, status: int = 200, headers: dict[str, str] | None = None) -> None:
            self.send_response(status)
            for name, value in {**(headers or {}), "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", fetched
    finally:
        server.shutdown()
        server.server_close()


def etag(data: bytes) -> str:
    return hashlib.sha1(data, usedforsecurity=False).hexdigest()


def tree_entry(name: str, data: bytes) -> dict[str, object]:
    return {"type": "file", "path": name, "size": len(data), "oid": etag(data)}
