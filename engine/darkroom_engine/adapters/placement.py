"""Where a source's change goes."""

from dataclasses import dataclass

import torch


@dataclass(frozen=True)
class Placement:
    """A module of a pipeline, and which rows and columns of the source's change it takes, in its own order.

    None means all of them as they are.
    """

    component: str
    path: str
    rows: torch.Tensor | None
    columns: torch.Tensor | None

    def select(self, change: torch.Tensor) -> torch.Tensor:
        if self.rows is not None:
            change = change[self.rows.to(change.device)]
        if self.columns is not None:
            change = change[:, self.columns.to(change.device)]
        return change
