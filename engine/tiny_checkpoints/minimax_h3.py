"""MiniMax-H3 as the trainer loads it: ComfyUI's four files, and what describes them in the original
repository.

The tensors are written out by the names of the published files, without the code that reads them.
"""

import json
import math
from pathlib import Path

import torch
from diffusers import AutoencoderKLMiniMaxH3Audio
from safetensors.torch import save_file
from torch.nn.utils import remove_weight_norm
from transformers import Qwen3VLForConditionalGeneration

from .adapter import Pairs, draw_pairs, kohya_keys, peft_keys, save_adapter, trainer_metadata
from .comfy_quantized import in_int8, in_nvfp4, in_rotated_int8
from .krea2 import PICTURES, TEXT_WIDTH, qwen3_vl_config
from .qwen_tokenizer import build_qwen_tokenizer
from .weights import randomize

Tensors = dict[str, torch.Tensor]
COMFY, ORIGINAL = "Comfy-Org/MiniMax-H3", "MiniMaxAI/MiniMax-H3"
WIDTH, HEADS, HEAD, FEED = 48, 4, 16, 96
LAYERS, REFINERS = 2, 1
VIDEO, SOUND, PATCH = 24, 32, 4
MOMENT, MOMENTS = 8, 33
ALPHA = 2.0
TRANSFORMER = {
    "_class_name": "MiniMaxH3Transformer3DModel",
    "num_attention_heads": HEADS,
    "attention_head_dim": HEAD,
    "hidden_size": WIDTH,
    "num_layers": LAYERS,
    "num_refiner_layers": REFINERS,
    "ffn_dim": FEED,
    "in_channels": VIDEO,
    "audio_in_channels": SOUND,
    "text_dim": TEXT_WIDTH,
    "time_embed_dim": 2688,
    "rope_freq_dim": 2,
}
"""`config.json` of the checkpoint before it was pruned, but for the sizes."""
ENCODER, DECODER, DECODER_HEADS = (8, 8, 16, 16), 32, 2
VIDEO_VAE = {
    "_class_name": "AutoencoderKLMiniMaxH3",
    "latent_channels": VIDEO,
    "block_out_channels": ENCODER,
    "layers_per_block": 1,
    "spatial_downsample_factors": (2, 2, 2, 2),
    "temporal_downsample_factors": (1, 2, 2, 1),
    "norm_num_groups": 4,
    "decoder_num_layers": 2,
    "decoder_num_attention_heads": DECODER_HEADS,
    "decoder_attention_head_dim": DECODER // DECODER_HEADS,
}
AUDIO_VAE = {
    "encoder_dim": 2,
    "encoder_rates": (8, 10, 10),
    "latent_dim": 32,
    "latent_channels": SOUND,
    "num_attention_heads": 2,
    "decoder_dim": 16,
    "decoder_rates": (8, 10, 10),
    "decoder_kernel_sizes": (16, 20, 20),
    "resblock_kernel_sizes": (3,),
    "resblock_dilation_sizes": ((1, 3),),
}


class Draw:
    """Random tensors from one seed, in the order in which they are asked for."""

    def __init__(self, seed: int) -> None:
        self._generator = torch.Generator().manual_seed(seed)

    def __call__(self, *shape: int, scale: float) -> torch.Tensor:
        return torch.randn(shape, generator=self._generator) * scale

    def weight(self, rows: int, *columns: int) -> torch.Tensor:
        return self(rows, *columns, scale=math.prod(columns) ** -0.5)

    def layer(self, path: str, rows: int, *columns: int) -> Tensors:
        return {f"{path}.weight": self.weight(rows, *columns), f"{path}.bias": self(rows, scale=0.02)}

    def norm(self, path: str, width: int, bias: bool = False) -> Tensors:
        tensors = {f"{path}.weight": 1 + self(width, scale=0.1)}
        return tensors | {f"{path}.bias": self(width, scale=0.02)} if bias else tensors


