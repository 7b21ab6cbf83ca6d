"""OmniGen2, whose index names classes of Python files that lie in its repository.

The transformer's tensors are written out by the names of the published checkpoint, without the code that
reads them.
"""

import json
from pathlib import Path

import torch
from safetensors.torch import save_file

from .adapter import draw_pairs, kohya_keys, peft_keys, save_adapter, trainer_metadata
from .autoencoder import build_flux_vae
from .lycoris import lokr_keys
from .qwen_image import PICTURES, TEXT_WIDTH, build_qwen25_vl
from .qwen_tokenizer import build_qwen_tokenizer

WIDTH, HEAD, HEADS, KEY_HEADS = 64, 16, 4, 2
MLP = 256
PATCH = 2 * 2 * 16
BLOCKS = {"noise_refiner": 1, "ref_image_refiner": 1, "context_refiner": 1, "layers": 2}
TRAINED = ("noise_refiner.", "context_refiner.", "layers.")
"""ai-toolkit leaves the refiner of control pictures alone unless it is told to train it."""
ALPHA = 2.0
INDEX = {
    "_class_name": "OmniGen2Pipeline",
    "_diffusers_version": "0.33.1",
    "mllm": ["transformers", "Qwen2_5_VLForConditionalGeneration"],
    "processor": ["transformers", "Qwen2_5_VLProcessor"],
    "scheduler": ["scheduling_flow_match_euler_discrete", "FlowMatchEulerDiscreteScheduler"],
    "transformer": ["transformer_omnigen2", "OmniGen2Transformer2DModel"],
    "vae": ["diffusers", "AutoencoderKL"],
}
CONFIG = {
    "_class_name": "OmniGen2Transformer2DModel",
    "_diffusers_version": "0.33.1",
    "axes_dim_rope": [4, 6, 6],
    "axes_lens": [1024, 1664, 1664],
    "ffn_dim_multiplier": None,
    "hidden_size": WIDTH,
    "in_channels": 16,
    "multiple_of": MLP,
    "norm_eps": 1e-05,
    "num_attention_heads": HEADS,
    "num_kv_heads": KEY_HEADS,
    "num_layers": BLOCKS["layers"],
    "num_refiner_layers": BLOCKS["noise_refiner"],
    "out_channels": None,
    "patch_size": 2,
    "text_feat_dim": TEXT_WIDTH,
    "timestep_scale": 1000.0,
}
SCHEDULER = {"_class_name": "FlowMatchEulerDiscreteScheduler", "num_train_timesteps": 1000}


def linear_shapes() -> dict[str, torch.Size]:
    """Weights of the blocks' linear layers, by path."""
    shapes: dict[str, tuple[int, int]] = {}
    for stack, count in BLOCKS.items():
        for path in (f"{stack}.{number}" for number in range(count)):
            shapes |= {
                f"{path}.attn.to_q": (WIDTH, WIDTH),
                f"{path}.attn.to_k": (KEY_HEADS * HEAD, WIDTH),
                f"{path}.attn.to_v": (KEY_HEADS * HEAD, WIDTH),
                f"{path}.attn.to_out.0": (WIDTH, WIDTH),
                f"{path}.feed_forward.linear_1": (MLP, WIDTH),
                f"{path}.feed_forward.linear_2": (WIDTH, MLP),
                f"{path}.feed_forward.linear_3": (MLP, WIDTH),
            }
            if stack != "context_refiner":
                shapes[f"{path}.norm1.linear"] = (4 * WIDTH, WIDTH)
    return {path: torch.Size(shape) for path, shape in shapes.items()}


def norm_widths() -> dict[str, int]:
    """Widths of the norms that have weights, by path."""
    widths = {"time_caption_embed.caption_embedder.0": TEXT_WIDTH}
    for stack, count in BLOCKS.items():
        first = "norm1" if stack == "context_refiner" else "norm1.norm"
        for path in (f"{stack}.{number}" for number in range(count)):
            widths |= {f"{path}.{norm}": WIDTH for norm in (first, "norm2", "ffn_norm1", "ffn_norm2")}
            widths |= {f"{path}.attn.{norm}": HEAD for norm in ("norm_q", "norm_k")}
    return widths


