"""Downloads from a local stand-in for the hub, and which files are picked."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from darkroom_engine.selection import select_files
from tests.hub_server import hub

REPOSITORY = "darkroom/tiny"
INDEX = {
    "_class_name": "StableDiffusionXLPipeline",
    "unet": ["diffusers", "UNet2DConditionModel"],
    "tokenizer": ["transformers", "CLIPTokenizer"],
    "safety_checker": [None, None],
    "force_zeros": True,
}
FILES = {
    "model_index.json": json.dumps(INDEX).encode(),
    "one_file_model.safetensors": b"x" * 5000,
    "unet/config.json": b"{}",
    "unet/model.safetensors": b"p" * 4000,
    "unet/model.fp16.safetensors": b"h" * 2000,
    "unet/model.bin": b"b" * 4000,
    "unet/model.onnx": b"o" * 4000,
    "tokenizer/vocab.json": b'{"a": 0}',
    "tokenizer/merges.txt": b"a b",
    "safety_checker/model.safetensors": b"s" * 100,
    "README.md": b"# tiny",
}
PLAIN = {
    "model_index.json",
    "unet/config.json",
    "unet/model.safetensors",
    "tokenizer/vocab.json",
    "tokenizer/merges.txt",
}


def download(folder: Path, endpoint: str, **request: Any) -> tuple[int, list[dict], str]:
    environment = {**os.environ, "HF_HOME": str(folder), "HF_ENDPOINT": endpoint, "HF_HUB_OFFLINE": "0"}
    result = subprocess.run(
        [sys.executable, "-m", "darkroom_engine.download"],
        input=json.dumps({"repository": REPOSITORY, **request}),
        capture_output=True,
        text=True,
        env=environment,
        cwd=Path(__file__).parent.parent,
        check=False,
    )
    return (
        result.returncode,
        [json.loads(line) for line in result.stdout.splitlines()],
        result.stdout + result.stderr,
    )


def test_a_download_fetches_what_the_pipeline_needs_and_nothing_else(tmp_path: Path) -> None:
    with hub(REPOSITORY, FILES) as (endpoint, fetched):
        code, lines, output = download(tmp_path, endpoint, token="hf_secret")  # noqa: S106
    assert code == 0, output
    folder = Path(lines[-1]["path"])
    assert lines[-1]["type"] == "done"
    assert {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()} == PLAIN
    assert set(fetched) == PLAIN
    total = sum(len(FILES[name]) for name in PLAIN)
    assert lines[-2] == {"type": "progress", "bytes": total, "total": total}
    assert "hf_secret" not in output
    code, lines, _ = download(tmp_path, "http://127.0.0.1:1")
    assert (code, lines[-1]["path"]) == (0, str(folder)), "what is in the cache needs no network"


def test_failures_say_what_to_do(tmp_path: Path) -> None:
    with hub(REPOSITORY, FILES, gated=True) as (endpoint, _):
        code, lines, _ = download(tmp_path, endpoint)
    assert (code, lines[-1]["code"]) == (1, "MODEL_FILES_MISSING")
    assert all(word in lines[-1]["message"] for word in ("gated", "licence", "HF_TOKEN"))
    code, lines, _ = download(tmp_path, "http://127.0.0.1:1")
    assert code == 1
    assert "CHECKPOINTS_PATH/darkroom/tiny" in lines[-1]["message"]


@pytest.mark.parametrize(
    ("variant", "weights"), [(None, "unet/model.safetensors"), ("fp16", "unet/model.fp16.safetensors")]
)
def test_one_variant_of_the_weights_is_picked(variant: str | None, weights: str) -> None:
    chosen = set(select_files(list(FILES), INDEX, variant, None, []))
    assert {name for name in chosen if name.endswith(".safetensors")} == {weights}
    assert chosen - {weights} == PLAIN - {"unet/model.safetensors"}


def test_shards_and_their_index_belong_together() -> None:
    parts = [f"unet/model{v}-0000{n}-of-00002.safetensors" for v in ("", ".fp16") for n in (1, 2)]
    indexes = ["unet/model.safetensors.index.json", "unet/model.safetensors.index.fp16.json"]
    for variant, mark in ((None, False), ("fp16", True)):
        chosen = select_files([*parts, *indexes], {"unet": ["diffusers", "X"]}, variant, None, [])
        assert set(chosen) == {name for name in [*parts, *indexes] if ("fp16" in name) is mark}


def test_patterns_and_components_from_elsewhere() -> None:
    assert select_files(list(FILES), INDEX, None, ["one_file_*", "vae/*"], []) == [
        "one_file_model.safetensors"
    ]
    chosen = select_files(list(FILES), INDEX, None, ["unet/*"], [])
    assert set(chosen) == {"unet/config.json", "unet/model.safetensors"}
    without = select_files(list(FILES), INDEX, None, None, ["unet"])
    assert [name for name in without if name.startswith("unet/")] == ["unet/config.json"]
    with pytest.raises(ValueError, match="unet/"):
        select_files(["unet/model.bin"], INDEX, None, None, [])
