"""Where a source's change goes."""

from dataclasses import dataclass

import torch

from darkroom_engine.adapters.fitting import ALL, Take


@dataclass(frozen=True)
class Placement:
    """A parameter of a pipeline, and which rows of the source's change it takes. `attribute` is that of the
    module at `path`, which is empty for the component itself.

    `into` is the first row and the number of rows where the change belongs when it is only for a part of the
    parameter; `sharers` are all parameters among which the rows of the change are dealt out, this one too.
    """

    component: str
    path: str
    attribute: str = "weight"
    take: Take = ALL
    into: tuple[int, int] | None = None
    sharers: tuple["Placement", ...] = ()

    def select(self, change: torch.Tensor) -> torch.Tensor:
        """The rows of `change` that belong here; the other dimensions stay."""
        match self.take.kind:
            case "rows":
                return change.narrow(0, self.take.start, self.take.count)
            case "swapped":
                return torch.cat([change[self.take.count :], change[: self.take.count]])
            case "heads":
                heads = change.unflatten(0, (-1, self.take.parts, self.take.count))
                return heads[:, self.take.start].flatten(0, 1)
            case _:
                return change

    def part(self, base: torch.Tensor) -> torch.Tensor:
        """The rows of a parameter that the change is for."""
        return base if self.into is None else base.narrow(0, *self.into)

    def widen(self, change: torch.Tensor, base: torch.Tensor) -> torch.Tensor:
        """The selected `change` in the shape of the whole parameter `base`: zeros where it does not
        belong.
        """
        if self.into is None:
            return change.reshape(base.shape)
        start, count = self.into
        whole = torch.zeros_like(base, dtype=change.dtype)
        whole[start : start + count] = change.reshape(count, *base.shape[1:])
        return whole
