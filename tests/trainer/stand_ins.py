"""What the trainer's preview path imports and never uses, where it is not installed.

The trainer is one program: loading a model for a preview imports its optimizers, its data loader, its
captioners and their packages too. Each name here is imported on the way and used for nothing in a preview. A
stand-in answers to any import of the trainer's own modules, may be subclassed, stand in an `isinstance` or
be put into a table, and raises as soon as what it makes is used: a picture that was made with stand-ins
never went through them. Other packages do not see them, so transformers and diffusers go on as if nothing
had been added.
"""

import builtins
import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import torch

IMPORTED_ONLY = (
    "albumentations",
    "bitsandbytes",
    "controlnet_aux",
    "cv2",
    "flatten_json",
    "kornia",
    "librosa",
    "lpips",
    "lycoris",
    "mutagen",
    "optimum",
    "oyaml",
    "prodigyopt",
    "pytorch_wavelets",
    "scipy",
    "timm",
    "torchao",
    "torchaudio",
    "torchcodec",
)

# Operators of torchvision's compiled half. Its Python half, which turns pictures into tensors, wants them
# declared.
COMPILED_OPERATORS = (
    "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
)


def install(trainer: Path, more: tuple[str, ...] = ()) -> list[str]:
    """Give the modules under `trainer` a stand-in in the place of each package that is missing. Returns
    their names.
    """
    missing = [name for name in (*IMPORTED_ONLY, *more) if importlib.util.find_spec(name) is None]
    importing = builtins.__import__

    def import_for_trainer(
        name: str, globals: Any = None, locals: Any = None, fromlist: Any = (), level: int = 0
    ) -> Any:
        importer = (globals or {}).get("__file__") or ""
        if level == 0 and name.split(".")[0] in missing and importer.startswith(str(trainer)):
            return StandIn(name if fromlist else name.split(".")[0])
        return importing(name, globals, locals, fromlist, level)

    builtins.__import__ = import_for_trainer
    return missing if "torchvision" in missing else missing + declare_operators()


def declare_operators() -> list[str]:
    """Declare torchvision's compiled operators where its binary is for another torch and does not load."""
    try:
        import torchvision  # noqa: F401
    except RuntimeError:
        for name in [name for name in sys.modules if name.split(".")[0] == "torchvision"]:
            del sys.modules[name]
        library = torch.library.Library("torchvision", "DEF")
        for signature in COMPILED_OPERATORS:
            library.define(signature)
        DECLARED.append(library)
        return ["torchvision's compiled operators"]
    return []


# A library's declarations end with it.
DECLARED: list[Any] = []


class Placeholder(type):
    """A class of which every attribute is one too. What it makes cannot be used."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return placeholder(f"{cls.__qualname__}.{name}")

    def __call__(cls, *_args: Any, **_kwargs: Any) -> Any:
        return Unusable(cls.__qualname__)


class Unusable:
    """What calling a stand-in gives: the trainer makes some at import, for its tables."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> Any:
        raise RuntimeError(f"{self._name} is a stand-in: the preview was not expected to use its {name}")

    def __call__(self, *_args: Any, **_kwargs: Any) -> Any:
        raise RuntimeError(f"{self._name} is a stand-in: the preview was not expected to call what it makes")


def placeholder(name: str) -> Placeholder:
    return Placeholder(name, (), {})


class StandIn(ModuleType):
    """A module that has whatever is imported from it."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return placeholder(f"{self.__name__}.{name}")
