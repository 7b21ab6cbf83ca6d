"""Replicate's official client of version 2, as its users call it.

`replicate_two_client.py SERVER KEY PROXY` prints what a user would have seen, as JSON. An answer of
another shape than the client expects raises.
"""

import asyncio
import base64
import hashlib
import hmac
import io
import json
import sys
import time
from typing import Any

import replicate
from PIL import Image

INPUT = {"prompt": "a red apple", "seed": 11, "num_inference_steps": 4}
SLOW = {**INPUT, "num_inference_steps": 50, "num_outputs": 4}
ENDED = {"succeeded", "failed", "canceled"}


def about(file: Any) -> list[Any]:
    picture = Image.open(io.BytesIO(file.read()))
    return [picture.format, *picture.size]


def refused(call: Any) -> tuple[int, str]:
    try:
        call()
    except replicate.APIStatusError as error:
        return error.status_code, error.response.json()["detail"]
    raise AssertionError("it was not refused")


def runs(client: replicate.Replicate) -> dict[str, Any]:
    version = client.models.get(model_owner="darkroom", model_name="demo").latest_version.id
    blocking = client.run("darkroom/demo", input={**INPUT, "num_outputs": 2})
    by_version = client.run(f"darkroom/demo:{version}", input={**INPUT, "output_format": "png"})
    polling = client.run("darkroom/demo", input=INPUT, wait=False)

    async def later() -> Any:
        to = {"bearer_token": client.bearer_token, "base_url": client.base_url}
        async with replicate.AsyncReplicate(**to) as other:
            return await other.run("darkroom/demo", input=INPUT, use_file_output=False)

    return {
        "blocking": [about(file) for file in blocking],
        "by version": about(by_version[0]),
        "polling": [str(url).split("?")[0].rsplit("/", 1)[1] for url in polling],
        "async": len(asyncio.run(later())),
    }


def predictions(client: replicate.Replicate) -> dict[str, Any]:
    demo = {"model_owner": "darkroom", "model_name": "demo"}
    made = client.models.predictions.create(**demo, input=INPUT, prefer="wait")
    slow = client.models.predictions.create(**demo, input=SLOW, extra_headers={"Cancel-After": "5m"})
    client.predictions.cancel(prediction_id=slow.id)
    while (slow := client.predictions.get(prediction_id=slow.id)).status not in ENDED:
        time.sleep(0.1)
    ids = [one.id for one in client.predictions.list().results]
    return {
        "ended": [made.status, len(made.output)],
        "canceled": [slow.status, slow.output, slow.deadline is not None],
        "listed": {made.id, slow.id} <= set(ids),
    }


def files(client: replicate.Replicate) -> dict[str, Any]:
    sent = client.files.create(content=("a.gif", b"GIF89a"), metadata={"of": "me"}, type="image/gif")
    owner = client.account.get().username
    secret = client.webhooks.default.secret.get().key
    expiry = int(time.time()) + 60
    text = f"{owner} {sent.id} {expiry}".encode()
    signed = hmac.new(base64.b64decode(secret.removeprefix("whsec_")), text, hashlib.sha256).digest()
    signature = base64.b64encode(signed).decode()
    content = client.files.download(file_id=sent.id, owner=owner, expiry=expiry, signature=signature)
    listed = [file.id for file in client.files.list().results]
    client.files.delete(file_id=sent.id)
    return {
        "sent": [sent.name, sent.content_type, sent.size, sent.metadata],
        "downloaded": content.read().decode(),
        "listed": sent.id in listed,
        "gone": refused(lambda: client.files.get(file_id=sent.id))[0],
    }


def models(client: replicate.Replicate) -> dict[str, Any]:
    owner = client.account.get().username
    of = {"model_owner": owner, "model_name": "two"}
    made = client.models.create(owner=owner, name="two", visibility="private", hardware="cpu")
    changed = client.models.update(**of, description="Changed.")
    found = [model.name for model in client.models.search(body="two").results]
    search = client.search(query="two")
    versions = client.models.versions.list(model_owner="darkroom", model_name="demo").results
    client.models.delete(**of)
    return {
        "made": [made.name, made.latest_version],
        "changed": changed.description,
        "found": [made.name in found, [one.model.name for one in search.models]],
        "versions": len(versions),
        "hardware": len(client.hardware.list()),
        "trainings": len(client.trainings.list().results),
        "none": [len(client.collections.list().results), len(client.deployments.list().results)],
        "gone": refused(lambda: client.models.get(**of))[0],
    }


def wrong(server: str, key: str, client: replicate.Replicate) -> dict[str, Any]:
    stranger = replicate.Replicate(bearer_token=f"{key}-not", base_url=f"{server}/replicate/v1")
    create = client.predictions.create
    training = {"destination": "nobody/nothing", "input": {"input_images": "https://a.test/b.zip"}}
    version = client.models.get(model_owner="darkroom", model_name="demo").latest_version.id
    trainer = {"model_owner": "darkroom", "model_name": "demo", "version_id": version}
    return {
        "ten": refused(lambda: create(version="darkroom/demo", input={**INPUT, "num_outputs": 10})),
        "no version": refused(lambda: create(version="f" * 64, input=INPUT))[0],
        "no destination": refused(lambda: client.trainings.create(**trainer, **training))[0],
        "no key": refused(lambda: stranger.account.get())[0],
    }


def behind(proxy: str, key: str) -> bool:
    """Whether it runs where a proxy has the server under a path."""
    client = replicate.Replicate(bearer_token=key, base_url=f"{proxy}/replicate/v1")
    [url] = client.run("darkroom/demo", input=INPUT, wait=False)
    return str(url).startswith(f"{proxy}/replicate/v1/outputs/")


def main(server: str, key: str, proxy: str) -> None:
    client = replicate.Replicate(bearer_token=key, base_url=f"{server}/replicate/v1")
    bare = replicate.Replicate(bearer_token=key, base_url=f"{server}/replicate")
    seen = {
        "runs": runs(client),
        "predictions": predictions(client),
        "files": files(client),
        "models": models(client),
        "wrong": wrong(server, key, client),
        "without v1": bare.account.get().username,
        "behind a proxy": behind(proxy, key),
    }
    print(json.dumps(seen))


main(*sys.argv[1:])
