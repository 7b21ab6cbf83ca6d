"""MiniMax-H3's audio autoencoder from ComfyUI's file, always in float32."""

from pathlib import Path
from typing import Any

import torch
from diffusers import AutoencoderKLMiniMaxH3Audio
from safetensors.torch import load_file
from torch.nn.utils import remove_weight_norm

STATISTICS = ("latents_mean", "latents_std")


class MiniMaxH3AudioVae(AutoencoderKLMiniMaxH3Audio):
    """The stock autoencoder with the lengths of its kernels multiplied in, as they are in the file."""

    @classmethod
    def from_single_file(cls, file: str, config: str, subfolder: str, **_options: Any) -> "MiniMaxH3AudioVae":
        """`config`/`subfolder` holds the `config.json` with its depth and widths. Raises ValueError when the
        file is not of that shape.
        """
        tensors = {name: tensor.float() for name, tensor in load_file(file).items()}
        told = {name: tensors.pop(name).tolist() for name in STATISTICS if name in tensors}
        shape = dict(cls.load_config(config, subfolder=subfolder, local_files_only=True))
        model = cls.from_config(shape | told)
        for layer in model.modules():
            if hasattr(layer, "weight_g"):
                remove_weight_norm(layer)
        try:
            model.load_state_dict(tensors, strict=True, assign=True)
        except RuntimeError as error:
            raise ValueError(
                f"{Path(file).name} is not an audio autoencoder of the shape in {subfolder}: {error}"
            ) from error
        return model.eval()

    def decode_latents(self, latents: torch.Tensor) -> torch.Tensor:
        """Samples in -1 to 1 of normalized latents, (channels, values, time): one row for each channel."""
        mean, deviation = (
            torch.tensor(values, device=latents.device)[:, None]
            for values in (self.config.latents_mean, self.config.latents_std)
        )
        return self.decode(latents.float() * deviation + mean, return_dict=False)[0][:, 0]
