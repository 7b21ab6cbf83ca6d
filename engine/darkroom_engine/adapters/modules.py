"""The real module names of a component, and the spellings under which files know them."""

import torch


class ModuleIndex:
    """Modules of one component that own a weight or a bias, by dotted path."""

    def __init__(self, component: str, root: torch.nn.Module) -> None:
        self.component = component
        self._modules = {path: module for path, module in root.named_modules() if owns_parameters(module)}
        self._by_flat_name: dict[str, str | None] = {}
        for path in self._modules:
            flat = path.replace(".", "_")
            # Two paths that flatten alike cannot be told apart: neither is found by that name.
            self._by_flat_name[flat] = None if flat in self._by_flat_name else path

    def find(self, name: str) -> str | None:
        """The path that `name` means: dotted as it is, or with underscores.

        Text encoders nest their modules under `text_model` in some releases of transformers and not in
        others.
        """
        for spelling in (
            name,
            f"text_model.{name}",
            name.removeprefix("text_model.").removeprefix("text_model_"),
        ):
            if spelling in self._modules:
                return spelling
            if path := self._by_flat_name.get(spelling.replace(".", "_")):
                return path
        return None

    def weight_shape(self, path: str) -> tuple[int, ...] | None:
        module = self._modules.get(path)
        weight = getattr(module, "weight", None)
        if hasattr(weight, "quant_state"):
            # Four bits are packed into a column of bytes, which says nothing of the layer's shape.
            return (module.out_features, module.in_features)
        return tuple(weight.shape) if isinstance(weight, torch.Tensor) else None

    def has_bias(self, path: str) -> bool:
        return isinstance(getattr(self._modules.get(path), "bias", None), torch.Tensor)


def owns_parameters(module: torch.nn.Module) -> bool:
    return any(isinstance(getattr(module, name, None), torch.nn.Parameter) for name in ("weight", "bias"))
