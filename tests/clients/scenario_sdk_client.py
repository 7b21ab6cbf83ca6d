"""Scenario's official SDK, as its users call it, with every answer checked against its own types.

`scenario_sdk_client.py BASE_URL LORA_FILE` calls every method of the models resources, and what is beside
them. It prints which methods were not called and what a user would have seen, as JSON. An answer of another
shape than the SDK expects raises.
"""

import base64
import inspect
import io
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
from PIL import Image
from scenario_sdk import APIStatusError, BadRequestError, NotFoundError, Scenario

ENDED = {"success", "failure", "canceled"}
called: list[str] = []


def call(method: Callable[..., Any], *args: Any, **options: Any) -> Any:
    called.append(f"{type(method.__self__).__name__}.{method.__name__}")
    return method(*args, **options)


def refused(method: Callable[..., Any], *args: Any, **options: Any) -> APIStatusError:
    try:
        call(method, *args, **options)
    except APIStatusError as error:
        return error
    raise AssertionError(f"{method.__name__} was not refused")


def picture(colour: str) -> str:
    file = io.BytesIO()
    Image.new("RGB", (96, 96), colour).save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()


def upload(client: Scenario, colour: str) -> str:
    return call(client.assets.upload, name=f"{colour}.png", image=picture(colour)).asset.id


def wait(client: Scenario, job_id: str) -> Any:
    while True:
        job = call(client.jobs.retrieve, job_id).job
        if job.status in ENDED:
            return job
        time.sleep(0.1)


def import_lora(client: Scenario, file: Path) -> str:
    """Send a LoRA in two parts, and wait until it is a model."""
    content = file.read_bytes()
    options = {"kind": "model", "file_name": "mine.safetensors", "file_size": len(content), "parts": 2}
    sent = call(client.uploads.create, **options).upload
    half = len(content) // 2
    for part, data in zip(sent.parts, (content[:half], content[half:]), strict=True):
        httpx.put(part.url, content=data, timeout=60).raise_for_status()
    done = call(client.uploads.trigger_action, sent.id, action="complete").upload
    job = wait(client, done.job_id)
    assert job.status == "success", job.metadata.error
    return call(client.uploads.retrieve, sent.id).upload.entity_id


def new_models(client: Scenario) -> dict[str, Any]:
    """A model that is made, described, filled with pictures and thrown away."""
    models = client.models
    options = {"type": "flux.1-lora", "base_model_id": "model_demo", "short_description": "Blue."}
    model = call(models.create, name="Mine", **options).model
    assets = [upload(client, colour) for colour in ("red", "green", "blue", "teal")]
    images = models.training_images
    call(images.add, model.id, asset_id=assets[0])
    last = call(images.add, model.id, asset_ids=assets[1:3]).training_image
    data = f"data:image/png;base64,{picture('pink')}"
    sent = call(images.add, model.id, data=data, name="pink.png").training_image
    pair = {"sourceId": assets[0], "targetId": assets[1], "instruction": "turn it green"}
    pairs = call(images.replace_pairs, model.id, body=[pair])
    call(images.replace, assets[1], model_id=model.id, asset_id=assets[3])
    call(images.delete, sent.id, model_id=model.id)
    tags = call(models.update_tags, model.id, add=["blue", "flat"])
    call(models.update_tags, model.id, add=["blue"], delete=["flat"], strict=False)
    call(models.examples.update, model.id, asset_ids=[assets[2]])
    examples = call(models.examples.list, model.id).examples
    call(models.description.update, model.id, description=f"See {{asset:{assets[2]}}}")
    description = call(models.description.retrieve, model.id).description
    call(models.update, model.id, name="Renamed", thumbnail=assets[0], parameters={"rank": 8})
    whole = call(models.retrieve, model.id).model
    copy = call(models.copy, model.id, copy_examples=False).model
    call(models.delete_images, model.id, ids=[assets[0], assets[2]])
    bulk = call(models.get_bulk, model_ids=[model.id, "model_demo"], thumbnail=True).models
    call(models.transfer, model.id, destination_project_id=whole.owner_id)
    call(models.delete, model.id)
    gone = refused(models.retrieve, model.id)
    deleted = [one.id for one in call(models.list, status="deleted")]
    restored = call(models.restore, model.id).model
    return {
        "batch answers its last": last.id == assets[2],
        "pairs": pairs.count,
        "tags": [tags.added, whole.tags],
        "example": examples[0].asset.id == assets[2],
        "described": [one.id for one in description.assets] == [assets[2]],
        "images": [image.id for image in whole.training_images] == [assets[0], assets[3], assets[2]],
        "inputs": len(whole.inputs) > 5,
        "name": whole.name,
        "copy of": copy.parent_model_id == model.id,
        "bulk": [one.id for one in bulk] == [model.id, "model_demo"],
        "gone": isinstance(gone, NotFoundError) and model.id in deleted,
        "restored": restored.status,
    }


