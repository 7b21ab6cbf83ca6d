"""MiniMax-H3's pruned transformer: diffusers' network, with a table where the released one embeds time.

The table's rows are the modulation at times from 0 to 1, a few values each. The modulation is computed in
float32 from them, without an activation, since its weights are close to the limits of half precision. All
that the file holds is brought to the one precision of the model first, as in the trainer, whose training
does that to every part before its first preview.
"""

from pathlib import Path
from typing import Any, ClassVar

import torch
from accelerate import init_empty_weights
from diffusers import MiniMaxH3Transformer3DModel
from torch import nn
from torch.nn.functional import linear

from darkroom_engine.adapters.grammar import Place
from darkroom_engine.adapters.original_names import original_place
from darkroom_engine.readers.comfy_weights import read_comfy_weights

TABLE = "adaln_t_table"


class MiniMaxH3Transformer(MiniMaxH3Transformer3DModel):
    """The stock network with the parts of the pruned checkpoint put in."""

    _skip_layerwise_casting_patterns: ClassVar = ["norm", "adaln_proj"]

    @classmethod
    def from_single_file(
        cls, file: str, config: str, subfolder: str, dtype: torch.dtype, **options: Any
    ) -> "MiniMaxH3Transformer":
        """`config`/`subfolder` holds the `config.json` of the whole checkpoint: its depth and widths.

        Raises ValueError when the file is not a pruned MiniMax-H3 of that shape, or when it is to be
        quantised in another way than it is.
        """
        refuse_other_quantization(options)
        tensors = read_comfy_weights(file, dtype)
        shape = dict(cls.load_config(config, subfolder=subfolder, local_files_only=True))
        try:
            table, frequencies = tensors.pop(TABLE).to(dtype), tensors.pop("rope.inv_freq", None)
            with init_empty_weights(include_buffers=False):
                model = cls.from_config({**shape, "time_embed_dim": table.shape[1]})
                prune(model, table, dtype)
            state = {name: tensor.to(dtype) for name, tensor in diffusers_names(tensors, model).items()}
            model.load_state_dict(state, strict=True, assign=True)
        except (KeyError, RuntimeError, ValueError) as error:
            raise ValueError(
                f"{Path(file).name} is not a pruned MiniMax-H3 of the shape in {subfolder}: {error}"
            ) from error
        if frequencies is None:
            frequencies = model.rope.inv_freq
        model.rope.inv_freq = frequencies.to(dtype).float()
        return model.eval()


def refuse_other_quantization(options: dict[str, Any]) -> None:
    """nf4 is made by diffusers while it reads a file, which it cannot do here."""
    if "quantization_config" in options:
        raise ValueError("its file is quantised already and is not read in nf4; use fp8 or none")


def prune(model: MiniMaxH3Transformer3DModel, table: torch.Tensor, dtype: torch.dtype) -> None:
    """Put in what the pruned checkpoint has in the place of the time embedding. `dtype` is that of the
    blocks.
    """
    width, moment = model.config.hidden_size, table.shape[1]
    model.time_proj, model.time_embedder = nn.Identity(), TimeTable(table)
    for block in model.transformer_blocks:
        block.adaln_proj = Modulation(moment, width, dtype)
    model.norm_out = ModulatedNorm(moment, width, model.config.final_norm_eps)


class TimeTable(nn.Module):
    """Rows for times from 0 to 1, and straight lines between them."""

    def __init__(self, table: torch.Tensor) -> None:
        super().__init__()
        self.register_buffer("table", table.float(), persistent=False)

    def forward(self, times: torch.Tensor) -> torch.Tensor:
        last = self.table.shape[0] - 1
        places = times.clamp(0.0, 1.0) * last
        below = places.floor().long()
        above = (below + 1).clamp(max=last)
        share = (places - below.float()).unsqueeze(1)
        return self.table[below] * (1.0 - share) + self.table[above] * share


class WholeLinear(nn.Linear):
    """Computes in float32 from weights of any precision."""

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        return linear(values.float(), self.weight.float(), self.bias.float())


class Modulation(nn.Module):
    """Shift, scale and gate of attention, then of the feed-forward part: a row for every time and kind."""

    def __init__(self, moment: int, width: int, dtype: torch.dtype) -> None:
        super().__init__()
        self.linear = WholeLinear(moment, 3 * 6 * width)
        self._shape, self._dtype = (-1, 6 * width), dtype

    def forward(self, moments: torch.Tensor) -> tuple[torch.Tensor, ...]:
        return self.linear(moments).view(self._shape).to(self._dtype).chunk(6, dim=-1)


class ModulatedNorm(nn.Module):
    """The last norm, with a shift and a scale for every time."""

    def __init__(self, moment: int, width: int, epsilon: float) -> None:
        super().__init__()
        self.norm = nn.RMSNorm(width, eps=epsilon)
        self.linear = WholeLinear(moment, 2 * width)

    def forward(self, states: torch.Tensor, moments: torch.Tensor, times: torch.Tensor) -> torch.Tensor:
        shift, scale = self.linear(moments).to(states.dtype)[times].chunk(2, dim=-1)
        return self.norm(states) * (1.0 + scale) + shift


def diffusers_names(tensors: dict[str, torch.Tensor], model: nn.Module) -> dict[str, torch.Tensor]:
    """The file's tensors under diffusers' names; fused rows are dealt out. `tensors` is emptied on the way,
    so that nothing large is held twice.
    """
    rows = {name: parameter.shape[0] for name, parameter in model.named_parameters()}
    state: dict[str, torch.Tensor] = {}
    for name in list(tensors):
        tensor = tensors.pop(name)
        path, _, attribute = name.rpartition(".")
        place = original_place("minimax_h3", path) or Place(path)
        if place.halves == "swapped":
            tensor = torch.cat(tensor.chunk(2)[::-1])
        names = [f"{one}.{attribute}" for one in place.paths]
        state.update(zip(names, tensor.split([rows[one] for one in names]), strict=True))
    return state
