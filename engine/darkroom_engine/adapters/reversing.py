"""The way back to an untouched weight without a copy of it.

Merging writes m = round(base + delta). round(m - delta), with the same delta computed again, is the base but
for a few values that rounding moved, and only those are kept: 1 to 8 % of the values for a LoRA of usual
strength in bfloat16. So it stays on the device, where a copy of every weight would take as much memory as the
model, and reading the checkpoint again as long as loading it. A checksum of the untouched bits proves the way
back each time.
"""

from dataclasses import dataclass

import torch

from darkroom_engine.adapters.changes import Change
from darkroom_engine.adapters.forms import is_glora
from darkroom_engine.failures import JobFailure

BITS = {torch.bfloat16: torch.int16, torch.float16: torch.int16, torch.float32: torch.int32}
INDEX_BYTES = 4


class WeightsLostError(JobFailure):
    """The pipeline has to be loaded again."""


@dataclass(frozen=True)
class Correction:
    """What a weight that was computed back is off by, in its bits as integers.

    `near` has the difference of every value whose difference fits 8 bits, or is None where few values differ;
    `index` and `bits` have the others, whole.
    """

    near: torch.Tensor | None
    index: torch.Tensor
    bits: torch.Tensor

    @property
    def size_bytes(self) -> int:
        return sum(part.nbytes for part in (self.near, self.index, self.bits) if part is not None)


@dataclass(frozen=True)
class WayBack:
    """Of one weight: what is merged into it, and how its untouched bits are found."""

    changes: list[Change]
    correction: Correction
    checksum: torch.Tensor

    @property
    def size_bytes(self) -> int:
        return self.correction.size_bytes


def can_reverse(weight: torch.Tensor, changes: list[Change]) -> bool:
    """Whether the changes can be computed without the untouched weight: DoRA's and GLoRA's cannot."""
    return weight.dtype in BITS and not any(
        "dora" in change.source.parts or is_glora(change.source) for change in changes
    )


def way_back(
    base: torch.Tensor, merged: torch.Tensor, delta: torch.Tensor | None, changes: list[Change]
) -> WayBack:
    """From `merged` to `base`, which have one dtype and shape; `delta` is float32, None for no change."""
    return WayBack(changes, correct(guess(merged, delta), base), checksum(base))


def go_back(name: str, merged: torch.Tensor, delta: torch.Tensor | None, way: WayBack) -> torch.Tensor:
    """The untouched weight, in memory of its own. Raises WeightsLostError when it is not
    what it was.
    """
    base = guess(merged, delta)
    apply(way.correction, base)
    if not torch.equal(checksum(base), way.checksum):
        raise WeightsLostError(
            "RENDER_FAILED",
            f"The untouched weight {name} could not be computed back. Send the request again: the model is "
            "loaded anew for it.",
            retryable=True,
        )
    return base


def guess(merged: torch.Tensor, delta: torch.Tensor | None) -> torch.Tensor:
    base = merged.clone() if delta is None else (merged.float() - delta).to(merged.dtype)
    return base.contiguous()


def correct(found: torch.Tensor, wanted: torch.Tensor) -> Correction:
    """What turns the bits of `found` into those of `wanted`, in the smaller of two forms."""
    found_bits, wanted_bits = bits_of(found), bits_of(wanted)
    # Integers of the same width wrap around, so that adding the difference always leads back.
    off = wanted_bits - found_bits
    differs = off != 0
    is_far = differs & ((off > 127) | (off < -128))
    each = INDEX_BYTES + wanted_bits.element_size()
    if int(differs.sum()) * each <= off.numel() + int(is_far.sum()) * each:
        return Correction(None, *listed(differs, wanted_bits))
    return Correction(torch.where(is_far, 0, off).to(torch.int8), *listed(is_far, wanted_bits))


def listed(mask: torch.Tensor, bits: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    index = mask.nonzero().squeeze(1)
    return index.to(torch.int32), bits[index]


def apply(correction: Correction, found: torch.Tensor) -> None:
    """In place."""
    bits = bits_of(found)
    if correction.near is not None:
        bits += correction.near
    bits[correction.index.long()] = correction.bits


def checksum(weight: torch.Tensor) -> torch.Tensor:
    return torch.sum(bits_of(weight), dtype=torch.int64)


def bits_of(weight: torch.Tensor) -> torch.Tensor:
    """Flat; the same memory for a weight that is contiguous."""
    return weight.contiguous().flatten().view(BITS[weight.dtype])
