"""ai-toolkit's module names of architectures that diffusers names otherwise, on tiny models of each.

Each place is a module and the first row that it takes of the original one.
"""

from typing import Any

import diffusers
import pytest
import torch

from darkroom_engine.adapters.merge import Merger
from darkroom_engine.adapters.source import AdapterFile, Source
from darkroom_engine.adapters.targets import place_sources
from darkroom_engine.plan import Adapter

ROPE = {"axes_dims_rope": (4, 6, 6)}
SMALL = {"num_layers": 1, "attention_head_dim": 16, "num_attention_heads": 2}
FLUX_LIKE = {**SMALL, "patch_size": 1, "in_channels": 16, "num_single_layers": 1, "joint_attention_dim": 24}
MODELS: dict[str, tuple[str, dict[str, Any]]] = {
    "WanPipeline": (
        "WanTransformer3DModel",
        {
            **{**SMALL, "num_layers": 2},
            **{"in_channels": 4, "out_channels": 4, "text_dim": 16, "freq_dim": 16, "ffn_dim": 64},
        },
    ),
    "Flux2Pipeline": ("Flux2Transformer2DModel", {**FLUX_LIKE, "axes_dims_rope": (4, 4, 4, 4)}),
    "ChromaPipeline": (
        "ChromaTransformer2DModel",
        {
            **FLUX_LIKE,
            **ROPE,
            "approximator_num_channels": 8,
            "approximator_hidden_dim": 16,
            "approximator_layers": 1,
        },
    ),
    "Krea2Pipeline": (
        "Krea2Transformer2DModel",
        {
            **{**SMALL, **ROPE, "in_channels": 16, "num_key_value_heads": 1, "intermediate_size": 64},
            **{
                "timestep_embed_dim": 32,
                "text_hidden_dim": 24,
                "num_text_layers": 2,
                "text_intermediate_size": 32,
            },
            **{"text_num_attention_heads": 2, "text_num_key_value_heads": 2},
            **{"num_layerwise_text_blocks": 1, "num_refiner_text_blocks": 1},
        },
    ),
    "MiniMaxH3ModularPipeline": (
        "MiniMaxH3Transformer3DModel",
        {
            **{**SMALL, "hidden_size": 32, "num_refiner_layers": 1, "ffn_dim": 64, "in_channels": 4},
            **{"audio_in_channels": 4, "text_dim": 16, "freq_dim": 16, "time_embed_hidden_dim": 32},
            **{"time_embed_dim": 16, "rope_freq_dim": 2},
        },
    ),
}
FAMILIES = {
    "WanPipeline": "wan",
    "Flux2Pipeline": "flux2",
    "ChromaPipeline": "chroma",
    "Krea2Pipeline": "krea2",
    "MiniMaxH3ModularPipeline": "minimax_h3",
}
DOUBLE, SINGLE = "transformer_blocks.0.", "single_transformer_blocks.0."
CASES = [
    ("WanPipeline", "blocks.1.self_attn.q", {"blocks.1.attn1.to_q": 0}),
    ("WanPipeline", "blocks.0.cross_attn.o", {"blocks.0.attn2.to_out.0": 0}),
    ("WanPipeline", "blocks.1.ffn.0", {"blocks.1.ffn.net.0.proj": 0}),
    (
        "Flux2Pipeline",
        "double_blocks.0.txt_attn.qkv",
        {f"{DOUBLE}attn.add_q_proj": 0, f"{DOUBLE}attn.add_k_proj": 32, f"{DOUBLE}attn.add_v_proj": 64},
    ),
    ("Flux2Pipeline", "double_blocks.0.img_mlp.0", {f"{DOUBLE}ff.linear_in": 0}),
    ("Flux2Pipeline", "single_blocks.0.linear1", {f"{SINGLE}attn.to_qkv_mlp_proj": 0}),
    ("Flux2Pipeline", "time_in.in_layer", {"time_guidance_embed.timestep_embedder.linear_1": 0}),
    ("Flux2Pipeline", "final_layer.adaLN_modulation.1", {"norm_out.linear": 32}),
    (
        "ChromaPipeline",
        "single_blocks.0.linear1",
        {
            f"{SINGLE}attn.to_q": 0,
            f"{SINGLE}attn.to_k": 32,
            f"{SINGLE}attn.to_v": 64,
            f"{SINGLE}proj_mlp": 96,
        },
    ),
    ("ChromaPipeline", "double_blocks.0.img_mlp.2", {f"{DOUBLE}ff.net.2": 0}),
    ("Krea2Pipeline", "blocks.0.attn.wo", {f"{DOUBLE}attn.to_out.0": 0}),
    ("Krea2Pipeline", "blocks.0.mlp.up", {f"{DOUBLE}ff.up": 0}),
    ("Krea2Pipeline", "blocks.0.mlp.down", {f"{DOUBLE}ff.down": 0}),
    (
        "MiniMaxH3ModularPipeline",
        "blocks.0.attn.qkv_proj",
        {f"{DOUBLE}attn.to_q": 0, f"{DOUBLE}attn.to_k": 32, f"{DOUBLE}attn.to_v": 64},
    ),
    # The halves change places.
    ("MiniMaxH3ModularPipeline", "blocks.0.mlp.fc1", {f"{DOUBLE}ff.net.0.proj": 64}),
]


