"""MiniMax-H3: the trainer's sampler and pruned transformer, as functions over the published tensors.

diffusers gives the autoencoders and the layout of the sequence.
"""

import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy
import torch
import torch.nn.functional as F
from diffusers import AutoencoderKLMiniMaxH3, AutoencoderKLMiniMaxH3Audio
from diffusers.modular_pipelines.minimax_h3.before_denoise import MiniMaxH3PrepareLayoutStep
from PIL import Image
from safetensors.torch import load_file
from torch import nn
from torch.nn.utils import remove_weight_norm
from transformers import AutoConfig, AutoTokenizer, Qwen3VLModel

from pictures import open_controls

Case = dict[str, Any]
Call = dict[str, Any]
Tensors = dict[str, torch.Tensor]
REGULAR = [[1.0, 1, 1, -1], [1, 1, -1, 1], [1, -1, 1, 1], [-1, 1, 1, 1]]
LEVELS = [0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0]
FILES = {
    "transformer": "diffusion_models/minimax_h3_fl2va_pruned_int8_convrot",
    "reader": "text_encoders/qwen3vl_32b_minimax_h3_nvfp4_awq",
    "vae": "vae/minimax_h3_video_vae_fp16",
    "audio_vae": "vae/minimax_h3_audio_vae_fp32",
}
IMAGENET = (torch.tensor([[0.485, 0.456, 0.406], [0.229, 0.224, 0.225]])).view(2, 1, 3, 1, 1, 1)
KEEP = 0.999
"""How much of a given first frame is left after noise is mixed in."""


