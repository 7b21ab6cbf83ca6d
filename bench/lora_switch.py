"""Time from one LoRA to another on a FLUX-shaped transformer: Darkroom's merge against what diffusers offers.

Three ways, interleaved in one process so that a busy machine hurts them alike:
  hotswap  `load_lora_weights(..., hotswap=True)` from the file, left unmerged (every step then pays for it)
  fuse     `unfuse_lora`, hotswap from the file, `fuse_lora`
  merge    `darkroom_engine.adapters`: from the pristine weights, the parsed files in memory

Prints one JSON object: median milliseconds of each, and whether the weights after all switches equal the
first ones byte for byte.
"""

import argparse
import gc
import hashlib
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import torch
from diffusers import FluxPipeline, FluxTransformer2DModel
from safetensors.torch import save_file

from darkroom_engine.adapters.cache import AdapterCache
from darkroom_engine.adapters.merge import Merger
from darkroom_engine.plan import Adapter

SIZES = {
    "demo": {"num_layers": 2, "num_single_layers": 6, "num_attention_heads": 4},
    "large": {"num_layers": 4, "num_single_layers": 8, "num_attention_heads": 8},
}


def build_transformer(size: str, folder: Path, dtype: torch.dtype) -> FluxTransformer2DModel:
    torch.manual_seed(0)
    model = FluxTransformer2DModel(
        patch_size=1,
        in_channels=64,
        attention_head_dim=64,
        joint_attention_dim=256,
        pooled_projection_dim=128,
        guidance_embeds=True,
        axes_dims_rope=(16, 24, 24),
        **SIZES[size],
    )
    model.to(dtype).save_pretrained(folder)
    return FluxTransformer2DModel.from_pretrained(folder, torch_dtype=dtype)


def write_lora(model: FluxTransformer2DModel, file: Path, seed: int, rank: int) -> None:
    """A LoRA on every linear of the blocks, in ai-toolkit's form: PEFT keys, float16, no alpha."""
    generator = torch.Generator().manual_seed(seed)
    tensors = {}
    for name, module in model.named_modules():
        if isinstance(module, torch.nn.Linear) and "blocks" in name:
            down = torch.randn(rank, module.in_features, generator=generator) * 0.01
            up = torch.randn(module.out_features, rank, generator=generator) * 0.01
            tensors[f"transformer.{name}.lora_A.weight"] = down.half()
            tensors[f"transformer.{name}.lora_B.weight"] = up.half()
    save_file(tensors, file)


def pipeline_of(model: FluxTransformer2DModel) -> FluxPipeline:
    return FluxPipeline(
        scheduler=None,
        vae=None,
        text_encoder=None,
        tokenizer=None,
        text_encoder_2=None,
        tokenizer_2=None,
        transformer=model,
    )


def milliseconds(action: Callable[[], object]) -> float:
    started = time.perf_counter()
    action()
    return (time.perf_counter() - started) * 1000


def run(size: str, rounds: int, rank: int, dtype: torch.dtype) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        pipes = {}
        for way in ("hotswap", "fuse", "merge"):
            pipes[way] = pipeline_of(build_transformer(size, folder / way, dtype))
        files = [folder / f"{name}.safetensors" for name in ("one", "two")]
        for seed, file in enumerate(files):
            write_lora(pipes["merge"].transformer, file, seed, rank)
        return measure(pipes, files, rounds) | {"parameters": count(pipes["merge"].transformer)}


def measure(pipes: dict[str, FluxPipeline], files: list[Path], rounds: int) -> dict[str, object]:
    for way in ("hotswap", "fuse"):
        pipes[way].load_lora_weights(files[0], adapter_name="lora")
    pipes["fuse"].fuse_lora()
    merger = Merger(pipes["merge"], torch.device("cpu"))
    cache = AdapterCache(1 << 30)
    adapters = [Adapter(file.name, str(file), digest(file), "transformer", 1.0) for file in files]

    def merge(index: int) -> None:
        merger.apply([(adapters[index], cache.read(adapters[index]))])

    def hotswap(index: int) -> None:
        pipes["hotswap"].load_lora_weights(files[index], adapter_name="lora", hotswap=True)

    def fuse(index: int) -> None:
        pipes["fuse"].unfuse_lora()
        pipes["fuse"].load_lora_weights(files[index], adapter_name="lora", hotswap=True)
        pipes["fuse"].fuse_lora()

    merge(1)
    merge(0)
    first = weights(pipes["merge"].transformer)
    times: dict[str, list[float]] = {"hotswap": [], "fuse": [], "merge": []}
    for step in range(rounds):
        for way, switch in (("hotswap", hotswap), ("fuse", fuse), ("merge", merge)):
            gc.collect()
            times[way].append(milliseconds(lambda switch=switch, step=step: switch((step + 1) % 2)))
    merge(0)
    last = weights(pipes["merge"].transformer)
    exact = all(torch.equal(first[name], last[name]) for name in first)
    return {way: statistics.median(values) for way, values in times.items()} | {"exact": exact}


def digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def weights(model: FluxTransformer2DModel) -> dict[str, torch.Tensor]:
    return {name: tensor.clone() for name, tensor in model.state_dict().items()}


def count(model: FluxTransformer2DModel) -> int:
    return sum(parameter.numel() for parameter in model.parameters())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", choices=SIZES, default="large")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--rank", type=int, default=16)
    parser.add_argument("--dtype", choices=("float32", "bfloat16"), default="float32")
    options = parser.parse_args()
    result = run(options.size, options.rounds, options.rank, getattr(torch, options.dtype))
    print(json.dumps(result))


if __name__ == "__main__":
    main()