@pytest.mark.parametrize(("pipeline", "name", "places"), CASES, ids=lambda value: str(value)[:40])
@pytest.mark.parametrize("form", ["lora", "lokr"])
def test_original_names_find_their_modules(
    pipeline: str, name: str, places: dict[str, int], form: str
) -> None:
    model_class, config = MODELS[pipeline]
    model = getattr(diffusers, model_class)(**config)
    shapes = [model.get_submodule(path).weight.shape for path in places]
    rows, columns = sum(shape[0] for shape in shapes), shapes[0][1]
    source = Source(None, name, lora(rows, columns) if form == "lora" else lokr(rows, columns), name)
    whole = object.__new__(getattr(diffusers, pipeline))
    object.__setattr__(whole, "transformer", model)
    file = AdapterFile("", (source,), ())
    placed = place_sources(whole, file, "transformer", FAMILIES[pipeline], ("transformer",))
    assert placed.left_out == ()
    numbers = torch.arange(rows)
    picked = {place.path: place.select(numbers) for _, place in placed.placements}
    assert {path: int(found[0]) for path, found in picked.items()} == places
    assert torch.equal(torch.cat(list(picked.values())).sort().values, numbers)


def lora(rows: int, columns: int) -> dict[str, torch.Tensor]:
    return {"down": torch.ones(4, columns), "up": torch.ones(rows, 4)}


def lokr(rows: int, columns: int) -> dict[str, torch.Tensor]:
    return {"lokr_w1": torch.ones(2, 2), "lokr_w2": torch.ones(rows // 2, columns // 2)}


@pytest.mark.parametrize(
    ("name", "start", "rows"),
    [
        ("single_transformer_blocks.0.attn.to_k", 32, 32),
        ("single_blocks.0.linear1.2", 64, 32),
        ("single_blocks.0.linear1.3", 96, 192),
        ("single_transformer_blocks.0.attn.to_qkv", 0, 96),
    ],
)
def test_a_part_of_what_the_model_fuses_goes_to_its_rows(name: str, start: int, rows: int) -> None:
    pipeline = object.__new__(diffusers.Flux2Pipeline)
    model_class, config = MODELS["Flux2Pipeline"]
    object.__setattr__(pipeline, "transformer", getattr(diffusers, model_class)(**config))
    weight = pipeline.transformer.single_transformer_blocks[0].attn.to_qkv_mlp_proj.weight
    before = weight.detach().clone()
    source = Source(None, name, {"diff": torch.ones(rows, 32)}, name)
    adapter = Adapter(name, "", name, "transformer", 1.0, family="flux2", targets=["transformer"])
    Merger(pipeline, torch.device("cpu")).apply([(adapter, AdapterFile("", (source,), ()))])
    wanted = before.clone()
    wanted[start : start + rows] += 1
    assert torch.equal(weight, wanted)
