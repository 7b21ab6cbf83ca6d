"""A client as people wrote it for ai-toolkit-inference: submit, poll, read the files, look at errors.

`reference_client.py BASE_URL LORA_PATH` prints what it got as JSON.
"""

import json
import sys
import time
from typing import Any

import requests

ENDED = {"succeeded", "failed", "canceled"}


def submit(base: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = requests.post(f"{base}/v1/inference", json=body, timeout=30)
    answer.raise_for_status()
    return answer.json()


def wait(status_url: str) -> dict[str, Any]:
    while True:
        status = requests.get(status_url, timeout=30).json()
        if status["status"] in ENDED:
            return status
        time.sleep(0.1)


def main(base: str, lora: str) -> None:
    prompt = {"prompt": "a photo of [trigger]", "width": 64, "height": 64, "sample_steps": 2, "seed": 1}
    body = {
        "model": "flux",
        "trigger_word": "sks",
        "prompts": [prompt, prompt | {"seed": 2}],
        "loras": [{"path": lora, "network_multiplier": 0.8}],
    }
    accepted = submit(base, body)
    status = wait(accepted["status_url"])
    result = requests.get(accepted["result_url"], timeout=30).json()
    sizes = []
    for image in result["outputs"]["images"]:
        with open(image["file_path"], "rb") as file:
            sizes.append(len(file.read()))
    refused = requests.post(f"{base}/v1/inference", json=body | {"model": "nope"}, timeout=30)
    malformed = requests.post(f"{base}/v1/inference", json={"model": "flux"}, timeout=30)
    report = {
        "health": requests.get(f"{base}/health", timeout=30).json(),
        "first": accepted["status"],
        "last": status["status"],
        "formats": [image["format"] for image in result["outputs"]["images"]],
        "names": [image["file_path"].rsplit("/", 1)[-1] for image in result["outputs"]["images"]],
        "sizes": sizes,
        "request_id": accepted["request_id"],
        "inference_time": result["metadata"]["inference_time"],
        "refused": [refused.status_code, refused.json()["detail"]["error"]["code"]],
        "malformed": malformed.status_code,
        "models": [model["id"] for model in requests.get(f"{base}/v1/models", timeout=30).json()["models"]],
    }
    json.dump(report, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
