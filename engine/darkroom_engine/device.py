"""Which device a process works on, in which dtype, and how much memory it holds. Imports torch."""

import gc
import os
import platform
import sys

import torch

from darkroom_engine.host_memory import available_host_bytes
from darkroom_engine.messages import DeviceFacts, Memory

DTYPES = {"bfloat16": torch.bfloat16, "float16": torch.float16, "float32": torch.float32}


def choose_device(wanted: str) -> torch.device:
    """`auto` is CUDA, else Apple's MPS, else the CPU. Raises RuntimeError for a device that is not there."""
    if wanted == "auto":
        wanted = (
            "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
        )
    device = torch.device(wanted)
    if device.type == "cuda" and (device.index or 0) >= torch.cuda.device_count():
        raise RuntimeError(
            f"There is no {wanted} here: torch sees {cuda_devices()}. Set DEVICES to what is there, or to "
            "auto."
        )
    if device.type == "mps" and not torch.backends.mps.is_available():
        raise RuntimeError("There is no mps here: torch sees no Apple GPU. Set DEVICES to cpu, or to auto.")
    if device.type == "cuda":
        torch.cuda.set_device(device)
    return device


def cuda_devices() -> str:
    match torch.cuda.device_count():
        case 0:
            return "no CUDA device"
        case 1:
            return "cuda:0 only"
        case count:
            return f"cuda:0 to cuda:{count - 1}"


def choose_dtype(wanted: str, device: torch.device) -> torch.dtype:
    """`auto` is the trainer's choice: bf16 on CUDA where the GPU has it, else fp16; fp32 everywhere else."""
    if wanted != "auto":
        return DTYPES[wanted]
    if device.type != "cuda":
        return torch.float32
    return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16


def dtype_name(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")


def describe_device(device: torch.device) -> DeviceFacts:
    names = {"cuda": lambda: torch.cuda.get_device_name(device), "mps": lambda: "Apple GPU"}
    name = names.get(device.type, lambda: platform.processor() or platform.machine())()
    return DeviceFacts(type=device.type, name=name, dtype=dtype_name(choose_dtype("auto", device)))


def memory_of(device: torch.device) -> Memory:
    """Bytes allocated on a CUDA device; elsewhere the process's resident size, its peak, and the machine's
    memory.
    """
    if device.type == "cuda":
        return Memory(
            used_bytes=torch.cuda.memory_allocated(device),
            total_bytes=torch.cuda.get_device_properties(device).total_memory,
            peak_bytes=torch.cuda.max_memory_allocated(device),
        )
    return process_memory()


def available_bytes(device: torch.device) -> int:
    """What the device can still give: on CUDA free memory and our own cached blocks, elsewhere the host's."""
    if device.type != "cuda":
        return available_host_bytes()
    free, _total = torch.cuda.mem_get_info(device)
    return free + torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)


def process_memory() -> Memory:
    import resource

    # ru_maxrss counts KiB on Linux and bytes on macOS.
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    page = os.sysconf("SC_PAGE_SIZE")
    total = page * os.sysconf("SC_PHYS_PAGES")
    try:
        with open("/proc/self/statm", encoding="ascii") as statm:
            used = int(statm.read().split()[1]) * page
    except OSError:
        used = peak
    return Memory(used_bytes=used, total_bytes=total, peak_bytes=max(peak, used))


def reset_peak(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.reset_peak_memory_stats(device)


def free_caches(device: torch.device) -> None:
    """Give back what nothing refers to any more."""
    gc.collect()
    if device.type == "cuda":
        torch.cuda.empty_cache()
    elif device.type == "mps":
        torch.mps.empty_cache()
