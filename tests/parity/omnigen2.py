"""OmniGen2: the trainer's pipeline, transformer and all, as functions over the published tensors."""

import math
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy
import torch
import torch.nn.functional as F
from diffusers import AutoencoderKL
from PIL import Image
from safetensors.torch import load_file
from torch import nn
from transformers import AutoTokenizer, Qwen2_5_VLForConditionalGeneration

from pictures import open_controls

Case = dict[str, Any]
Call = dict[str, Any]
SYSTEM = "You are a helpful assistant that generates high-quality images based on user instructions."
AXES = (4, 6, 6)
HEAD = sum(AXES)


class Trainer:
    """What the trainer's preview does with a prompt and control images."""

    def __init__(self, folder: Path) -> None:
        self.transformer = tree(load_file(folder / "transformer/diffusion_pytorch_model.safetensors"))
        self.vae = AutoencoderKL.from_pretrained(folder / "vae", dtype=torch.float32)
        self.reader = Qwen2_5_VLForConditionalGeneration.from_pretrained(folder / "mllm", dtype=torch.float32)
        self.tokenizer = AutoTokenizer.from_pretrained(folder / "processor")

    def set_progress_bar_config(self, **_options: Any) -> None:
        """There is none."""

    @torch.no_grad()
    def __call__(self, generator: torch.Generator, **call: Any) -> SimpleNamespace:
        # The trainer seeds the global generator, which draws everything on the CPU.
        torch.manual_seed(generator.initial_seed())
        rows, columns, scale = call["height"] // 16, call["width"] // 16, call["guidance_scale"]
        references = [
            self.encode(picture.resize((16 * columns, 16 * rows), 2)) for picture in call["pictures"]
        ]
        latents = torch.randn(1, 16, 2 * rows, 2 * columns)
        texts = [self.read(call["prompt"])] + ([self.read(call["negative_prompt"])] if scale > 1 else [])
        shift = math.sqrt(4 * rows * columns) / 40
        even = numpy.linspace(0, 1, call["num_inference_steps"] + 1, dtype=numpy.float32)
        times = [
            torch.tensor(time / (time + shift * (1 - time)), dtype=torch.float32) for time in even.tolist()
        ]
        for time, following in pairwise(times):
            said = [velocity(self.transformer, latents, time, text, references) for text in texts]
            guided = said[1] + scale * (said[0] - said[1]) if scale > 1 else said[0]
            latents = latents + (following - time) * guided
        pixels = self.vae.decode(latents / 0.3611 + 0.1159).sample[0].permute(1, 2, 0)
        values = ((pixels * 0.5 + 0.5).clamp(0, 1) * 255).round()
        return SimpleNamespace(images=[Image.fromarray(values.to(torch.uint8).numpy())])

    def encode(self, picture: Image.Image) -> torch.Tensor:
        pixels = torch.tensor(numpy.asarray(picture)[None]).permute(0, 3, 1, 2) / 255 * 2 - 1
        return (self.vae.encode(pixels).latent_dist.sample() - 0.1159) * 0.3611

    def read(self, prompt: str) -> torch.Tensor:
        ids = self.tokenizer(template(template(prompt))).input_ids[:256]
        return self.reader.model(input_ids=torch.tensor([ids])).last_hidden_state


def template(text: str) -> str:
    return f"<|im_start|>system\n{SYSTEM}<|im_end|>\n<|im_start|>user\n{text}<|im_end|>\n"


def tree(tensors: dict[str, torch.Tensor]) -> nn.Module:
    """Modules without behavior that hold the tensors under their names."""
    root = nn.Module()
    for name, tensor in tensors.items():
        *path, leaf = name.split(".")
        node = root
        for part in path:
            if part not in node._modules:
                node.add_module(part, nn.Module())
            node = node.get_submodule(part)
        node.register_parameter(leaf, nn.Parameter(tensor.float(), requires_grad=False))
    return root


