"""Krea 2 editing pictures: the trainer's maths written out over diffusers' modules, one prompt at a time.

Where references see only each other they go through the blocks once, behind the picture of the first pass.
Sequences are filled up to a multiple of 256 tokens that nothing sees.
"""

import math
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy
import torch
from diffusers.models.embeddings import apply_rotary_emb
from diffusers.pipelines.krea2.pipeline_output import Krea2PipelineOutput
from PIL import Image
from torch.nn.functional import gelu, interpolate, linear, scaled_dot_product_attention
from transformers import Qwen2Tokenizer, Qwen3VLForConditionalGeneration

import krea2
from pictures import open_controls

Case = dict[str, Any]
Call = dict[str, Any]
Pair = tuple[torch.Tensor, torch.Tensor]


class EditLoop(krea2.TrainerLoop):
    """`folder` is set by `load`: where the reader's tokenizer is."""

    folder: Path

    @torch.no_grad()
    def __call__(self, generator: torch.Generator, **call: Any) -> Krea2PipelineOutput:
        controls = [tensor_of(control) for control in call["controls"]]
        texts = [self.text(call["prompt"], controls)]
        guidance = max(0.0, call["guidance_scale"] - 1.0)
        if guidance > 0:
            texts.append(self.text(call["negative_prompt"], controls))
        area = call["width"] * call["height"] if call["match_target_res"] else None
        references = self.references([to_area(control, area) for control in controls], generator)
        rows, columns = call["height"] // 16, call["width"] // 16
        latents = torch.randn((1, 16, 2 * rows, 2 * columns), generator=generator)
        kept: list[Pair] | None = None
        for time, following in pairwise(times(call["num_inference_steps"], rows * columns)):
            said = []
            for text in texts:
                velocity, pairs = self.predict(latents, text, time, references, kept, call["kv_cache"])
                kept = pairs if call["kv_cache"] else None
                said.append(velocity)
            velocity = said[0] + guidance * (said[0] - said[1]) if guidance > 0 else said[0]
            latents = latents + (following - time) * velocity
        mean, deviation = self.normal()
        pixels = self.vae.decode(latents.unsqueeze(2) * deviation + mean).sample.squeeze(2)
        values = ((pixels.clamp(-1, 1) + 1.0) * 127.5).round().to(torch.uint8)
        return Krea2PipelineOutput(images=[Image.fromarray(values[0].permute(1, 2, 0).numpy())])

    def normal(self) -> Pair:
        config = self.vae.config
        return tuple(torch.tensor(v).view(1, 16, 1, 1, 1) for v in (config.latents_mean, config.latents_std))

    def text(self, prompt: str, controls: list[torch.Tensor]) -> torch.Tensor:
        """(1, tokens, width): what the reader says of the prompt with the pictures, fused. It takes its
        patches by a matrix product, in the place of a convolution.
        """
        tokenizer = Qwen2Tokenizer.from_pretrained(self.folder)
        cuts = [cut(small(control)) for control in controls]
        words = self.prompt_template_encode_prefix
        for number, (_, (_, rows, columns)) in enumerate(cuts, start=1):
            pads = "<|image_pad|>" * (rows * columns // 4)
            words += f"Picture {number}: <|vision_start|>{pads}<|vision_end|>"
        embed = self.text_encoder.model.visual.patch_embed.proj
        embed.forward = lambda patches: linear(patches.flatten(1), embed.weight.flatten(1), embed.bias)
        ids = tokenizer(words + prompt).input_ids + tokenizer(self.prompt_template_encode_suffix).input_ids
        pad = tokenizer.convert_tokens_to_ids("<|image_pad|>")
        states = self.text_encoder(
            torch.tensor([ids]),
            pixel_values=torch.cat([patches for patches, _ in cuts]),
            image_grid_thw=torch.tensor([grid for _, grid in cuts]),
            mm_token_type_ids=torch.tensor([[int(one == pad) for one in ids]]),
            output_hidden_states=True,
        ).hidden_states
        stack = torch.stack([states[layer] for layer in self.text_encoder_select_layers], dim=2)[:, 34:]
        mask = torch.ones((1, 1, 1, stack.shape[1]), dtype=torch.bool)
        return self.transformer.txt_in(self.transformer.text_fusion(stack, attention_mask=mask))

    def references(self, pictures: list[torch.Tensor], generator: torch.Generator) -> Pair:
        """Tokens and positions of all pictures; picture n is frame n."""
        tokens, places = [], []
        mean, deviation = self.normal()
        for frame, picture in enumerate(pictures, start=1):
            parameters = self.vae.encode((2 * picture - 1).unsqueeze(2)).latent_dist
            noise = torch.randn(parameters.mean.shape, generator=generator)
            latents = (parameters.mean + parameters.std * noise - mean) * (1.0 / deviation)
            tokens.append(pack(latents.squeeze(2)))
            rows, columns = latents.shape[3] // 2, latents.shape[4] // 2
            places += [(frame, row, column) for row in range(rows) for column in range(columns)]
        return torch.cat(tokens, dim=1), torch.tensor(places, dtype=torch.float32)

    def modulation(self, time: float) -> Pair:
        embedding = self.transformer.time_embed(torch.tensor([time]), torch.float32)
        return embedding, self.transformer.time_mod_proj(gelu(embedding, approximate="tanh"))

    def predict(
        self, latents: torch.Tensor, text: torch.Tensor, time: float, references: Pair, kept: Any, apart: bool
    ) -> tuple[torch.Tensor, list[Pair]]:
        """The velocity at one time; and for each block the keys and values of the references."""
        rows, columns = latents.shape[2] // 2, latents.shape[3] // 2
        places = krea2.positions(text.shape[1], rows, columns)
        picture = pack(latents)
        if kept is None:
            picture = torch.cat([picture, references[0]], dim=1)
            places = torch.cat([places, references[1]])
        embedding, moving = self.modulation(time)
        tokens = torch.cat([text, self.transformer.img_in(picture)], dim=1)
        live = text.shape[1] + rows * columns
        spans = [(moving, live), (self.modulation(0.0)[1], tokens.shape[1] - live)]
        rotary = self.transformer.rotary_emb(places)
        pairs = []
        for index, block in enumerate(self.transformer.transformer_blocks):
            beside = kept[index] if kept else None
            tokens, pair = step_of(block, tokens, spans, rotary, beside, apart)
            pairs.append(beside or tuple(side[:, live:] for side in pair))
        packed = self.transformer.final_layer(tokens[:, text.shape[1] : live], embedding)
        spread = packed.reshape(1, rows, columns, 16, 2, 2).permute(0, 3, 1, 4, 2, 5)
        return spread.reshape(latents.shape), pairs


def step_of(
    block: Any,
    tokens: torch.Tensor,
    spans: list[tuple[torch.Tensor, int]],
    rotary: Pair,
    beside: Pair | None,
    apart: bool,
) -> tuple[torch.Tensor, Pair]:
    """One block, each span of tokens at a time of its own; and the keys and values of the tokens. With
    `apart`, the tokens of the second span see only each other.
    """
    table = block.scale_shift_table
    per_span = [
        (time.reshape(1, 1, *table.shape) + table).expand(1, count, *table.shape) for time, count in spans
    ]
    scale1, shift1, gate1, scale2, shift2, gate2 = torch.cat(per_span, dim=1).unbind(2)
    attn, normal = block.attn, (1.0 + scale1) * block.norm1(tokens) + shift1
    query = attn.norm_q(attn.to_q(normal).unflatten(-1, (attn.num_heads, -1)))
    key = attn.norm_k(attn.to_k(normal).unflatten(-1, (attn.num_kv_heads, -1)))
    value = attn.to_v(normal).unflatten(-1, (attn.num_kv_heads, -1))
    query, key = (apply_rotary_emb(side, rotary, sequence_dim=1) for side in (query, key))
    seen = look(attn.num_heads // attn.num_kv_heads, query, (key, value), beside, spans[1][1] if apart else 0)
    tokens = tokens + gate1 * attn.to_out[0](seen.flatten(2) * torch.sigmoid(attn.to_gate(normal)))
    return tokens + gate2 * block.ff((1.0 + scale2) * block.norm2(tokens) + shift2), (key, value)


def look(groups: int, query: torch.Tensor, pair: Pair, beside: Pair | None, still: int) -> torch.Tensor:
    """Attention over (1, tokens, heads, width), filled up. The last `still` tokens see only each other."""
    count = query.shape[1]
    rest = 256 * math.ceil(count / 256) - count
    real = torch.tensor([True] * count + [False] * rest)
    reference = torch.tensor([False] * (count - still) + [True] * still + [False] * rest)
    mask = torch.outer(real, real) & ~(reference[:, None] & ~reference[None])
    query, *sides = (
        torch.cat([one, one.new_zeros(1, rest, *one.shape[2:])], dim=1) for one in (query, *pair)
    )
    if beside:
        sides = [torch.cat(both, dim=1) for both in zip(sides, beside, strict=True)]
        mask = torch.cat([mask, real[:, None].expand(-1, beside[0].shape[1])], dim=1)
    key, value = (side.repeat_interleave(groups, dim=2).transpose(1, 2) for side in sides)
    return scaled_dot_product_attention(query.transpose(1, 2), key, value, mask).transpose(1, 2)[:, :count]


def times(steps: int, tokens: int) -> list[float]:
    slope = (1.15 - 0.5) / (6400 - 256)
    mu = slope * tokens + (0.5 - slope * 256)
    even = torch.linspace(1, 0, steps + 1)
    return (math.exp(mu) / (math.exp(mu) + (1.0 / even - 1.0) ** 1.0)).tolist()


def pack(latents: torch.Tensor) -> torch.Tensor:
    rows, columns = latents.shape[2] // 2, latents.shape[3] // 2
    squares = latents.reshape(1, 16, rows, 2, columns, 2).permute(0, 2, 4, 1, 3, 5)
    return squares.reshape(1, rows * columns, 64)


def tensor_of(picture: Image.Image) -> torch.Tensor:
    """RGB from 0 to 1, (1, 3, height, width)."""
    return (torch.tensor(numpy.asarray(picture), dtype=torch.float32) / 255).movedim(-1, 0)[None]


def small(picture: torch.Tensor) -> torch.Tensor:
    """For the reader. For pictures under its area only, which stay as they are."""
    assert picture.shape[2] * picture.shape[3] <= 384 * 384
    assert min(picture.shape[2:]) >= 28
    return picture


def to_area(picture: torch.Tensor, area: int | None) -> torch.Tensor:
    """For the transformer, in sides of 16. Without `area` for pictures under a megapixel only."""
    height, width = picture.shape[2:]
    if area is not None:
        height = math.sqrt(area * (picture.shape[2] / picture.shape[3]))
        width = height / (picture.shape[2] / picture.shape[3])
    size = tuple(max(16, round(length / 16) * 16) for length in (height, width))
    return interpolate(picture, size=size, mode="bilinear")


def cut(picture: torch.Tensor) -> tuple[torch.Tensor, list[int]]:
    """Qwen3-VL's patches of 16: enlarged to 65536 pixels in sides of 32, then from -1 to 1."""
    height, width = picture.shape[2:]
    grow = math.sqrt(65536 / (height * width))
    rows, columns = (math.ceil(length * grow / 32) for length in (height, width))
    large = interpolate(picture, size=(rows * 32, columns * 32), mode="bicubic", antialias=True)[0]
    large = (large - 0.5) / 0.5
    patches = [
        large[:, top : top + 16, left : left + 16].unsqueeze(1).repeat(1, 2, 1, 1).flatten()
        for row in range(rows)
        for column in range(columns)
        for top in (row * 32, row * 32 + 16)
        for left in (column * 32, column * 32 + 16)
    ]
    return torch.stack(patches), [1, rows * 2, columns * 2]


def load(case: Case, repository: str) -> tuple[EditLoop, Call]:
    reader = Path(case["checkpoints"]) / "Qwen/Qwen3-VL-4B-Instruct"
    encoder = Qwen3VLForConditionalGeneration.from_pretrained(reader, dtype=torch.float32)
    folder = Path(case["checkpoints"]) / repository
    loop = EditLoop.from_pretrained(folder, dtype=torch.float32, text_encoder=encoder)
    loop.folder = reader
    return loop, {
        "negative_prompt": case["negative_prompt"],
        "controls": open_controls(case),
        "kv_cache": case.get("kv_cache", True),
        "match_target_res": case.get("match_target_res", True),
    }


def krea2_o_edit(case: Case) -> tuple[EditLoop, Call]:
    return load(case, "krea/Krea-2-Raw")


def krea2_o_edit_turbo(case: Case) -> tuple[EditLoop, Call]:
    return load(case, "krea/Krea-2-Turbo")


MODELS = {"krea2_o_edit": krea2_o_edit, "krea2_o_edit_turbo": krea2_o_edit_turbo}
