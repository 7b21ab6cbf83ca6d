"""Denoisers in fewer bits: less memory, and pictures that differ from those of whole weights."""

import importlib.util
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import torch

from darkroom_engine.failures import JobFailure
from darkroom_engine.plan import PipelineSpec


def loading_options(spec: PipelineSpec, component: str, dtype: torch.dtype, device: torch.device) -> dict:
    """Keyword arguments that make diffusers quantise `component` while it reads it. Raises JobFailure
    MODEL_LOAD_FAILED where that cannot be done.
    """
    quantization = spec.quantization
    if quantization is None or quantization.kind != "nf4" or component not in quantization.components:
        return {}
    refuse_without_bitsandbytes(spec, device)
    return {"quantization_config": four_bits(dtype)}


def pipeline_options(spec: PipelineSpec, dtype: torch.dtype, device: torch.device) -> dict:
    """The same for the components that the pipeline reads by itself."""
    from diffusers import PipelineQuantizationConfig

    own = [name for name in quantized(spec) if name not in spec.components]
    if not own or spec.quantization is None or spec.quantization.kind != "nf4":
        return {}
    refuse_without_bitsandbytes(spec, device)
    mapping = {name: four_bits(dtype) for name in own}
    return {"quantization_config": PipelineQuantizationConfig(quant_mapping=mapping)}


def cast_layers(pipeline: Any, spec: PipelineSpec, dtype: torch.dtype) -> None:
    """For fp8: each layer rests as float8_e4m3fn and computes in `dtype`, by diffusers' layerwise casting.

    Norms, embeddings and the first and last projections stay whole, as the model classes ask.
    """
    if spec.quantization is None or spec.quantization.kind != "fp8":
        return
    for name in quantized(spec):
        component = getattr(pipeline, name)
        component.enable_layerwise_casting(storage_dtype=torch.float8_e4m3fn, compute_dtype=dtype)


def weights_cast_again(model: torch.nn.Module) -> AbstractContextManager[Any]:
    """While open, a weight that rests in 8 bits is cast once more when gradients come to its layer, where it
    is in 8 bits again, which no gradient passes.
    """
    if not any(weight.dtype == torch.float8_e4m3fn for weight in model.parameters()):
        return nullcontext()

    def pack(tensor: torch.Tensor) -> torch.Tensor | Callable[[], torch.Tensor]:
        is_weight = isinstance(tensor, torch.nn.Parameter) and not tensor.requires_grad
        dtype = tensor.dtype
        return (lambda: tensor.to(dtype)) if is_weight else tensor

    def unpack(packed: torch.Tensor | Callable[[], torch.Tensor]) -> torch.Tensor:
        return packed if isinstance(packed, torch.Tensor) else packed()

    return torch.autograd.graph.saved_tensors_hooks(pack, unpack)


def explain(spec: PipelineSpec) -> str | None:
    """What a person should know about the pictures, if anything."""
    if spec.quantization is None:
        return None
    return (
        f"QUANTIZATION holds the {' and '.join(spec.quantization.components)} of {spec.model} in "
        f"{spec.quantization.kind}: the result differs from that of whole weights."
    )


def quantized(spec: PipelineSpec) -> list[str]:
    return spec.quantization.components if spec.quantization else []


def four_bits(dtype: torch.dtype) -> Any:
    from diffusers import BitsAndBytesConfig

    return BitsAndBytesConfig(load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_compute_dtype=dtype)


def refuse_without_bitsandbytes(spec: PipelineSpec, device: torch.device) -> None:
    if can_hold_four_bits(device):
        return
    problem = (
        f"diffusers does it on CUDA only, and this device is {device.type}. Use QUANTIZATION=fp8"
        if device.type != "cuda"
        else "the package bitsandbytes is not installed. Install it into the engine's Python, or use fp8"
    )
    raise JobFailure("MODEL_LOAD_FAILED", f"{spec.model} cannot be held in nf4: {problem}.")


def can_hold_four_bits(device: torch.device) -> bool:
    return device.type == "cuda" and importlib.util.find_spec("bitsandbytes") is not None