def velocity(
    net: nn.Module,
    latents: torch.Tensor,
    time: torch.Tensor,
    text: torch.Tensor,
    references: list[torch.Tensor],
) -> torch.Tensor:
    embed = net.time_caption_embed
    waves = time.reshape(1, 1) * torch.exp(-math.log(10000) * torch.arange(128, dtype=torch.float32) / 128)
    waves = 1000.0 * waves
    moment = dense(embed.timestep_embedder.linear_1, torch.cat([waves.cos(), waves.sin()], dim=-1))
    moment = dense(embed.timestep_embedder.linear_2, F.silu(moment))
    words = dense(embed.caption_embedder._modules["1"], norm(embed.caption_embedder._modules["0"], text))
    length = words.shape[1]
    places = [(word, word, word) for word in range(length)]
    words = refine(net.context_refiner, words, places, None)
    parts, index = [words], length
    for number, picture in enumerate([*references, latents]):
        is_noise = number == len(references)
        rows, columns = (side // 2 for side in picture.shape[-2:])
        here = [(index, row, column) for row in range(rows) for column in range(columns)]
        index += max(rows, columns)
        tokens = dense(net.x_embedder if is_noise else net.ref_image_patch_embedder, cut(picture))
        if not is_noise:
            tokens = tokens + net.image_index_embedding[number]
        parts.append(refine(net.noise_refiner if is_noise else net.ref_image_refiner, tokens, here, moment))
        places += here
    sequence = refine(net.layers, torch.cat(parts, dim=1), places, moment)
    scale = 1 + dense(net.norm_out.linear_1, F.silu(moment))
    said = dense(
        net.norm_out.linear_2, F.layer_norm(sequence, sequence.shape[-1:], eps=1e-6) * scale[:, None]
    )
    return paste(said[:, -parts[-1].shape[1] :], latents)


def refine(
    blocks: nn.Module, tokens: torch.Tensor, places: list[tuple[int, int, int]], moment: torch.Tensor | None
) -> torch.Tensor:
    angles = torch.tensor(places, dtype=torch.float64)
    turns = torch.cat(
        [
            angles[:, axis, None] * (1.0 / 10000 ** (torch.arange(0, width, 2, dtype=torch.float64) / width))
            for axis, width in enumerate(AXES)
        ],
        dim=1,
    )
    for block in blocks.children():
        if moment is None:
            tokens = tokens + norm(block.norm2, attend(block.attn, norm(block.norm1, tokens), turns))
            tokens = tokens + norm(block.ffn_norm2, mlp(block.feed_forward, norm(block.ffn_norm1, tokens)))
            continue
        changes = dense(block.norm1.linear, F.silu(moment))[:, None].chunk(4, dim=-1)
        seen = attend(block.attn, norm(block.norm1.norm, tokens) * (1 + changes[0]), turns)
        tokens = tokens + changes[1].tanh() * norm(block.norm2, seen)
        thought = mlp(block.feed_forward, norm(block.ffn_norm1, tokens) * (1 + changes[2]))
        tokens = tokens + changes[3].tanh() * norm(block.ffn_norm2, thought)
    return tokens


def attend(attention: nn.Module, tokens: torch.Tensor, turns: torch.Tensor) -> torch.Tensor:
    query, key, value = (
        dense(getattr(attention, name), tokens).unflatten(-1, (-1, HEAD)) for name in ("to_q", "to_k", "to_v")
    )
    query, key = (
        turned(small_norm(layer, heads), turns)
        for layer, heads in ((attention.norm_q, query), (attention.norm_k, key))
    )
    each = query.shape[2] // key.shape[2]
    query, key, value = (heads.transpose(1, 2) for heads in (query, key, value))
    key, value = (heads.repeat_interleave(each, dim=1) for heads in (key, value))
    mask = torch.ones(1, 1, 1, tokens.shape[1], dtype=torch.bool)
    seen = F.scaled_dot_product_attention(query, key, value, attn_mask=mask)
    return dense(attention.to_out._modules["0"], seen.transpose(1, 2).flatten(2))


def turned(heads: torch.Tensor, turns: torch.Tensor) -> torch.Tensor:
    """Each pair of values turned by its angle, in float64."""
    one, two = heads.double().unflatten(-1, (-1, 2)).unbind(-1)
    cosine, sine = turns.cos()[:, None], turns.sin()[:, None]
    return torch.stack([one * cosine - two * sine, one * sine + two * cosine], dim=-1).flatten(-2).float()


def mlp(layers: nn.Module, tokens: torch.Tensor) -> torch.Tensor:
    return dense(layers.linear_2, F.silu(dense(layers.linear_1, tokens)) * dense(layers.linear_3, tokens))


def dense(layer: nn.Module, values: torch.Tensor) -> torch.Tensor:
    return F.linear(values, layer.weight, layer._parameters.get("bias"))


def norm(layer: nn.Module, values: torch.Tensor) -> torch.Tensor:
    return F.rms_norm(values, layer.weight.shape, layer.weight, 1e-5)


def small_norm(layer: nn.Module, values: torch.Tensor) -> torch.Tensor:
    """The same for queries and keys, whose norm in the trainer is diffusers' own."""
    return values * torch.rsqrt(values.pow(2).mean(-1, keepdim=True) + 1e-5) * layer.weight


def cut(latents: torch.Tensor) -> torch.Tensor:
    """Squares of 2x2 as rows of their pixels, all channels of one pixel together."""
    squares = F.unfold(latents, 2, stride=2).unflatten(1, (16, 4))
    return squares.permute(0, 3, 2, 1).flatten(2)


def paste(tokens: torch.Tensor, like: torch.Tensor) -> torch.Tensor:
    squares = tokens.unflatten(2, (4, 16)).permute(0, 3, 2, 1).flatten(1, 2)
    return F.fold(squares, like.shape[-2:], 2, stride=2)


def omnigen2(case: Case) -> tuple[Trainer, Call]:
    trainer = Trainer(Path(case["checkpoints"]) / "OmniGen2/OmniGen2")
    return trainer, {"negative_prompt": case["negative_prompt"], "pictures": open_controls(case)}


MODELS = {"omnigen2": omnigen2}
