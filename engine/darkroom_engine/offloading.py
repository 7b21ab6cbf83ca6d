"""Where weights rest while others compute, chosen by what fits.

none         all weights on the device
model        on the device one component at a time, the rest on the host
sequential   on the device one layer at a time
"""

from typing import Literal

from darkroom_engine.failures import JobFailure
from darkroom_engine.plan import PipelineSpec
from darkroom_engine.weighing import Weights

Offload = Literal["none", "model", "sequential"]
MODES: tuple[Offload, ...] = ("none", "model", "sequential")
WORK = 0.15
"""What activations and the decoder take beside the weights, as a share of them: an estimate."""
GIB = 2**30


def device_need(weights: Weights, mode: Offload) -> int:
    """Bytes on the device, at the peak of a render."""
    work = round(weights.total * WORK)
    held = {"none": weights.total, "model": weights.largest, "sequential": 0}
    return held[mode] + work


def choose_offload(
    spec: PipelineSpec, weights: Weights, device_bytes: int, host_bytes: int, host_share: int | None = None
) -> Offload:
    """The mode of the spec, or for `auto` the first one that fits a device with its own memory.

    `device_bytes` is what the device can give when nothing else is resident, `host_bytes` what the host can,
    of `host_share` where that is all it may take. Raises JobFailure
    MODEL_TOO_LARGE when nothing fits. A mode that the settings name is tried as it is: they may know better.
    """
    if spec.offload != "auto":
        return spec.offload
    for mode in MODES:
        fits_host = mode == "none" or weights.total <= host_bytes
        if fits_host and device_need(weights, mode) <= device_bytes:
            return mode
    host = f"{gib(weights.total)} of host memory, where {gib(host_bytes)} are free{of_share(host_share)}"
    raise too_large(spec, device_need(weights, "sequential"), device_bytes, host)


def refuse_what_host_cannot_hold(
    spec: PipelineSpec, weights: Weights, host_bytes: int, host_share: int | None = None
) -> None:
    """For devices that compute in the host's memory. Raises JobFailure MODEL_TOO_LARGE."""
    need = device_need(weights, "none")
    if spec.offload == "auto" and need > host_bytes:
        raise JobFailure(
            "MODEL_TOO_LARGE",
            f"{spec.model} needs about {gib(need)} of memory as {spec.dtype} weights, and {gib(host_bytes)} "
            f"are free{of_share(host_share)}. {lighter(spec)} OFFLOAD_MODE=none tries it all the same.",
        )


def of_share(share: int | None) -> str:
    if share is None:
        return ""
    return f" of the {gib(share)} that each engine has of this machine (fewer DEVICES have more each)"


def too_large(spec: PipelineSpec, need: int, have: int, host: str) -> JobFailure:
    return JobFailure(
        "MODEL_TOO_LARGE",
        f"{spec.model} does not fit: even layer by layer it needs about {gib(need)} on the GPU, where "
        f"{gib(have)} can be had, and {host}. {lighter(spec)}",
    )


def lighter(spec: PipelineSpec) -> str:
    ways = [] if spec.quantization else [f"QUANTIZATION={spec.model}=fp8"]
    ways += [] if spec.dtype in ("bfloat16", "float16") else [f"DTYPE={spec.model}=bfloat16"]
    return f"Set {' or '.join(ways)}, or use a smaller model." if ways else "Use a smaller model."


def gib(count: int) -> str:
    return f"{count / GIB:.1f} GiB"
