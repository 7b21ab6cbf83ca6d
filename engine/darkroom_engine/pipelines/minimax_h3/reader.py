"""What MiniMax-H3 reads prompts with: the first 50 layers of Qwen3-VL-32B, from ComfyUI's file of 4 bits."""

import re
from pathlib import Path
from typing import Any

import numpy
import torch
from accelerate import init_empty_weights
from PIL import Image
from torch import nn
from torch.nn.functional import interpolate
from transformers import Qwen3VLConfig, Qwen3VLModel

from darkroom_engine.readers.comfy_weights import read_comfy_weights
from darkroom_engine.readers.qwen_pictures import (
    Settings,
    normalize,
    patchify,
    read_settings,
    whole_patches,
)

INPUT_SCALE = ".pre_quant_scale"


class MiniMaxH3Reader(Qwen3VLModel):
    """Only a way to load; what it gives is a Qwen3VLModel whose last states are not normalized."""

    @classmethod
    def from_single_file(
        cls, file: str, config: str, subfolder: str, dtype: torch.dtype, **_options: Any
    ) -> Qwen3VLModel:
        """`config`/`subfolder` holds the `config.json` of the whole model; the file says how many layers
        there are of it. Raises ValueError when the file does not hold them all.
        """
        shape = Qwen3VLConfig.from_pretrained(config, subfolder=subfolder, local_files_only=True)
        tensors = {own_name(name): tensor for name, tensor in read_comfy_weights(file, dtype).items()}
        shape.text_config.num_hidden_layers = count_layers(tensors)
        with init_empty_weights(include_buffers=False):
            model = Qwen3VLModel(shape)
        model.language_model.norm = nn.Identity()
        scales = {name: tensors.pop(name) for name in list(tensors) if name.endswith(INPUT_SCALE)}
        try:
            state = {name: tensor.to(dtype) for name, tensor in tensors.items()}
            model.load_state_dict(state, strict=True, assign=True)
        except RuntimeError as error:
            raise ValueError(f"{Path(file).name} is not the Qwen3-VL of {subfolder}: {error}") from error
        for name, scale in scales.items():
            scale_input(model.get_submodule(name.removesuffix(INPUT_SCALE)), scale)
        return model.eval()


def own_name(name: str) -> str:
    """transformers' name of a tensor."""
    return re.sub(r"^model\.", "language_model.", name)


def count_layers(tensors: dict[str, torch.Tensor]) -> int:
    numbers = (re.match(r"language_model\.layers\.(\d+)\.", name) for name in tensors)
    return 1 + max((int(number[1]) for number in numbers if number), default=-1)


class ScaledInput(nn.Linear):
    """A layer whose weight was divided by what its input is multiplied by (AWQ)."""

    input_scale: torch.Tensor

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        return super().forward(values * self.input_scale.to(values.dtype))


def scale_input(layer: nn.Module, scale: torch.Tensor) -> None:
    layer.__class__ = ScaledInput
    layer.register_buffer("input_scale", scale.float(), persistent=False)


class KeyframeProcessor:
    """The arithmetic that makes patches of pictures, with the bits of transformers' Qwen2VLImageProcessor on
    torchvision, which resizes bytes.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.merged = settings.merge**2

    @classmethod
    def from_pretrained(cls, folder: str | Path, subfolder: str = "", **_options: Any) -> "KeyframeProcessor":
        """Read `folder`/`subfolder`. Raises OSError when the settings are not there."""
        return cls(read_settings(Path(folder) / subfolder / "preprocessor_config.json"))

    def __call__(self, picture: Image.Image) -> tuple[torch.Tensor, torch.Tensor]:
        """Patches in float32, and the grid that they are of, (1, 3)."""
        values = torch.from_numpy(numpy.array(picture)).permute(2, 0, 1).contiguous()
        size = whole_patches(*values.shape[-2:], self._settings)
        if size != tuple(values.shape[-2:]):
            values = interpolate(values.unsqueeze(0), size=size, mode="bicubic", antialias=True).squeeze(0)
        patches = patchify(normalize(values, self._settings, 255.0), self._settings)
        grid = torch.tensor([[1, *(side // self._settings.patch for side in size)]])
        return patches, grid
