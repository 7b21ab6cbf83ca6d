"""From a call of the plan to the keyword arguments of the pipeline."""

import inspect
from typing import Any

import torch
from PIL import Image

from darkroom_engine.failures import JobFailure
from darkroom_engine.plan import Call, ImageArgument, Resize
from darkroom_engine.sigmas import call_sigmas

# The server has checked the size against a limit of its own, which may be higher than that of PIL.
Image.MAX_IMAGE_PIXELS = None


def call_arguments(pipeline: Any, call: Call) -> dict[str, Any]:
    """Everything of the call, under the pipeline's own names.

    The noise comes from a CPU generator seeded for this call alone, as in the trainer, so a picture depends
    on nothing that ran before it. Raises JobFailure RENDER_FAILED when the pipeline does not take an
    argument: it is never left out.
    """
    arguments: dict[str, Any] = dict(call.arguments)
    for name, images in call.images.items():
        arguments[name] = open_images(images)
    if (sigmas := call_sigmas(call)) is not None:
        arguments["sigmas"] = sigmas
    arguments["generator"] = torch.Generator("cpu").manual_seed(int(call.seed))
    arguments["output_type"] = "pil"
    refuse_unknown(pipeline, arguments)
    return arguments


def accepted_arguments(pipeline: Any) -> set[str] | None:
    """Names that the pipeline's `__call__` takes; None when it takes any."""
    parameters = inspect.signature(type(pipeline).__call__).parameters
    if any(parameter.kind is inspect.Parameter.VAR_KEYWORD for parameter in parameters.values()):
        return None
    return set(parameters) - {"self"}


def refuse_unknown(pipeline: Any, arguments: dict[str, Any]) -> None:
    accepted = accepted_arguments(pipeline)
    unknown = [] if accepted is None else sorted(set(arguments) - accepted)
    if unknown:
        raise JobFailure(
            "RENDER_FAILED",
            f"{type(pipeline).__name__} does not take {', '.join(unknown)}; the catalog entry sends it. "
            f"It takes {', '.join(sorted(accepted or ()))}.",
        )


def open_images(images: ImageArgument) -> Image.Image | list[Image.Image]:
    """The files, plain PNGs, as RGB, or RGBA where the plan keeps what is transparent; resampled by PIL
    itself, as the trainer does.
    """
    mode = "RGBA" if images.alpha else "RGB"
    opened = [open_image(file, images.resize, mode) for file in images.files]
    return opened if images.list_ or len(opened) > 1 else opened[0]


def open_image(file: str, resize: Resize | None, mode: str) -> Image.Image:
    with Image.open(file) as image:
        converted = image.convert(mode)
    if resize is None:
        return converted
    return converted.resize((resize.width, resize.height), Image.Resampling[resize.filter.upper()])