class Trainer:
    """What the trainer's preview does with a prompt and a first frame, in float32."""

    def __init__(self, checkpoints: Path) -> None:
        self.original = checkpoints / "MiniMaxAI/MiniMax-H3"
        tensors = {
            part: load_file(checkpoints / f"Comfy-Org/MiniMax-H3/{file}.safetensors")
            for part, file in FILES.items()
        }
        self.sizes = json.loads((self.original / "transformer/config.json").read_text())
        self.net = split_tree(unpack(tensors["transformer"]))
        self.layers = layers_by_name(self.net)
        self.reader = read_reader(self.original, unpack(tensors["reader"]))
        self.vae, self.vae_scale = read_video_vae(self.original, tensors["vae"])
        self.audio_vae, self.audio_scale = read_audio_vae(self.original, tensors["audio_vae"])
        self.tokenizer = AutoTokenizer.from_pretrained(self.original / "FL2VA/tokenizer")

    def set_progress_bar_config(self, **_options: Any) -> None:
        """There is none."""

    def destinations(self, name: str) -> list[nn.Module]:
        """The layers that a LoRA's module name means, in the order of its rows."""
        return self.layers[
            re.sub(r"^(diffusion_model\.|transformer\.|lora_unet_)", "", name).replace(".", "_")
        ]

    @torch.no_grad()
    def __call__(self, generator: torch.Generator, prompt: str, pictures: list[Any], **call: Any) -> Any:
        frames, count = call["num_frames"], call["num_inference_steps"]
        rows, columns = call["height"] // 16, call["width"] // 16
        latents, sounds = max(1, (frames - 5) // 17 * 5 + 2), round(frames / 24 * 40)
        text, tags = self.read(prompt.strip(), pictures)

        def draw(*shape: int) -> torch.Tensor:
            return torch.randn(shape, generator=generator)

        given = torch.zeros(1, 0, 96)
        if pictures:
            noise = draw(1, 24, 1, rows, columns)
            # The reader sees the picture as it is, the latents are of it stretched.
            first = pictures[0].resize((call["width"], call["height"]), Image.Resampling.LANCZOS)
            given = tokens(KEEP * self.encode(first) + (1.0 - KEEP) * noise)
        video = tokens(draw(1, 24, latents, rows, columns))
        sound = draw(1, 2, 32, sounds).permute(0, 1, 3, 2).reshape(1, 2 * sounds, 32)
        layout = MiniMaxH3PrepareLayoutStep.build_packed_sequence(
            tags, latents, rows, columns, sounds, (1, 2, 2), 2, 2, 0, ("first",) * len(pictures)
        )
        even = torch.linspace(1, 0, count + 1)
        for step in range(count):
            # Noise left now and after the step: the video's, and the sound's at the same point of the way.
            now, after = (12.0 * even[place] / (1 + 11 * even[place]) for place in (step, step + 1))
            here, there = (
                3.0 * base / (1 + 2 * base) for base in (now / (12 - 11 * now), after / (12 - 11 * after))
            )
            shown, heard = self.velocity(torch.cat([given, video], 1), sound, text, layout, (now, here))
            video = move(video, shown[:, given.shape[1] :], now, after)
            sound = move(sound, heard, here, there)
        self.waveform = self.hear(sound.reshape(1, 2, sounds, 32)[0].permute(0, 2, 1))
        return SimpleNamespace(frames=[self.see(video, latents, rows, columns)])

    def read(self, prompt: str, pictures: list[Any]) -> tuple[torch.Tensor, torch.Tensor]:
        spell = lambda text: self.tokenizer(text, add_special_tokens=False).input_ids  # noqa: E731
        ids = spell(prompt)[:512]
        tags, seen = [1] * len(ids), {}
        if pictures:
            pad = self.tokenizer.convert_tokens_to_ids("<|image_pad|>")
            ends = spell("<|vision_start|>") + spell("<|vision_end|>")
            seen["pixel_values"], seen["image_grid_thw"] = patches_of(pictures[0])
            label, block = (
                spell("<Picture 1>: "),
                [ends[0], *[pad] * (len(seen["pixel_values"]) // 4), ends[1]],
            )
            ids, tags = label + block + ids, [1] * len(label) + [0] * len(block) + tags
            seen["mm_token_type_ids"] = torch.tensor([[int(token == pad) for token in ids]])
        ids = torch.tensor([ids])
        said = self.reader(input_ids=ids, attention_mask=torch.ones_like(ids), **seen)
        return said.last_hidden_state, torch.tensor(tags)

    def velocity(
        self, video: torch.Tensor, sound: torch.Tensor, text: torch.Tensor, layout: Any, sigmas: Any
    ) -> tuple[torch.Tensor, torch.Tensor]:
        net, heads = self.net, self.sizes["num_attention_heads"]
        places, tags, shown, heard, words, given, _ = layout
        clean = torch.full(tags.shape, 1.0 - float(sigmas[0]))
        clean[heard] = 1.0 - float(sigmas[1])
        clean[shown[:given]] = max(1.0 - float(sigmas[0]), KEEP)
        moments, which = torch.unique(clean, return_inverse=True)
        at = moments * (len(net.adaln_t_table) - 1)
        low = at.floor().long()
        high, share = (low + 1).clamp(max=len(net.adaln_t_table) - 1), (at - low)[:, None]
        moments = net.adaln_t_table[low] * (1.0 - share) + net.adaln_t_table[high] * share
        angles = (places.float()[..., None] * net.rope.inv_freq).flatten(1)
        turns = torch.cat([angles, angles], dim=1)[None, :, None]
        words_in = dense(net.condition_proj, text)
        for block in net.token_refiner.blocks.children():
            words_in = words_in + attend(block.attn, norm(block.norm1, words_in), heads, None)
            words_in = words_in + gated(block.mlp, norm(block.norm2, words_in))
        states = torch.zeros(1, len(tags), words_in.shape[2])
        states[:, words] = norm(net.token_refiner.final_norm, words_in)
        states[:, shown] = dense(net.video_patch_proj, video)
        states[:, heard] = dense(net.audio_patch_proj, sound)
        for block in net.blocks.children():
            table = modulation(block.adaln_proj.linear, moments).view(3 * len(moments), -1)
            shift, scale, gate, shift2, scale2, gate2 = table[3 * which + tags].chunk(6, dim=-1)
            seen = attend(block.attn, norm(block.norm1, states) * (1.0 + scale) + shift, heads, turns)
            states = states + gate * seen
            states = states + gate2 * gated(block.mlp, norm(block.norm2, states) * (1.0 + scale2) + shift2)
        shift, scale = modulation(net.final_layer.adaln_proj.linear, moments)[which].chunk(2, dim=-1)
        states = norm(net.final_layer.norm, states) * (1.0 + scale) + shift
        # Both heads run over every row.
        heads_out = (dense(net.final_layer.video_out, states), dense(net.final_layer.audio_out, states))
        return heads_out[0][:, shown], heads_out[1][:, heard]

    def encode(self, picture: Image.Image) -> torch.Tensor:
        pixels = torch.from_numpy(numpy.asarray(picture).copy()).float() / 255.0 * 2.0 - 1.0
        pixels = ((pixels.permute(2, 0, 1)[None, :, None] + 1.0) * 0.5 - IMAGENET[0]) / IMAGENET[1]
        mean, log = self.vae.encode(pixels).latent_dist.parameters.chunk(2, dim=1)
        noise = torch.randn(mean.shape, generator=torch.Generator().manual_seed(42))
        drawn = (mean + torch.exp(0.5 * log.clamp(-30, 20)) * noise).half().float()
        return (drawn - self.vae_scale[0]) / self.vae_scale[1]

    def see(self, video: torch.Tensor, latents: int, rows: int, columns: int) -> list[Image.Image]:
        grid = video.reshape(1, latents, rows // 2, columns // 2, 24, 2, 2).permute(0, 4, 1, 2, 5, 3, 6)
        values = grid.reshape(1, 24, latents, rows, columns) * self.vae_scale[1] + self.vae_scale[0]
        if latents < 7:
            # Less than a chunk: the last latent fills it up, and the frames of that are cut off.
            fill = values[:, :, -1:].expand(-1, -1, 7 - latents, -1, -1)
            values = torch.cat([values, fill], dim=2)
        pixels = self.vae.decode(values).sample * IMAGENET[1] + IMAGENET[0]
        pixels = pixels[:, :, : {1: 1, 2: 5}.get(latents)].clamp(0, 1) * 2.0 - 1.0
        shown = ((pixels + 1.0) * 127.5).round().to(torch.uint8)[0].permute(1, 2, 3, 0)
        return [Image.fromarray(frame.numpy()) for frame in shown]

    def hear(self, latents: torch.Tensor) -> torch.Tensor:
        mean, deviation = self.audio_scale
        return self.audio_vae.decode(latents * deviation[:, None] + mean[:, None]).sample[:, 0]


def move(
    sample: torch.Tensor, velocity: torch.Tensor, now: torch.Tensor, after: torch.Tensor
) -> torch.Tensor:
    """The released Euler step: a mix of the sample and of what it would be without noise."""
    ratio = after / now
    return ratio * sample + (1.0 - ratio) * (sample + now * velocity)


def tokens(latents: torch.Tensor) -> torch.Tensor:
    _, channels, frames, rows, columns = latents.shape
    cut = latents.reshape(1, channels, frames, rows // 2, 2, columns // 2, 2).permute(0, 2, 3, 5, 1, 4, 6)
    return cut.reshape(1, -1, 4 * channels)


def patches_of(picture: Image.Image) -> tuple[torch.Tensor, torch.Tensor]:
    """Bytes of at least 256x256 pixels, cut into merged patches of 2x2 by 16x16, each for two frames."""
    values = torch.from_numpy(numpy.asarray(picture).copy()).permute(2, 0, 1)[None]
    side = [round(length / 32) * 32 for length in values.shape[2:]]
    if side[0] * side[1] < 65536:
        grow = (65536 / (values.shape[2] * values.shape[3])) ** 0.5
        side = [int(-(-length * grow // 32)) * 32 for length in values.shape[2:]]
    resized = F.interpolate(values, size=side, mode="bicubic", antialias=True).float()
    shades = (resized[0] - 0.5 * 255) / (0.5 * 255)
    down, across = side[0] // 32, side[1] // 32
    cut = shades.reshape(3, down, 2, 16, across, 2, 16).permute(1, 4, 2, 5, 0, 3, 6)
    twice = torch.stack([cut, cut], dim=5).reshape(4 * down * across, -1)
    return twice, torch.tensor([[1, 2 * down, 2 * across]])


def attend(layer: nn.Module, states: torch.Tensor, heads: int, turns: torch.Tensor | None) -> torch.Tensor:
    parts = [dense(part, states).unflatten(-1, (heads, -1)) for part in layer.qkv_proj.children()]
    query, key, value = norm(layer.q_norm, parts[0]), norm(layer.k_norm, parts[1]), parts[2]
    if turns is not None:
        query, key = turned(query, turns), turned(key, turns)
    seen = F.scaled_dot_product_attention(*(part.transpose(1, 2) for part in (query, key, value)))
    return dense(layer.out_proj, seen.transpose(1, 2).flatten(2))


def turned(heads: torch.Tensor, turns: torch.Tensor) -> torch.Tensor:
    """The leading values of each head, in pairs half of them apart, turned by their angles."""
    width = turns.shape[-1]
    first, second = heads[..., : width // 2], heads[..., width // 2 : width]
    across = torch.cat([-second, first], dim=-1)
    return torch.cat([heads[..., :width] * turns.cos() + across * turns.sin(), heads[..., width:]], dim=-1)


def gated(layer: nn.Module, states: torch.Tensor) -> torch.Tensor:
    gate, value = layer.fc1.children()
    both = F.linear(states, torch.cat([value.weight, gate.weight]))
    value, gate = both.chunk(2, dim=-1)
    return dense(layer.fc2, F.silu(gate) * value)


def modulation(layer: nn.Module, moments: torch.Tensor) -> torch.Tensor:
    return F.linear(moments, layer.weight.float(), layer.bias.float())


def dense(layer: nn.Module, values: torch.Tensor) -> torch.Tensor:
    return F.linear(values, layer.weight, layer._parameters.get("bias"))


def norm(layer: nn.Module, values: torch.Tensor) -> torch.Tensor:
    return F.rms_norm(values, layer.weight.shape, layer.weight, 1e-5)


def unpack(tensors: Tensors) -> Tensors:
    """The values that ComfyUI's packed weights stand for, the scales of inputs beside them."""
    whole = dict(tensors)
    for name in [name for name in tensors if name.endswith(".comfy_quant")]:
        path = name.removesuffix(".comfy_quant")
        told = json.loads(bytes(whole.pop(name).tolist()))
        codes, scale = whole[f"{path}.weight"], whole.pop(f"{path}.weight_scale")
        if told["format"] == "nvfp4":
            whole[f"{path}.weight"] = unpack_fours(codes, scale, whole.pop(f"{path}.weight_scale_2"))
            continue
        weight = codes.float() * scale[:, None]
        if told.get("convrot"):
            turn = torch.tensor(REGULAR)
            while len(turn) < told["convrot_groupsize"]:
                turn = torch.kron(turn, torch.tensor(REGULAR))
            parts = weight.reshape(len(weight), -1, len(turn))
            weight = torch.matmul(parts, turn / len(turn) ** 0.5).reshape(weight.shape)
        whole[f"{path}.weight"] = weight
    return whole


def unpack_fours(codes: torch.Tensor, tiles: torch.Tensor, overall: torch.Tensor) -> torch.Tensor:
    rows, columns = len(codes), 2 * codes.shape[1]
    weight = torch.zeros(rows, columns)
    for shift, start in ((4, 0), (0, 1)):
        nibble = (codes >> shift) & 15
        weight[:, start::2] = torch.tensor(LEVELS)[(nibble & 7).long()] * (1.0 - 2.0 * (nibble >> 3).float())
    row, block = torch.meshgrid(torch.arange(rows), torch.arange(columns // 16), indexing="ij")
    tile = row // 128 * (-(-(columns // 16) // 4)) + block // 4
    scales = tiles.float().flatten()[512 * tile + 16 * (row % 32) + 4 * (row % 128 // 32) + block % 4]
    return weight * (scales * overall).repeat_interleave(16, dim=1)


def split_tree(tensors: Tensors) -> nn.Module:
    """Modules that hold the tensors under their names; what is fused is apart, one child each."""
    root = nn.Module()
    for name, tensor in tensors.items():
        path, _, leaf = name.rpartition(".")
        count = 3 if path.endswith("qkv_proj") else 2 if path.endswith("fc1") else 1
        for number, part in enumerate(tensor.chunk(count)):
            node = root
            for step in [*filter(None, path.split(".")), *([str(number)] if count > 1 else [])]:
                if step not in node._modules:
                    node.add_module(step, nn.Module())
                node = node.get_submodule(step)
            node.register_parameter(leaf, nn.Parameter(part.float(), requires_grad=False))
    return root


def layers_by_name(net: nn.Module) -> dict[str, list[nn.Module]]:
    """Layers by flat name, the file's or diffusers', in the order of the rows there."""
    layers: dict[str, list[nn.Module]] = {}
    for path, layer in net.named_modules():
        if "weight" in layer._parameters:
            fused = re.sub(r"(qkv_proj|fc1)\.\d$", r"\1", path)
            layers.setdefault(fused.replace(".", "_"), []).append(layer)
    for name, parts in list(layers.items()):
        block, part = re.sub(r"^blocks_(\d+)_.*", r"transformer_blocks_\1_", name), name.split("_", 2)[-1]
        if part == "attn_qkv_proj":
            layers |= {f"{block}attn_to_{one}": [layer] for one, layer in zip("qkv", parts, strict=True)}
        renamed = {"attn_out_proj": "attn_to_out_0", "mlp_fc1": "ff_net_0_proj", "mlp_fc2": "ff_net_2"}
        if part in renamed:
            layers[f"{block}{renamed[part]}"] = parts[::-1]
    return layers


def read_reader(original: Path, tensors: Tensors) -> Qwen3VLModel:
    config = AutoConfig.from_pretrained(original / "text_encoder")
    config.text_config.num_hidden_layers = len([name for name in tensors if "input_layernorm" in name])
    reader = Qwen3VLModel(config).float().eval()
    reader.language_model.norm = nn.Identity()
    state = {re.sub("^model", "language_model", name): value.float() for name, value in tensors.items()}
    for name in [name for name in state if name.endswith("pre_quant_scale")]:
        scale = state.pop(name)
        layer = reader.get_submodule(name.removesuffix(".pre_quant_scale"))
        layer.register_forward_pre_hook(lambda _layer, values, scale=scale: (values[0] * scale,))
    reader.load_state_dict(state)
    return reader


def read_video_vae(original: Path, tensors: Tensors) -> tuple[Any, tuple[torch.Tensor, torch.Tensor]]:
    vae = AutoencoderKLMiniMaxH3.from_config(AutoencoderKLMiniMaxH3.load_config(original / "vae")).eval()
    scale = tuple(tensors.pop(f"latents_{part}").view(1, -1, 1, 1, 1) for part in ("mean", "std"))
    heads, state = vae.config.decoder_num_attention_heads, {}
    tensors.pop("decoder.mask_token")
    for name, value in tensors.items():
        value = value.float()
        if name.startswith("encoder.down."):
            _, _, level, *rest = name.split(".")
            kind = "downsamplers.0" if rest[0] == "downsample" else f"resnets.{rest.pop(1)}"
            tail = ".".join(rest[1:]).replace("nin_shortcut", "conv_shortcut")
            name = f"encoder.down_blocks.{level}.{kind}.{tail}"
        elif "to_qkv" in name:
            by_head = value.reshape(heads, 3, -1, *value.shape[1:])
            state |= {
                name.replace("to_qkv", f"to_{part}"): by_head[:, number].reshape(-1, *value.shape[1:])
                for number, part in enumerate("qkv")
            }
            continue
        elif ".ff.w1." in name:
            gate, shown = value.chunk(2)
            name, value = name.replace("w1", "net.0.proj"), torch.cat([shown, gate])
        name = name.replace("x_embedder", "proj_in").replace("attn.to_out.", "attn.to_out.0.")
        state[name.replace("ff.w2.", "ff.net.2.")] = value
    vae.load_state_dict(state)
    return vae, scale


def read_audio_vae(original: Path, tensors: Tensors) -> tuple[Any, tuple[torch.Tensor, torch.Tensor]]:
    vae = AutoencoderKLMiniMaxH3Audio.from_config(
        AutoencoderKLMiniMaxH3Audio.load_config(original / "audio_vae")
    ).eval()
    for layer in [layer for layer in vae.modules() if hasattr(layer, "weight_g")]:
        remove_weight_norm(layer)
    scale = tensors.pop("latents_mean"), tensors.pop("latents_std")
    vae.load_state_dict(tensors)
    return vae, scale


def minimax_h3(case: Case) -> tuple[Trainer, Call]:
    call = {"num_frames": case["num_frames"], "pictures": open_controls(case)}
    return Trainer(Path(case["checkpoints"])), call


MODELS = {"minimax_h3": minimax_h3}