def trained_models(client: Scenario, file: Path) -> dict[str, Any]:
    """A LoRA that was trained elsewhere, rendered with and downloaded."""
    models = client.models
    lora = import_lora(client, file)
    model = call(models.retrieve, lora).model
    epoch = model.epochs[-1].epoch
    call(models.update, lora, epoch=epoch)
    copy = call(models.copy, lora, copy_as_trained=True).model
    body = {"prompt": "a boat", "width": 64, "height": 64, "numInferenceSteps": 2, "numOutputs": 2, "seed": 7}
    cost = call(client.generate.run_model, "model_demo", body=body)
    base = wait(client, cost.job.job_id)
    own = wait(client, call(client.generate.run_model, lora, body={**body, "modelEpoch": epoch}).job.job_id)
    added = {**body, "loras": [lora], "lorasScale": [0]}
    weak = wait(client, call(client.generate.run_model, "model_demo", body=added).job.job_id)
    pictures = [pixels(client, job.metadata.asset_ids[0]) for job in (base, own, weak)]
    download = call(models.download, lora)
    link = call(client.assets.download.get_status, download.job_id)
    archive = httpx.get(link.download_url, timeout=60)
    listed = call(client.assets.list, inference_id=base.job_id)
    return {
        "status": [model.status, copy.status],
        "jobs": [job.status for job in (base, own, weak)],
        "assets": [asset.metadata.seed for asset in listed],
        "the LoRA shows": pictures[0] != pictures[1],
        "a strength of 0 does not": pictures[0] == pictures[2],
        "download": [call(client.jobs.retrieve, download.job_id).job.status, archive.content[:2].decode()],
        "cancelled late": isinstance(
            refused(client.jobs.trigger_action, base.job_id, action="cancel"), BadRequestError
        ),
    }


def trainings(client: Scenario) -> dict[str, Any]:
    """A model that is trained for two steps and rendered with, and one whose training is canceled."""
    models = client.models
    options = {"type": "flux.1-lora", "base_model_id": "model_demo"}
    model, other = (call(models.create, name=name, **options).model.id for name in ("Trained", "Canceled"))
    assets = [upload(client, colour) for colour in ("red", "orange")]
    for one in (model, other):
        call(models.training_images.add, one, asset_ids=assets)
    short = {"conceptPrompt": "sks", "maxTrainSteps": 2, "rank": 2, "samplePrompts": [], "scaleLr": True}
    # The published answer of a dry run is costs alone, which the SDK's own type does not allow for.
    dry = models.train.with_raw_response.trigger(model, dry_run="true", parameters=short)
    started = call(models.train.trigger, model, parameters=short)
    again = refused(models.train.trigger, model, parameters=short)
    call(models.train.trigger, other, parameters={**short, "maxTrainSteps": 2000})
    stages = {started.model.training_progress.stage}
    canceled = call(models.train.action, other, action="cancel").model
    job = wait(client, started.job.job_id)
    assert job.status == "success", job.metadata.error
    while canceled.status == "training":
        time.sleep(0.1)
        canceled = call(models.retrieve, other).model
    trained = call(models.retrieve, model).model
    body = {"prompt": "sks", "width": 64, "height": 64, "numInferenceSteps": 2, "seed": 7}
    render = wait(client, call(client.generate.run_model, model, body=body).job.job_id)
    return {
        "dry run": [dry.status_code, json.loads(dry.text())],
        "stages": stages <= {"queued-for-train", "starting-train", "running-train"},
        "again": isinstance(again, BadRequestError),
        "hint": "scaleLr" in job.metadata.hint,
        "status": [trained.status, canceled.status],
        "epochs": [epoch.epoch for epoch in trained.epochs],
        "render": render.status,
    }


def pixels(client: Scenario, asset_id: str) -> bytes:
    asset = call(client.assets.retrieve, asset_id).asset
    return Image.open(io.BytesIO(httpx.get(asset.url, timeout=60).content)).tobytes()


def not_offered(client: Scenario) -> dict[str, Any]:
    """What this server has none of."""
    models = client.models
    demo = "model_demo"
    return {
        "presets": call(models.presets.list, demo).presets,
        "refused": sorted(
            {
                refused(models.presets.create, demo, inference_id="x").status_code,
                refused(models.presets.update, "x", model_id=demo, is_default=True).status_code,
                refused(models.presets.delete, "x", model_id=demo).status_code,
                refused(models.prompt_guide.retrieve, demo).status_code,
                refused(models.prompt_guide.update, demo, prompt_guide="x").status_code,
                refused(models.scores.retrieve_prompt, demo, prompt="x").status_code,
                refused(models.scores.retrieve_training_dataset, demo).status_code,
            }
        ),
    }


def lists(client: Scenario) -> dict[str, Any]:
    """Pages, one after the other, as the SDK follows them."""
    public = [model.id for model in call(client.models.list, privacy="public", page_size=5)]
    own = [model.id for model in call(client.models.list, page_size=1)]
    jobs = [job.job_id for job in call(client.jobs.list, page_size=1)]
    return {
        "public": len(public) == len(set(public)) > 20 and "model_demo" in public,
        "own": len(own) == len(set(own)) > 1,
        "jobs": len(jobs) == len(set(jobs)) > 1,
        "collections": list(call(client.collections.list)),
    }


def methods_of(resource: Any) -> list[str]:
    """The public methods of a resource, by the names that `called` has for them."""
    kind = type(resource)
    own = [name for name, _ in inspect.getmembers(kind, inspect.isfunction) if not name.startswith("_")]
    return [f"{kind.__name__}.{name}" for name in own if name in vars(kind)]


def main(base: str, lora: str) -> None:
    options: dict[str, Any] = {"max_retries": 0, "_strict_response_validation": True}
    client = Scenario(api_key="any", api_secret="none", base_url=f"{base}/scenario/v1", **options)  # noqa: S106
    report = {
        "new": new_models(client),
        "trained": trained_models(client, Path(lora)),
        "trainings": trainings(client),
        "not offered": not_offered(client),
        "lists": lists(client),
    }
    models = client.models
    resources = [models, models.description, models.examples, models.presets, models.prompt_guide]
    resources += [models.scores, models.train, models.training_images]
    missing = sorted({name for one in resources for name in methods_of(one)} - set(called))
    print(json.dumps({**report, "not called": missing}))


main(*sys.argv[1:])
