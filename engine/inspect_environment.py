"""Prints, as one line of JSON, what this interpreter is and which of the pinned packages it has.

Only the standard library, because set-up and `darkroom doctor` run it before anything is installed.
"""

import importlib.metadata
import json
import re
import sys
import tomllib
from pathlib import Path
from typing import Any


def requirement(text: str) -> dict[str, str | None]:
    """A pin such as `torch==2.13.0`, next to the version installed here, or None."""
    name, wanted = re.split(r"==", text, maxsplit=1)
    try:
        installed = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        installed = None
    return {"name": name, "wanted": wanted, "installed": installed}


def inspect(pyproject: Path) -> dict[str, Any]:
    project = tomllib.loads(pyproject.read_text("utf-8"))["project"]
    return {
        "python": ".".join(map(str, sys.version_info[:3])),
        "packages": [requirement(text) for text in project["dependencies"]],
        "test_packages": [requirement(text) for text in project["optional-dependencies"]["test"]],
    }


if __name__ == "__main__":
    print(json.dumps(inspect(Path(__file__).with_name("pyproject.toml"))))
