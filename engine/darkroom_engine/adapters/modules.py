"""The parameters of a component, by the flat names under which files of every spelling find them."""

from dataclasses import dataclass

import torch

from darkroom_engine.adapters.fitting import Known
from darkroom_engine.adapters.grammar import flat
from darkroom_engine.adapters.names import flat_name

OWN = ("weight", "bias")


@dataclass(frozen=True)
class Found:
    """`path` is that of the module; `bare` the attribute of a parameter that stands alone."""

    path: str
    known: Known
    bare: str | None = None


class ModuleIndex:
    """Modules of one component that own a weight or a bias, and parameters that stand alone."""

    def __init__(self, component: str, root: torch.nn.Module) -> None:
        self.component = component
        self._found: dict[str, Found | None] = {}
        seen: set[int] = set()
        for path, module in root.named_modules():
            # What two modules share belongs to the first: a checkpoint holds it once.
            owned = {
                name: parameter
                for name, parameter in module.named_parameters(recurse=False, remove_duplicate=False)
                if id(parameter) not in seen
            }
            seen.update(map(id, owned.values()))
            if owned.keys() & set(OWN):
                self._add(path, Found(path, Known(weight_shape(module), shape_of(owned.get("bias")))))
            for name in owned.keys() - set(OWN):
                whole = f"{path}.{name}" if path else name
                self._add(whole, Found(path, Known(bare=shape_of(owned[name])), name))

    def _add(self, path: str, found: Found) -> None:
        # Two paths that flatten alike cannot be told apart: neither is found by that name.
        name = flat_name(path)
        self._found[name] = None if name in self._found else found

    @property
    def names(self) -> set[str]:
        return {name for name, found in self._found.items() if found is not None}

    def find(self, name: str) -> Found | None:
        return self._found.get(flat(name))

    def known(self, name: str) -> Known | None:
        found = self.find(name)
        return found and found.known


def shape_of(parameter: torch.Tensor | None) -> tuple[int, ...] | None:
    return None if parameter is None else tuple(parameter.shape)


def weight_shape(module: torch.nn.Module) -> tuple[int, ...] | None:
    weight = getattr(module, "weight", None)
    if hasattr(weight, "quant_state"):
        # Four bits are packed into a column of bytes, which says nothing of the layer's shape.
        return (module.out_features, module.in_features)
    return shape_of(weight) if isinstance(weight, torch.nn.Parameter) else None
