"""The change of a weight that each LoRA form stands for, in float32.

The order of the operations is that of ai-toolkit's `merge_in` (toolkit/network_mixins.py,
toolkit/models/lokr.py), so that the merged weights have the same bits as those behind a training preview.
"""

import torch

from darkroom_engine.adapters.shapes import is_old_glora
from darkroom_engine.adapters.source import Source


def weight_change(source: Source, strength: float, device: torch.device) -> torch.Tensor:
    """strength x the source's change, float32 on `device`, in the file's own layout. Without DoRA's
    normalisation, and of GLoRA only what is added to the weight.
    """
    parts = {name: part.to(device).float() for name, part in source.parts.items() if name != "alpha"}
    if "diff" in parts:
        return strength * parts["diff"]
    if any(name.startswith("lokr_") for name in parts):
        return lokr(source, parts) * strength
    if "hada_w1_a" in parts:
        return loha(source, parts) * strength
    if is_glora(source):
        return glora_added(source, parts) * strength
    if "up" not in parts:
        return full_rank(source, parts["down"], strength)
    return lora(source, parts, strength)


def bias_change(source: Source, strength: float, device: torch.device) -> torch.Tensor | None:
    """strength x the source's change of the bias, float32; None when it leaves the bias alone."""
    if "diff_b" in source.parts:
        return strength * source.parts["diff_b"].to(device).float()
    if "up_bias" in source.parts:
        scale = source.alpha_over(source.parts["down"].shape[0])
        return strength * source.parts["up_bias"].to(device).float() * scale
    return None


def lora(source: Source, parts: dict[str, torch.Tensor], strength: float) -> torch.Tensor:
    """up @ down for linear layers and 1x1 kernels; the composed kernel for larger ones."""
    up, down = parts["up"], parts["down"]
    scale = source.alpha_over(down.shape[0])
    if "mid" in parts:
        composed = torch.einsum("mnkl,pm,nr->prkl", parts["mid"], up.flatten(1), down.flatten(1))
    elif down.ndim == 2:
        composed = up.flatten(1) @ down
    elif down.shape[2:] == (1, 1):
        composed = (up.flatten(1) @ down.flatten(1))[:, :, None, None]
    else:
        composed = torch.nn.functional.conv2d(down.permute(1, 0, 2, 3), up).permute(1, 0, 2, 3)
    for factor in (strength, scale):
        if factor != 1:
            composed.mul_(factor)
    return composed


def full_rank(source: Source, change: torch.Tensor, strength: float) -> torch.Tensor:
    """ai-toolkit's `type: fullrank`: the whole change under the name of the down side, and no up side. Its
    files of the formats that keep an alpha do not keep the rank that alpha is over, so that alpha means
    nothing.
    """
    return strength * change * source.scale


def lokr(source: Source, parts: dict[str, torch.Tensor]) -> torch.Tensor:
    """kron(w1, w2), each side whole or a product of two. With both whole, alpha means nothing: the scale is
    1.
    """
    one = parts.get("lokr_w1")
    if one is None:
        one = parts["lokr_w1_a"] @ parts["lokr_w1_b"]
    two = parts.get("lokr_w2")
    if two is None and "lokr_t2" in parts:
        two = torch.einsum("ijkl,ip,jr->prkl", parts["lokr_t2"], parts["lokr_w2_a"], parts["lokr_w2_b"])
    elif two is None:
        two = parts["lokr_w2_a"] @ parts["lokr_w2_b"]
    if two.ndim == 4:
        one = one[:, :, None, None]
    return torch.kron(one, two.contiguous()) * lokr_scale(source)


def lokr_scale(source: Source) -> float:
    """alpha over the rank of a decomposed side."""
    for half in ("lokr_w2_b", "lokr_w1_b"):
        if half in source.parts:
            return source.alpha_over(source.parts[half].shape[0])
    return 1.0 if "alpha" in source.parts else source.scale


def loha(source: Source, parts: dict[str, torch.Tensor]) -> torch.Tensor:
    """(w1_a @ w1_b) * (w2_a @ w2_b), element by element; with Tucker cores for kernels (LyCORIS,
    functional/loha.py).
    """
    scale = source.alpha_over(parts["hada_w1_b"].shape[0])

    def half(number: str) -> torch.Tensor:
        a, b = parts[f"hada_w{number}_a"], parts[f"hada_w{number}_b"]
        core = parts.get(f"hada_t{number}")
        return a @ b if core is None else torch.einsum("ijkl,jr,ip->prkl", core, b, a)

    return half("1") * half("2") * scale


def is_by_column(magnitude: torch.Tensor, rows: int) -> bool:
    """Whether a DoRA's `magnitude` has a value for each column, as LyCORIS also writes it: (1, columns)."""
    return magnitude.ndim >= 2 and magnitude.shape[0] == 1 and rows != 1


def dora(
    base: torch.Tensor,
    change: torch.Tensor,
    magnitude: torch.Tensor,
    strength: float,
    whole: torch.Tensor | None = None,
) -> torch.Tensor:
    """strength x (magnitude * (base + change) / |base + change| - base), the norm taken over each row, or
    over each column where `magnitude` is by column.

    `change` is at strength 1. `whole` is base + change of a fused module of which `base` is a part: its
    columns are as long as all of it. Linear in the strength, so that 0 leaves the weight alone. (DoRA, arXiv
    2402.09353.)
    """
    adapted = base + change
    if is_by_column(magnitude, base.shape[0]):
        columns = adapted if whole is None else whole
        norm = columns.transpose(0, 1).flatten(1).norm(dim=1).view(1, -1, *([1] * (base.ndim - 2)))
    else:
        norm = adapted.flatten(1).norm(dim=1).view(-1, *([1] * (base.ndim - 1)))
    return strength * (magnitude.reshape(norm.shape) / norm * adapted - base)


def is_glora(source: Source) -> bool:
    return "glora_a1" in source.parts


def glora_added(source: Source, parts: dict[str, torch.Tensor]) -> torch.Tensor:
    """B of W + WA + B (LyCORIS, modules/glora.py)."""
    one, two = parts["glora_b1"], parts["glora_b2"]
    return (two @ one if has_old_factors(source) else one @ two) * glora_scale(source)


def glora_turned(source: Source, base: torch.Tensor, strength: float) -> torch.Tensor:
    """strength x WA of W + WA + B, `base` being W: (rows, columns), float32 on its device."""
    one, two = (source.parts[part].to(base.device).float() for part in ("glora_a1", "glora_a2"))
    turned = base @ two @ one if has_old_factors(source) else base @ one @ two
    return turned * (glora_scale(source) * strength)


def has_old_factors(source: Source) -> bool:
    return is_old_glora({name: tuple(part.shape) for name, part in source.parts.items()})


def glora_scale(source: Source) -> float:
    return source.alpha_over(source.parts["glora_b1"].shape[0 if has_old_factors(source) else 1])
