"""MiniMax-H3's video autoencoder from ComfyUI's file, in the precision in which the trainer runs it.

Pixels are -1 to 1 here; diffusers' class speaks of them normalized by ImageNet's mean and deviation.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from accelerate import init_empty_weights
from diffusers import AutoencoderKLMiniMaxH3
from diffusers.models.autoencoders.vae import DecoderOutput
from diffusers.utils.accelerate_utils import apply_forward_hook
from safetensors.torch import load_file

MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
NAMES = (
    (
        r"^encoder\.down\.(\d+)\.block\.(\d+)\.nin_shortcut\.",
        r"encoder.down_blocks.\1.resnets.\2.conv_shortcut.",
    ),
    (r"^encoder\.down\.(\d+)\.block\.", r"encoder.down_blocks.\1.resnets."),
    (r"^encoder\.down\.(\d+)\.downsample\.", r"encoder.down_blocks.\1.downsamplers.0."),
    (r"^decoder\.x_embedder\.", "decoder.proj_in."),
    (r"\.attn\.to_out\.", ".attn.to_out.0."),
    (r"\.ff\.w1\.", ".ff.net.0.proj."),
    (r"\.ff\.w2\.", ".ff.net.2."),
)
STATISTICS = ("latents_mean", "latents_std")
UNUSED = "decoder.mask_token"


class MiniMaxH3VideoVae(AutoencoderKLMiniMaxH3):
    """The stock autoencoder, for clips of any length on the grid.

    It computes in the precision of its weights, but for decoding on CUDA, which is under autocast to float16
    whatever they are held in, as in the trainer.
    """

    @classmethod
    def from_single_file(
        cls, file: str, config: str, subfolder: str, dtype: torch.dtype, **_options: Any
    ) -> "MiniMaxH3VideoVae":
        """`config`/`subfolder` holds the `config.json` with its depth and widths. Statistics and
        frequencies are rounded to `dtype` with the weights, as in the trainer. Raises ValueError when the
        file is not of that shape.
        """
        tensors = load_file(file)
        told = {name: tensors.pop(name).tolist() for name in STATISTICS if name in tensors}
        shape = dict(cls.load_config(config, subfolder=subfolder, local_files_only=True))
        with init_empty_weights(include_buffers=False):
            model = cls.from_config(shape | told)
        try:
            state = diffusers_names(tensors, model.config.decoder_num_attention_heads)
            model.load_state_dict({name: part.to(dtype) for name, part in state.items()}, assign=True)
        except RuntimeError as error:
            raise ValueError(
                f"{Path(file).name} is not a video autoencoder of the shape in {subfolder}: {error}"
            ) from error
        model.decoder.rope.inv_freq = model.decoder.rope.inv_freq.to(dtype).float()
        keep_ends_whole(model.decoder, dtype)
        return model.eval()

    @property
    def held(self) -> torch.dtype:
        """The precision of the weights."""
        return self.post_quant_conv.weight.dtype

    @apply_forward_hook
    def decode(self, z: torch.Tensor, return_dict: bool = True) -> DecoderOutput | tuple[torch.Tensor]:
        """Pixels in -1 to 1, float32, of one clip."""
        with torch.autocast(z.device.type, dtype=torch.float16, enabled=z.is_cuda):
            seen = self._decode(z.float() if z.is_cuda else z.to(self.held)).float()
        mean, deviation = self.constants(MEAN, DEVIATION)
        pixels = (seen * deviation + mean).clamp(0.0, 1.0) * 2.0 - 1.0
        return DecoderOutput(sample=pixels) if return_dict else (pixels,)

    def _decode(self, z: torch.Tensor) -> torch.Tensor:
        """A chunk is more latents than the shortest clip has: its last one is repeated and the frames of that
        are cut off. A lone latent is decoded as the first of two, which hold what a clip begins with.
        """
        latents = z.shape[2]
        if latents > self.token_overlap:
            return super()._decode(z)
        filled = self.tokens_chunk_size + self.token_overlap
        longer = torch.cat([z, z[:, :, -1:].repeat(1, 1, filled - latents, 1, 1)], dim=2)
        return super()._decode(longer)[:, :, : 1 if latents == 1 else self.frame_overlap]

    def encode_frame(self, pixels: torch.Tensor, seed: int) -> torch.Tensor:
        """Latents of one frame, (1, channels, 1, rows, columns), normalized, in float32: a sample drawn with
        a seed of its own and rounded to half precision, as in training.
        """
        mean, deviation = self.constants(MEAN, DEVIATION)
        seen = ((pixels.to(self.held).float() + 1.0) * 0.5 - mean) / deviation
        moments = self.encode(seen, return_dict=False)[0].parameters
        middle, logarithm = moments.float().chunk(2, dim=1)
        noise = torch.randn(middle.shape, generator=torch.Generator("cpu").manual_seed(seed)).to(
            middle.device
        )
        drawn = middle + torch.exp(0.5 * logarithm.clamp(-30.0, 20.0)) * noise.to(middle.device)
        mean, deviation = self.constants(self.config.latents_mean, self.config.latents_std)
        return (drawn.to(torch.float16).float() - mean) / deviation

    def decode_latents(self, latents: torch.Tensor) -> torch.Tensor:
        """Pixels of normalized latents."""
        mean, deviation = self.constants(self.config.latents_mean, self.config.latents_std)
        return self.decode(latents.to(self.held).float() * deviation + mean, return_dict=False)[0]

    def constants(self, *every: Sequence[float]) -> list[torch.Tensor]:
        """A value for each channel of (1, channels, frames, rows, columns), float32 as rounded as the
        weights.
        """
        device = self.post_quant_conv.weight.device
        return [
            torch.tensor(values, device=device).to(self.held).float().view(1, -1, 1, 1, 1) for values in every
        ]


def diffusers_names(tensors: dict[str, torch.Tensor], heads: int) -> dict[str, torch.Tensor]:
    """The file's tensors under diffusers' names. Queries, keys and values are fused head by head there, and
    the two halves of the feed-forward part stand the other way around.
    """
    state: dict[str, torch.Tensor] = {}
    for name, tensor in tensors.items():
        if name == UNUSED:
            continue
        for theirs, ours in NAMES:
            name = re.sub(theirs, ours, name)
        if ".to_qkv." in name:
            for part, rows in zip("qkv", tensor.unflatten(0, (heads, 3, -1)).unbind(1), strict=True):
                state[name.replace(".to_qkv.", f".to_{part}.")] = rows.flatten(0, 1)
        else:
            state[name] = torch.cat(tensor.chunk(2)[::-1]) if ".ff.net.0." in name else tensor
    return state


def keep_ends_whole(decoder: torch.nn.Module, held: torch.dtype) -> None:
    """The decoder's first and last projection and all its norms compute in float32."""
    for block in decoder.transformer_blocks:
        block.norm1.float()
        block.norm2.float()
    for part in (decoder.proj_in, decoder.norm_out, decoder.proj_out):
        compute_whole(part.float())
    decoder.proj_in.register_forward_hook(lambda _part, _values, result: result.to(held))


def compute_whole(part: torch.nn.Module) -> None:
    """Have a part compute in float32, under autocast too."""
    forward = part.forward

    def whole(values: torch.Tensor) -> torch.Tensor:
        with torch.autocast(values.device.type, enabled=False):
            return forward(values.float())

    part.forward = whole
