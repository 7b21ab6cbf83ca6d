"""Replicate's official client of version 1, as its users call it.

`replicate_one_client.py SERVER KEY PROXY` prints what a user would have seen, as JSON. An answer of
another shape than the client expects raises.
"""

import asyncio
import io
import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import replicate
from PIL import Image
from replicate.exceptions import ReplicateError
from replicate.webhook import Webhooks

INPUT = {"prompt": "a red apple", "seed": 11, "num_inference_steps": 4}
SLOW = {**INPUT, "num_inference_steps": 50, "num_outputs": 4}


def about(file: Any) -> list[Any]:
    picture = Image.open(io.BytesIO(file.read()))
    return [picture.format, *picture.size]


def refused(call: Any) -> tuple[int, str]:
    try:
        call()
    except ReplicateError as error:
        return error.status, error.detail
    raise AssertionError("it was not refused")


def runs(client: replicate.Client) -> dict[str, Any]:
    version = client.models.get("darkroom/demo").latest_version.id
    blocking = client.run("darkroom/demo", input={**INPUT, "num_outputs": 2})
    by_version = client.run(f"darkroom/demo:{version}", input={**INPUT, "output_format": "png"})
    polling = client.run("darkroom/demo", input=INPUT, wait=False)
    asynchronous = asyncio.run(client.async_run("darkroom/demo", input=INPUT))
    return {
        "blocking": [about(file) for file in blocking],
        "by version": about(by_version[0]),
        "polling": [str(url).split("?")[0].rsplit("/", 1)[1] for url in polling],
        "async": about(asynchronous[0]),
    }


def predictions(client: replicate.Client) -> dict[str, Any]:
    made = client.predictions.create(model="darkroom/demo", input=INPUT)
    made.wait()
    slow = client.predictions.create(model="darkroom/demo", input=SLOW, wait=1)
    before = slow.status
    slow.cancel()
    slow.wait()
    ids = [one.id for one in client.predictions.list()]
    events = [event.event.value for event in client.stream("darkroom/demo", input=INPUT)]
    return {
        "ended": [made.status, made.progress.percentage, "Using seed: 11" in made.logs],
        "held": before,
        "canceled": [slow.status, slow.output],
        "listed": {made.id, slow.id} <= set(ids),
        "streamed": [events[0], events.count("output"), events[-1]],
    }


def files(client: replicate.Client) -> dict[str, Any]:
    sent = client.files.create(io.BytesIO(b"GIF89a"), filename="a.gif", metadata={"of": "me"})
    read = client.files.get(sent.id)
    listed = [file.id for file in client.files.list()]
    return {
        "sent": [sent.name, sent.content_type, sent.size, sent.metadata],
        "read": read == sent,
        "listed": sent.id in listed,
        "deleted": client.files.delete(sent.id),
        "gone": refused(lambda: client.files.get(sent.id))[0],
    }


def models(client: replicate.Client) -> dict[str, Any]:
    owner = client.accounts.current().username
    made = client.models.create(owner=owner, name="one", visibility="private", hardware="cpu")
    found = [model.name for model in client.models.search("one")]
    versions = client.models.get("darkroom/demo").versions.list()
    return {
        "owner": owner,
        "made": [made.name, made.latest_version],
        "found": made.name in found,
        "versions": len(versions),
        "listed": len(client.models.list()) > 1,
        "hardware": len(client.hardware.list()),
        "none": [len(client.collections.list()), len(client.deployments.list())],
        "deleted": client.models.delete(owner, "one"),
    }


def webhook(client: replicate.Client) -> dict[str, Any]:
    heard: list[tuple[dict[str, str], str]] = []
    done = threading.Event()

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            heard.append((dict(self.headers.items()), body))
            self.send_response(204)
            self.end_headers()
            done.set()

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    made = client.predictions.create(
        model="darkroom/demo",
        input=INPUT,
        webhook=f"http://127.0.0.1:{server.server_port}/hook?job=9",
        webhook_events_filter=["completed"],
    )
    assert done.wait(60)
    server.shutdown()
    headers, body = heard[0]
    secret = client.webhooks.default.secret()
    Webhooks.validate(headers=headers, body=body, secret=secret, tolerance=300)
    told = json.loads(body)
    return {"told": [told["id"] == made.id, told["status"], len(told["output"])]}


def wrong(server: str, key: str, client: replicate.Client) -> dict[str, Any]:
    stranger = replicate.Client(api_token=f"{key}-not", base_url=f"{server}/replicate")
    run = client.run
    return {
        "ten": refused(lambda: run("darkroom/demo", input={**INPUT, "num_outputs": 10})),
        "no version": refused(lambda: run(f"darkroom/demo:{'f' * 64}", input=INPUT))[0],
        "no model": refused(lambda: run("me/nothing", input=INPUT))[0],
        "no key": refused(lambda: stranger.accounts.current())[0],
    }


def behind(proxy: str, key: str) -> bool:
    """Whether it runs where a proxy has the server under a path."""
    client = replicate.Client(api_token=key, base_url=f"{proxy}/replicate")
    [url] = client.run("darkroom/demo", input=INPUT, wait=False)
    return url.startswith(f"{proxy}/replicate/v1/outputs/")


def main(server: str, key: str, proxy: str) -> None:
    client = replicate.Client(api_token=key, base_url=f"{server}/replicate")
    twice = replicate.Client(api_token=key, base_url=f"{server}/replicate/v1")
    seen = {
        "runs": runs(client),
        "predictions": predictions(client),
        "files": files(client),
        "models": models(client),
        "webhook": webhook(client),
        "wrong": wrong(server, key, client),
        "with v1 twice": twice.accounts.current().username,
        "behind a proxy": behind(proxy, key),
    }
    print(json.dumps(seen))


main(*sys.argv[1:])