def linear_shapes() -> dict[str, torch.Size]:
    """The layers of the blocks that the trainer trains, by path; the last of a block is its modulation."""
    inner = HEADS * HEAD
    shapes = {}
    for stem, count in (("blocks", LAYERS), ("token_refiner.blocks", REFINERS)):
        for path in (f"{stem}.{number}" for number in range(count)):
            shapes |= {
                f"{path}.attn.qkv_proj": (3 * inner, WIDTH),
                f"{path}.attn.out_proj": (WIDTH, inner),
                f"{path}.mlp.fc1": (2 * FEED, WIDTH),
                f"{path}.mlp.fc2": (WIDTH, FEED),
            }
            if stem == "blocks":
                shapes[f"{path}.adaln_proj.linear"] = (18 * WIDTH, MOMENT)
    return {path: torch.Size(shape) for path, shape in shapes.items()}


def transformer_tensors(seed: int) -> Tensors:
    """In the published mixture: int8, bfloat16, half precision for modulations, float32 for the ends."""
    draw, half = Draw(seed), torch.bfloat16
    tensors: Tensors = {
        "adaln_t_table": draw(MOMENTS, MOMENT, scale=0.5).cumsum(0) / 4,
        "rope.inv_freq": 10000 ** -(torch.arange(2) / 2),
    }
    for path, shape in linear_shapes().items():
        weight = draw.weight(*shape)
        if path.endswith("adaln_proj.linear"):
            tensors |= {f"{path}.weight": weight.half(), f"{path}.bias": draw(shape[0], scale=0.2).half()}
        elif path.startswith("blocks."):
            tensors |= in_rotated_int8(path, weight)
        else:
            tensors[f"{path}.weight"] = weight.to(half)
    for path in dict.fromkeys(path.rsplit(".", 2)[0] for path in linear_shapes()):
        for norm, width in (("norm1", WIDTH), ("norm2", WIDTH), ("attn.q_norm", HEAD), ("attn.k_norm", HEAD)):
            tensors |= {name: value.to(half) for name, value in draw.norm(f"{path}.{norm}", width).items()}
    for path in ("token_refiner.final_norm", "final_layer.norm"):
        tensors |= {name: value.to(half) for name, value in draw.norm(path, WIDTH).items()}
    ends = draw.layer("video_patch_proj", WIDTH, PATCH * VIDEO) | draw.layer("audio_patch_proj", WIDTH, SOUND)
    ends |= draw.layer("final_layer.video_out", PATCH * VIDEO, WIDTH)
    ends |= draw.layer("final_layer.audio_out", SOUND, WIDTH)
    modulation = draw.layer("final_layer.adaln_proj.linear", 2 * WIDTH, MOMENT)
    text = draw.layer("condition_proj", WIDTH, TEXT_WIDTH)
    tensors |= ends | {name: value.half() for name, value in modulation.items()}
    return tensors | {name: value.to(half) for name, value in text.items()}


def reader_tensors(model: Qwen3VLForConditionalGeneration, layers: int, seed: int) -> Tensors:
    """The first layers in 4 bits with scaled inputs, words in 8 bits, eyes whole; no last norm, no head."""
    draw, tensors = Draw(seed), {}
    for name, value in model.state_dict().items():
        path, _, attribute = name.removeprefix("model.").rpartition(".")
        if path.startswith("visual."):
            tensors[f"{path}.{attribute}"] = value.to(torch.bfloat16)
        if not path.startswith("language_model."):
            continue
        inside = path.replace("language_model.", "model.")
        if inside == "model.embed_tokens":
            tensors |= in_int8(inside, value)
        elif inside.startswith("model.layers.") and int(inside.split(".")[2]) < layers:
            scale = draw(value.shape[-1], scale=0.2).exp()
            whole = {f"{inside}.{attribute}": value.to(torch.bfloat16)}
            tensors |= in_nvfp4(inside, value, scale) if value.ndim == 2 else whole
    return tensors


