"""What MiniMax-H3 reads prompts with: the first 50 layers of Qwen3-VL-32B, in 4 bits as in ComfyUI's file."""

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

from darkroom_engine.readers.comfy_weights import FourBitLinear, read_comfy_weights
from darkroom_engine.readers.qwen_pictures import (
    Settings,
    normalize,
    patchify,
    read_settings,
    whole_patches,
)

FOUR_BITS = "nvfp4"
SETTINGS = ("preprocessor_config.json", "processor_config.json")
MARK = ".weight_scale_2"
"""A tensor that only layers of 4 bits have."""


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
        stored = read_comfy_weights(file, dtype, packed=(FOUR_BITS,))
        tensors = {own_name(name): tensor for name, tensor in stored.items()}
        shape.text_config.num_hidden_layers = count_layers(tensors)
        with init_empty_weights(include_buffers=False):
            model = Qwen3VLModel(shape)
        model.language_model.norm = nn.Identity()
        try:
            kept = pack_layers(model, tensors)
            state = {name: tensor if name in kept else tensor.to(dtype) for name, tensor in tensors.items()}
            model.load_state_dict(state, strict=True, assign=True)
        except (AttributeError, RuntimeError) as error:
            raise ValueError(f"{Path(file).name} is not the Qwen3-VL of {subfolder}: {error}") from error
        return model.eval()


def own_name(name: str) -> str:
    """transformers' name of a tensor."""
    return re.sub(r"^model\.", "language_model.", name)


def count_layers(tensors: dict[str, torch.Tensor]) -> int:
    numbers = (re.match(r"language_model\.layers\.(\d+)\.", name) for name in tensors)
    return 1 + max((int(number[1]) for number in numbers if number), default=-1)


def pack_layers(model: nn.Module, tensors: dict[str, torch.Tensor]) -> set[str]:
    """Put in layers that compute from 4 bits where the file has them. Returns the names of their tensors.

    Raises AttributeError for a layer that the model does not have.
    """
    kept: set[str] = set()
    for path in [name.removesuffix(MARK) for name in tensors if name.endswith(MARK)]:
        own = {name: tensor for name, tensor in tensors.items() if name.rpartition(".")[0] == path}
        kept |= own.keys()
        parent, _, attribute = path.rpartition(".")
        parts = {name.rpartition(".")[2]: tensor for name, tensor in own.items()}
        setattr(model.get_submodule(parent), attribute, FourBitLinear(parts))
    return kept


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
        files = [Path(folder) / subfolder / name for name in SETTINGS]
        return cls(read_settings(next((file for file in files if file.exists()), files[0])))

    def __call__(self, picture: Image.Image) -> tuple[torch.Tensor, torch.Tensor]:
        """Patches in float32, and the grid that they are of, (1, 3)."""
        values = torch.from_numpy(numpy.array(picture)).permute(2, 0, 1).contiguous()
        size = whole_patches(*values.shape[-2:], self._settings)
        if size != tuple(values.shape[-2:]):
            values = interpolate(values.unsqueeze(0), size=size, mode="bicubic", antialias=True).squeeze(0)
        patches = patchify(normalize(values, self._settings, 255.0), self._settings)
        grid = torch.tensor([[1, *(side // self._settings.patch for side in size)]])
        return patches, grid
