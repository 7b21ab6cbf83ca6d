"""The shape of the change that a module's tensors stand for, from their own shapes.

The server computes the same from a file's header: `src/loras/file/fit/change-shape.ts`.
"""

from collections.abc import Mapping
from typing import NamedTuple

Shape = tuple[int, ...]
Shapes = Mapping[str, Shape]
MATRIX = 2


class ChangeShape(NamedTuple):
    """`weight` has rows first; None: the weight is left alone. `bias` is its length. `problem` says why the
    tensors stand for no change.
    """

    weight: Shape | None = None
    bias: int | None = None
    problem: str | None = None


def change_shape(parts: Shapes) -> ChangeShape:
    """Kernels of LoKr and LoHa halves may be folded into the columns: only the number of values in a row is
    sure.
    """
    bias = next((parts[part] for part in ("diff_b", "up_bias") if part in parts), None)
    if bias is not None and len(bias) != 1:
        return ChangeShape(problem="a bias of no single dimension")
    length = None if bias is None else bias[0]
    for form in (difference, lora, lokr, loha, glora):
        found = form(parts)
        if isinstance(found, str):
            return ChangeShape(problem=found)
        if found is not None:
            return ChangeShape(found, length)
    if "dora" in parts:
        return ChangeShape(problem="a magnitude without a change")
    return ChangeShape(None, length, "no change" if length is None else None)


def difference(parts: Shapes) -> Shape | str | None:
    return (parts["diff"] or "a difference without a dimension") if "diff" in parts else None


def lora(parts: Shapes) -> Shape | str | None:
    """ai-toolkit's `type: fullrank` keeps a whole change under the name of the down side."""
    down, up = parts.get("down"), parts.get("up")
    if down is None and up is None:
        return None
    if down is None:
        return "one half of a pair"
    if up is None:
        return down or "two halves of different ranks"
    kernel = parts.get("mid", down)
    ranks = kernel[:2] if "mid" in parts else down[:1] * 2
    if len(down) < MATRIX or len(up) < MATRIX or ranks != (up[1], down[0]):
        return "two halves of different ranks"
    return (up[0], down[1], *kernel[2:])


def lokr(parts: Shapes) -> Shape | str | None:
    if not any(part.startswith("lokr_") for part in parts):
        return None
    one, two = lokr_half(parts, "1"), lokr_half(parts, "2")
    if isinstance(one, str) or isinstance(two, str):
        return one if isinstance(one, str) else two
    return (one[0] * two[0], one[1] * two[1], *two[2:])


def lokr_half(parts: Shapes, half: str) -> Shape | str:
    """One side of the Kronecker product."""
    whole, a, b = (parts.get(f"lokr_w{half}{end}") for end in ("", "_a", "_b"))
    if whole is not None:
        return whole if len(whole) >= MATRIX else "a LoKr side of less than two dimensions"
    if a is None or b is None:
        return "one side of a LoKr"
    core = parts.get("lokr_t2") if half == "2" else None
    if core is not None:
        sized = len(core) >= MATRIX and len(a) == len(b) == MATRIX and (a[0], b[0]) == core[:2]
        return (a[1], b[1], *core[2:]) if sized else "two halves of different ranks"
    sized = len(a) == len(b) == MATRIX and a[1] == b[0]
    return (a[0], b[1]) if sized else "two halves of different ranks"


def loha(parts: Shapes) -> Shape | str | None:
    if not any(part.startswith("hada_") for part in parts):
        return None
    halves = [parts.get(f"hada_w{half}_{side}") for half in "12" for side in "ab"]
    if any(half is None or len(half) != MATRIX for half in halves):
        return "a part of a LoHa"
    core = parts.get("hada_t1")
    rows = [half[1 if core is not None else 0] for half in (halves[0], halves[2])]
    columns = [half[1] for half in (halves[1], halves[3])]
    if rows[0] != rows[1] or columns[0] != columns[1]:
        return "two halves of different sizes"
    return (rows[0], columns[0], *(core[2:] if core is not None else ()))


def glora(parts: Shapes) -> Shape | str | None:
    a1, a2, b1, b2 = (parts.get(f"glora_{part}") for part in ("a1", "a2", "b1", "b2"))
    if a1 is None and a2 is None and b1 is None and b2 is None:
        return None
    if not (a1 and a2 and b1 and b2) or any(len(part) != MATRIX for part in (a1, a2, b1, b2)):
        return "a part of a GLoRA"
    if is_old_glora(parts):
        return (b2[0], b1[1]) if a2[0] == b1[1] else "two halves of different sizes"
    if a1[1] == a2[0] == b1[1] == b2[0]:
        return (b1[0], b2[1]) if a1[0] == b2[1] else "two halves of different sizes"
    return "two halves of different ranks"


def is_old_glora(parts: Shapes) -> bool:
    """LyCORIS turned the four factors around in its release 3: before it, the rank comes first in `a1`."""
    a1, a2, b1, b2 = (parts[f"glora_{part}"] for part in ("a1", "a2", "b1", "b2"))
    return a1[0] == a2[1] == b1[0] == b2[1] and a1[1] == a2[0]
