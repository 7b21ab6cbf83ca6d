"""What a LoRA file says about one module."""

import math
from dataclasses import dataclass, field

import torch


@dataclass
class Source:
    """One module's tensors in the file's dtype, on the host.

    `component` is None where the file does not name one; `module` is the file's own spelling. `scale` is what
    its low-rank change is multiplied by when no `alpha` is among its tensors.
    """

    component: str | None
    module: str
    parts: dict[str, torch.Tensor] = field(default_factory=dict)
    scale: float = 1.0

    @property
    def flat_name(self) -> str:
        return self.module.replace(".", "_")

    def alpha_over(self, rank: int) -> float:
        """alpha / rank; `scale` where the file has no alpha."""
        return self.parts["alpha"].float().item() / rank if "alpha" in self.parts else self.scale


@dataclass(frozen=True)
class AdapterFile:
    """A parsed LoRA file. `unknown` holds the keys that are no part of a known form."""

    sha256: str
    sources: tuple[Source, ...]
    unknown: tuple[str, ...]

    @property
    def size_bytes(self) -> int:
        return sum(part.nbytes for source in self.sources for part in source.parts.values())


def weight_shape(source: Source) -> tuple[int, ...] | None:
    """Shape of the source's change of the weight, rows first; None when it changes the bias only.

    Kernels of LoKr and LoHa halves may be folded into the columns; `fits` allows for that.
    """
    parts = source.parts
    if "diff" in parts:
        return tuple(parts["diff"].shape)
    if "down" in parts and "up" in parts:
        kernel = parts["mid"] if "mid" in parts else parts["down"]
        return (parts["up"].shape[0], parts["down"].shape[1], *kernel.shape[2:])
    if "down" in parts:
        return tuple(parts["down"].shape)
    if is_lokr(parts):
        one, two = lokr_half(parts, "1"), lokr_half(parts, "2")
        return (one[0] * two[0], one[1] * two[1], *two[2:])
    if {"hada_w1_a", "hada_w1_b", "hada_w2_a", "hada_w2_b"} <= parts.keys():
        tucker = "hada_t1" in parts
        rows = parts["hada_w1_a"].shape[1 if tucker else 0]
        return (rows, parts["hada_w1_b"].shape[1], *(parts["hada_t1"].shape[2:] if tucker else ()))
    return None


def is_idle(source: Source) -> bool:
    """Whether nothing can come of the source, at whatever strength: an untrained module, or an alpha of 0."""
    parts = source.parts
    if "dora" in parts:
        return not parts["dora"].any()
    if any(part in parts and parts[part].any() for part in ("diff", "diff_b")):
        return False
    factors = [tensor for part, tensor in parts.items() if part not in ("alpha", "diff", "diff_b", "up_bias")]
    alpha = parts["alpha"].float().item() if "alpha" in parts else source.scale
    is_whole_lokr = {"lokr_w1", "lokr_w2"} <= parts.keys() and "alpha" in parts
    if alpha == 0 and not is_whole_lokr:
        return True
    has_bias = "up_bias" in parts and bool(parts["up_bias"].any())
    return not has_bias and (not factors or any(not factor.any() for factor in factors))


def is_lokr(parts: dict[str, torch.Tensor]) -> bool:
    def has(half: str) -> bool:
        return f"lokr_w{half}" in parts or {f"lokr_w{half}_a", f"lokr_w{half}_b"} <= parts.keys()

    return has("1") and has("2")


def lokr_half(parts: dict[str, torch.Tensor], half: str) -> tuple[int, ...]:
    """Shape of one side of the Kronecker product."""
    if f"lokr_w{half}" in parts:
        return tuple(parts[f"lokr_w{half}"].shape)
    a, b = parts[f"lokr_w{half}_a"], parts[f"lokr_w{half}_b"]
    tucker = parts.get(f"lokr_t{half}")
    return (a.shape[0], b.shape[1]) if tucker is None else (a.shape[1], b.shape[1], *tucker.shape[2:])


def fits(shape: tuple[int, ...], weight: tuple[int, ...] | torch.Size) -> bool:
    """Whether a change of `shape` can be read as one of `weight`: same rows, same number of values in a
    row.
    """
    return shape[0] == weight[0] and math.prod(shape[1:]) == math.prod(weight[1:])
