"""Chroma's transformer from its one original file, which is what the trainer loads.

diffusers can read that file too, but only in the published width, and it leaves the approximator's norms at
torch's epsilon.
"""

from pathlib import Path
from typing import Any

import torch
from accelerate import init_empty_weights
from diffusers import ChromaTransformer2DModel
from safetensors.torch import load_file

from darkroom_engine.adapters.grammar import Place
from darkroom_engine.adapters.original_names import original_place
from darkroom_engine.failures import JobFailure

PREFIX = "model.diffusion_model."
LONGEST_PROBLEM = 300  # torch lists every tensor that is missing
NORM_EPSILON = 1e-6
"""The trainer's (chroma/src/layers.py, RMSNorm). torch's own follows the precision: 0.008 in bfloat16."""


class ChromaTransformer(ChromaTransformer2DModel):
    """Only a way to load; what it gives is a plain ChromaTransformer2DModel."""

    @classmethod
    def from_single_file(
        cls,
        file: str,
        dtype: torch.dtype,
        config: str | None = None,
        subfolder: str = "",
        quantization_config: object | None = None,
        **_options: Any,
    ) -> ChromaTransformer2DModel:
        """`config`/`subfolder` holds the `config.json` that says how many blocks there are and how wide;
        without one it is the published size.

        Raises ValueError when the file is not a whole Chroma of that shape, and JobFailure MODEL_LOAD_FAILED
        when the weights are to be quantised while they are read.
        """
        if quantization_config is not None:
            raise JobFailure(
                "MODEL_LOAD_FAILED",
                f"{Path(file).name} is one original file, which cannot be read in nf4. Use QUANTIZATION=fp8.",
            )
        here = {"subfolder": subfolder, "local_files_only": True}
        shape = ChromaTransformer2DModel.load_config(config, **here) if config else {}
        with init_empty_weights(include_buffers=False):
            model = ChromaTransformer2DModel.from_config(shape)
        tensors = {name: tensor.to(dtype) for name, tensor in load_file(file).items()}
        try:
            model.load_state_dict(diffusers_names(tensors, model), strict=True, assign=True)
        except (KeyError, RuntimeError, ValueError) as error:
            wanted = f"the shape in {subfolder}" if config else "the published size"
            problem = str(error)[:LONGEST_PROBLEM]
            raise ValueError(
                f"{Path(file).name} is not a Chroma transformer of {wanted}: {problem}"
            ) from error
        follow_the_trainer(model)
        return model.to(dtype).eval()


def diffusers_names(
    tensors: dict[str, torch.Tensor], model: ChromaTransformer2DModel
) -> dict[str, torch.Tensor]:
    """The original tensors under diffusers' names; fused rows are dealt out to those that share them."""
    rows = {name: parameter.shape[0] for name, parameter in model.named_parameters()}
    state: dict[str, torch.Tensor] = {}
    for name, tensor in tensors.items():
        path, _, attribute = name.removeprefix(PREFIX).rpartition(".")
        place = original_place("chroma", path) or Place(path)
        # A norm's `scale` is diffusers' `weight`.
        names = [f"{one}.{'weight' if attribute == 'scale' else attribute}" for one in place.paths]
        state.update(zip(names, tensor.split([rows[one] for one in names]), strict=True))
    return state


def follow_the_trainer(model: ChromaTransformer2DModel) -> None:
    for norm in model.distilled_guidance_layer.norms:
        norm.eps = NORM_EPSILON
