"""The command that builds tiny checkpoints: every model id, the same bytes every time, and small."""

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

from tiny_checkpoints.building import build
from tiny_checkpoints.recipes import LORA_RECIPES, RECIPES

LARGEST = 300e6


@pytest.fixture(scope="module")
def written() -> dict[str, str]:
    """Digest of every file of every id so far: what two ids share has to be the same from both."""
    return {}


def digests(folder: Path) -> dict[str, str]:
    files = (file for file in folder.rglob("*") if file.is_file())
    return {str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


@pytest.mark.parametrize("model", RECIPES)
def test_every_build_gives_the_same_bytes(model: str, tmp_path: Path, written: dict[str, str]) -> None:
    built = build(model, tmp_path, tmp_path / "loras")
    first = digests(tmp_path)
    assert built == build(model, tmp_path / "again", tmp_path / "again/loras")
    assert first == digests(tmp_path / "again")
    assert {name: written.get(name, digest) for name, digest in first.items()} == first
    written |= first
    assert sum(built.repositories.values()) < LARGEST / 30
    assert built.loras


def test_every_checkpoint_has_loras() -> None:
    assert LORA_RECIPES.keys() == RECIPES.keys()


def test_the_command_lists_what_it_wrote_and_how_to_serve_it(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tiny_checkpoints", "--out", str(tmp_path), "--model", "flux"]
    ended = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    said = ended.stderr
    assert "[1/1] flux" in said
    assert "black-forest-labs/FLUX.1-dev" in said
    assert f"CHECKPOINTS_PATH={tmp_path} WORKFLOWS_BASE_PATH={tmp_path}/loras npm start" in said
    forms = {file.stem for file in (tmp_path / "loras/flux").iterdir()}
    assert {"ai_toolkit", "kohya", "fp8", "lokr", "loha", "dora"} <= forms
    assert all(form in said for form in forms)
    assert {path.name for path in tmp_path.iterdir()} == {"black-forest-labs", "loras"}
    build("flux", tmp_path / "here", tmp_path / "here/loras")
    here = digests(tmp_path / "here")
    assert {name: digest for name, digest in digests(tmp_path).items() if name in here} == here