def ends() -> dict[str, tuple[int, int]]:
    """Weights of the layers before and after the blocks, which all have a bias, by path."""
    return {
        "x_embedder": (WIDTH, PATCH),
        "ref_image_patch_embedder": (WIDTH, PATCH),
        "time_caption_embed.timestep_embedder.linear_1": (WIDTH, 256),
        "time_caption_embed.timestep_embedder.linear_2": (WIDTH, WIDTH),
        "time_caption_embed.caption_embedder.1": (WIDTH, TEXT_WIDTH),
        "norm_out.linear_1": (WIDTH, WIDTH),
        "norm_out.linear_2": (PATCH, WIDTH),
    }


def transformer_tensors(seed: int) -> dict[str, torch.Tensor]:
    """Random weights that carry a signal, and norms of different weights around 1."""
    generator = torch.Generator().manual_seed(seed)

    def draw(*shape: int, scale: float) -> torch.Tensor:
        return torch.randn(shape, generator=generator) * scale

    tensors = {"image_index_embedding": draw(5, WIDTH, scale=0.2)}
    for path, (rows, columns) in {**linear_shapes(), **ends()}.items():
        tensors[f"{path}.weight"] = draw(rows, columns, scale=columns**-0.5)
        if path in ends() or path.endswith("norm1.linear"):
            tensors[f"{path}.bias"] = draw(rows, scale=0.02)
    for path, width in norm_widths().items():
        tensors[f"{path}.weight"] = 1 + draw(width, scale=0.1)
    return {name: tensor.to(torch.bfloat16) for name, tensor in tensors.items()}


def write_json(file: Path, content: object) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def build_omnigen2(checkpoints: Path) -> None:
    """OmniGen2."""
    folder = checkpoints / "OmniGen2/OmniGen2"
    tokenizer = build_qwen_tokenizer()
    write_json(folder / "model_index.json", INDEX)
    write_json(folder / "scheduler/scheduler_config.json", SCHEDULER)
    write_json(folder / "transformer/config.json", CONFIG)
    weights = folder / "transformer/diffusion_pytorch_model.safetensors"
    save_file(transformer_tensors(1000), weights, {"format": "pt"})
    build_flux_vae(1001).to(torch.bfloat16).save_pretrained(folder / "vae")
    build_qwen25_vl(tokenizer, 1002).save_pretrained(folder / "mllm")
    tokenizer.save_pretrained(folder / "processor")
    write_json(folder / "processor/preprocessor_config.json", PICTURES)


def build_omnigen2_loras(folder: Path) -> None:
    """ai-toolkit's form, the same with alpha, its LoKr, the form of the model's own trainer, and kohya's."""
    shapes, metadata = linear_shapes(), trainer_metadata("omnigen2", "tinystyle")
    trained = {path: shape for path, shape in shapes.items() if path.startswith(TRAINED)}
    attention = {path: shape for path, shape in shapes.items() if ".attn." in path}
    forms = {
        "ai_toolkit": (peft_keys(draw_pairs(trained, 101), "diffusion_model."), metadata),
        "lokr": (lokr_keys(trained, 105, "diffusion_model.", ALPHA), metadata),
        "peft_alpha": (peft_keys(draw_pairs(trained, 103), "diffusion_model.", ALPHA), None),
        "peft": (peft_keys(draw_pairs(attention, 102), "transformer."), None),
        "kohya": (kohya_keys(draw_pairs(shapes, 104), "lora_unet_", ALPHA), None),
    }
    for name, (tensors, written) in forms.items():
        save_adapter(folder / f"{name}.safetensors", tensors, torch.float16, written)


RECIPES = {"omnigen2": build_omnigen2}
LORA_RECIPES = {"omnigen2": build_omnigen2_loras}