def video_vae_tensors(seed: int) -> Tensors:
    draw, tensors, before = Draw(seed), {}, ENCODER[0]
    tensors |= draw.layer("encoder.conv_in", before, 3, 3, 3, 3)
    for level, width in enumerate(ENCODER):
        block = f"encoder.down.{level}.block.0"
        tensors |= draw.norm(f"{block}.norm1", before, bias=True)
        tensors |= draw.norm(f"{block}.norm2", width, bias=True)
        tensors |= draw.layer(f"{block}.conv1", width, before, 3, 3, 3)
        tensors |= draw.layer(f"{block}.conv2", width, width, 3, 3, 3)
        if before != width:
            tensors |= draw.layer(f"{block}.nin_shortcut", width, before, 1, 1, 1)
        tensors |= draw.layer(f"encoder.down.{level}.downsample.conv", width, width, 3, 3, 3)
        before = width
    tensors |= draw.norm("encoder.norm_out", before, bias=True)
    tensors |= draw.layer("encoder.conv_out", 2 * VIDEO, before, 3, 3, 3)
    tensors |= draw.layer("quant_conv", 2 * VIDEO, 2 * VIDEO, 1, 1, 1)
    tensors |= draw.layer("post_quant_conv", VIDEO, VIDEO, 1, 1, 1)
    tensors |= decoder_tensors(draw)
    statistics = {
        "latents_mean": draw(VIDEO, scale=0.3),
        "latents_std": 1 + draw(VIDEO, scale=0.2).abs(),
    }
    return {name: value.half() for name, value in tensors.items()} | statistics


def decoder_tensors(draw: Draw) -> Tensors:
    tensors = draw.layer("decoder.x_embedder", DECODER, VIDEO)
    tensors["decoder.register_tokens"] = draw(1, 4, DECODER, scale=0.5)
    tensors["decoder.mask_token"] = draw(1, 1, DECODER, scale=0.5)
    for block in (f"decoder.transformer_blocks.{number}" for number in range(2)):
        tensors |= draw.norm(f"{block}.norm1", DECODER) | draw.norm(f"{block}.norm2", DECODER)
        tensors |= draw.layer(f"{block}.attn.to_qkv", 3 * DECODER, DECODER)
        tensors |= draw.layer(f"{block}.attn.to_out", DECODER, DECODER)
        tensors |= draw.layer(f"{block}.ff.w1", 8 * DECODER, DECODER)
        tensors |= draw.layer(f"{block}.ff.w2", DECODER, 4 * DECODER)
        tensors |= {f"{block}.scale{number}": 0.5 + draw(DECODER, scale=0.1) for number in (1, 2)}
    tensors |= draw.norm("decoder.norm_out", DECODER, bias=True)
    return tensors | draw.layer("decoder.proj_out", 3 * 4 * 16 * 16, DECODER)


def audio_vae_tensors(seed: int) -> Tensors:
    """The stock network's own names, with the lengths of its kernels multiplied in."""
    model = randomize(AutoencoderKLMiniMaxH3Audio(**AUDIO_VAE), seed)
    for layer in model.modules():
        if hasattr(layer, "weight_g"):
            remove_weight_norm(layer)
    draw = Draw(seed + 1)
    tensors = {name: tensor.detach().contiguous() for name, tensor in model.state_dict().items()}
    scales = 1 + draw(SOUND, scale=0.2).abs()
    return tensors | {"latents_mean": draw(SOUND, scale=0.3), "latents_std": scales}


def write_json(file: Path, content: object) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def write_weights(file: Path, tensors: Tensors) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, file)


