"""Versions of what decides the pixels, without importing any of it."""

import platform
from importlib import metadata

from darkroom_engine import __version__

PACKAGES = ("torch", "diffusers", "transformers", "peft", "accelerate", "safetensors")


def installed_versions() -> dict[str, str]:
    """Name to version; a package that is not installed is left out."""
    versions = {"python": platform.python_version(), "darkroom_engine": __version__}
    for package in PACKAGES:
        try:
            versions[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return versions
