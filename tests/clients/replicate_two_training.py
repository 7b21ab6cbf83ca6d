"""Trainings by Replicate's official client of version 2, as its users call it.

`replicate_two_training.py SERVER PICTURES DESTINATION` begins one into a model that has a version, cancels
it, and prints what a user would have seen, as JSON.
"""

import json
import sys
import time
from pathlib import Path

import replicate

ENDED = {"succeeded", "failed", "canceled"}


def main(server: str, pictures: str, destination: str) -> None:
    client = replicate.Replicate(bearer_token=server, base_url=f"{server}/replicate/v1")
    demo = {"model_owner": "darkroom", "model_name": "demo"}
    sent = client.files.create(content=("pictures.zip", Path(pictures).read_bytes()))
    training = client.trainings.create(
        **demo,
        version_id=client.models.get(**demo).latest_version.id,
        destination=destination,
        input={"input_images": sent.urls.get, "steps": 6000, "resolution": "64"},
    )
    client.trainings.cancel(training_id=training.id)
    while (now := client.trainings.get(training_id=training.id)).status not in ENDED:
        time.sleep(0.1)
    listed = [one for one in client.trainings.list() if one.status == "succeeded"]
    seen = {
        "begun": training.status,
        "ended": now.status,
        "output": now.output,
        "succeeded": [one.output.version.split(":")[0] for one in listed if one.output.version],
    }
    print(json.dumps(seen))


main(*sys.argv[1:])