def build_minimax_h3(checkpoints: Path) -> None:
    """ComfyUI's files, of a reader with one layer less than the original has, and the original repository
    without its weights.
    """
    tokenizer = build_qwen_tokenizer()
    config = qwen3_vl_config(tokenizer)
    reader = randomize(Qwen3VLForConditionalGeneration(config), 1100)
    layers = config.text_config.num_hidden_layers - 1
    comfy, original = checkpoints / COMFY, checkpoints / ORIGINAL
    for name, tensors in (
        (
            "diffusion_models/minimax_h3_fl2va_pruned_int8_convrot",
            transformer_tensors(1101),
        ),
        ("text_encoders/qwen3vl_32b_minimax_h3_nvfp4_awq", reader_tensors(reader, layers, 1102)),
        ("vae/minimax_h3_video_vae_fp16", video_vae_tensors(1103)),
        ("vae/minimax_h3_audio_vae_fp32", audio_vae_tensors(1104)),
    ):
        write_weights(comfy / f"{name}.safetensors", tensors)
    write_json(original / "transformer/config.json", TRANSFORMER)
    write_json(original / "vae/config.json", VIDEO_VAE)
    write_json(
        original / "audio_vae/config.json", {"_class_name": "AutoencoderKLMiniMaxH3Audio", **AUDIO_VAE}
    )
    config.save_pretrained(original / "text_encoder")
    tokenizer.save_pretrained(original / "FL2VA/tokenizer")
    tokenizer.save_pretrained(original / "FL2VA/processor")
    write_json(original / "FL2VA/processor/preprocessor_config.json", PICTURES)


def build_minimax_h3_loras(folder: Path) -> None:
    """ai-toolkit's form with and without alpha, kohya's over every layer, the bare names, and diffusers'."""
    shapes = linear_shapes()
    blocks = {path: shape for path, shape in shapes.items() if "adaln" not in path}
    ends = {
        "condition_proj": torch.Size((WIDTH, TEXT_WIDTH)),
        "video_patch_proj": torch.Size((WIDTH, PATCH * VIDEO)),
        "final_layer.adaln_proj.linear": torch.Size((2 * WIDTH, MOMENT)),
        "final_layer.video_out": torch.Size((PATCH * VIDEO, WIDTH)),
    }
    half, metadata = torch.float16, trainer_metadata("minimax_h3", "tinystyle")
    save_adapter(
        folder / "ai_toolkit.safetensors",
        peft_keys(draw_pairs(shapes, 111), "diffusion_model."),
        half,
        metadata,
    )
    alpha = peft_keys(draw_pairs(blocks, 112), "diffusion_model.", ALPHA)
    save_adapter(folder / "peft_alpha.safetensors", alpha, half)
    flat = kohya_keys(draw_pairs(shapes | ends, 113), "lora_unet_", ALPHA)
    save_adapter(folder / "kohya.safetensors", flat, half)
    save_adapter(folder / "bare.safetensors", peft_keys(draw_pairs(blocks, 114), ""), half)
    theirs: Pairs = draw_pairs(diffusers_shapes(), 115)
    save_adapter(folder / "diffusers.safetensors", peft_keys(theirs, "transformer."), half)


def diffusers_shapes() -> dict[str, torch.Size]:
    """Layers as diffusers has them: apart, and with the halves of the feed-forward part turned."""
    inner = HEADS * HEAD
    shapes = {}
    for path in (f"transformer_blocks.{number}" for number in range(LAYERS)):
        shapes |= {f"{path}.attn.to_{part}": torch.Size((inner, WIDTH)) for part in "qkv"}
        shapes |= {
            f"{path}.attn.to_out.0": torch.Size((WIDTH, inner)),
            f"{path}.ff.net.0.proj": torch.Size((2 * FEED, WIDTH)),
            f"{path}.ff.net.2": torch.Size((WIDTH, FEED)),
        }
    return shapes


RECIPES = {"minimax_h3": build_minimax_h3}
LORA_RECIPES = {"minimax_h3": build_minimax_h3_loras}
