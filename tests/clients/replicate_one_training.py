"""A training by Replicate's official client of version 1, as its users call it.

`replicate_one_training.py SERVER PICTURES DESTINATION` trains, runs what came of it, and prints what a user
would have seen, as JSON.
"""

import io
import json
import sys
import time
from pathlib import Path

import replicate
from PIL import Image

BRIEF = {"steps": 3, "lora_rank": 4, "resolution": "64", "batch_size": 2}
ENDED = {"succeeded", "failed", "canceled"}


def main(server: str, pictures: str, destination: str) -> None:
    client = replicate.Client(api_token=server, base_url=f"{server}/replicate")
    owner, name = destination.split("/")
    client.models.create(owner=owner, name=name, visibility="private", hardware="cpu")
    trainer = client.models.get("darkroom/demo").latest_version.id
    with Path(pictures).open("rb") as file:
        training = client.trainings.create(
            model="darkroom/demo",
            version=trainer,
            input={"input_images": file, "trigger_word": "TOK", **BRIEF},
            destination=destination,
        )
    begun = training.status
    while training.status not in ENDED:
        time.sleep(0.2)
        training.reload()
    output = training.output or {}
    again = client.trainings.get(training.id)
    [file] = client.run(output["version"], input={"prompt": "TOK", "seed": 7, "num_inference_steps": 2})
    latest = client.models.get(destination).latest_version.id
    seen = {
        "begun": begun,
        "ended": training.status,
        "progress": training.logs.strip().split("\n")[-1][:4],
        "latest": output["version"] == f"{destination}:{latest}",
        "again": [again.status, again.output == training.output],
        "listed": training.id in [one.id for one in client.trainings.list()],
        "picture": Image.open(io.BytesIO(file.read())).size,
        "weights": output["weights"],
    }
    print(json.dumps(seen))


main(*sys.argv[1:])
