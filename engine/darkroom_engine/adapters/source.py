"""What a LoRA file says about one module."""

from dataclasses import dataclass, field

import torch

from darkroom_engine.adapters.shapes import ChangeShape, change_shape

UNSCALED = ("alpha", "diff", "diff_b", "up_bias")


@dataclass
class Source:
    """One module's tensors in the file's dtype, on the host.

    `component` is None where the file does not name one; `module` is the file's own spelling. `scale` is what
    its low-rank change is multiplied by when no `alpha` is among its tensors.
    """

    component: str | None
    module: str
    parts: dict[str, torch.Tensor] = field(default_factory=dict)
    key: str = ""
    """Its name with every prefix, for messages and to tell two spellings of one module apart."""
    scale: float = 1.0

    @property
    def shape(self) -> ChangeShape:
        return change_shape({name: tuple(part.shape) for name, part in self.parts.items()})

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


def is_idle(source: Source) -> bool:
    """Whether nothing can come of the source, at whatever strength: an untrained module, or an alpha of 0."""
    parts = source.parts
    if "dora" in parts:
        return not parts["dora"].any()
    if any(part in parts and parts[part].any() for part in ("diff", "diff_b")):
        return False
    alpha = parts["alpha"].float().item() if "alpha" in parts else source.scale
    is_whole_lokr = {"lokr_w1", "lokr_w2"} <= parts.keys() and "alpha" in parts
    if alpha == 0 and not is_whole_lokr:
        return True
    has_bias = "up_bias" in parts and bool(parts["up_bias"].any())
    return not has_bias and all(is_zero_product(factors) for factors in products(parts))


def products(parts: dict[str, torch.Tensor]) -> list[list[torch.Tensor]]:
    """The factors of what is added up: GLoRA has two products, every other form one."""
    factors = {name: tensor for name, tensor in parts.items() if name not in UNSCALED}
    return [
        [tensor for name, tensor in factors.items() if name.startswith("glora_b") == is_second]
        for is_second in (False, True)
    ]


def is_zero_product(factors: list[torch.Tensor]) -> bool:
    return not factors or any(not factor.any() for factor in factors)
