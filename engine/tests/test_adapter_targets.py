"""Every spelling of a LoRA file ends at the right weights of the right modules."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers import FluxPipeline, StableDiffusionXLPipeline
from safetensors import safe_open

from darkroom_engine.adapters.merge import Merger
from darkroom_engine.adapters.modules import ModuleIndex
from darkroom_engine.failures import JobFailure
from tests.lora_files import opened, pair, save
from tests.place_lora_files import known_by_name

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def flux(flux_folder: Path) -> Any:
    return FluxPipeline.from_pretrained(flux_folder, dtype=torch.bfloat16)


@pytest.fixture(scope="module")
def sdxl(sdxl_folder: Path) -> Any:
    return StableDiffusionXLPipeline.from_pretrained(sdxl_folder)


@pytest.fixture
def merged(tmp_path: Path) -> Iterator[Any]:
    """Merge a file of these tensors, and nothing else, into a pipeline; returns the warnings."""
    mergers: dict[int, Merger] = {}

    def merge(
        pipeline: Any, tensors: dict[str, torch.Tensor], scale: float = 1.0, component: str = "transformer"
    ) -> Any:
        merger = mergers.setdefault(id(pipeline), Merger(pipeline, CPU))
        family = "sdxl" if component == "unet" else "flux"
        return merger.apply([opened(save(tmp_path, "file", tensors), scale, component, family)])[1]

    yield merge
    for merger in mergers.values():
        merger.apply([])


def weight(component: Any, path: str) -> torch.Tensor:
    return component.get_submodule(path).weight


def expected(before: torch.Tensor, down: torch.Tensor, up: torch.Tensor, scale: float = 1.0) -> torch.Tensor:
    delta = (up.float().flatten(1) @ down.float().flatten(1)).reshape(before.shape)
    return (before.float() + scale * delta).to(before.dtype)


Q = "transformer_blocks.0.attn.to_q"


@pytest.mark.parametrize(
    ("name", "down_key", "up_key"),
    [
        (f"transformer.{Q}", "lora_A.weight", "lora_B.weight"),
        (f"diffusion_model.{Q}", "lora_A.weight", "lora_B.weight"),
        (f"base_model.model.{Q}", "lora_A.default.weight", "lora_B.default.weight"),
        (Q, "lora_A.weight", "lora_B.weight"),
        (f"transformer.{Q}", "lora.down.weight", "lora.up.weight"),
        ("lora_transformer_transformer_blocks_0_attn_to_q", "lora_down.weight", "lora_up.weight"),
        ("lora_unet_transformer_blocks_0_attn_to_q", "lora_down.weight", "lora_up.weight"),
        ("lycoris_transformer_blocks_0_attn_to_q", "lora_down.weight", "lora_up.weight"),
    ],
)
def test_flux_spellings(flux: Any, merged: Any, name: str, down_key: str, up_key: str) -> None:
    before = weight(flux.transformer, Q).clone()
    down, up = pair(64, 64, 1)
    assert merged(flux, {f"{name}.{down_key}": down, f"{name}.{up_key}": up}, 0.6) == []
    assert torch.equal(weight(flux.transformer, Q), expected(before, down, up, 0.6))


def split(up: torch.Tensor, rows: list[int], names: list[str], down: torch.Tensor) -> dict[str, torch.Tensor]:
    tensors = {}
    for name, part in zip(names, up.split(rows), strict=True):
        tensors |= {f"transformer.{name}.lora_A.weight": down, f"transformer.{name}.lora_B.weight": part}
    return tensors


FUSED = {
    "double_blocks.1.img_attn.qkv": [f"transformer_blocks.1.attn.to_{part}" for part in "qkv"],
    "double_blocks.1.txt_attn.qkv": [f"transformer_blocks.1.attn.add_{part}_proj" for part in "qkv"],
    "single_blocks.0.linear1": [
        *(f"single_transformer_blocks.0.attn.to_{part}" for part in "qkv"),
        "single_transformer_blocks.0.proj_mlp",
    ],
}


@pytest.mark.parametrize("original", FUSED)
@pytest.mark.parametrize("kohya", [True, False])
def test_flux_fused_modules_equal_split_ones(flux: Any, merged: Any, original: str, kohya: bool) -> None:
    names = FUSED[original]
    rows = [weight(flux.transformer, name).shape[0] for name in names]
    down, up = pair(sum(rows), 64, 2)
    merged(flux, split(up, rows, names, down))
    separately = [weight(flux.transformer, name).clone() for name in names]
    if kohya:
        name = "lora_unet_" + original.replace(".", "_")
        fused = {
            f"{name}.lora_down.weight": down,
            f"{name}.lora_up.weight": up,
            f"{name}.alpha": torch.tensor(4.0),
        }
    else:
        name = "diffusion_model." + original
        fused = {f"{name}.lora_A.weight": down, f"{name}.lora_B.weight": up}
    assert merged(flux, fused) == []
    for name, wanted in zip(names, separately, strict=True):
        assert torch.equal(weight(flux.transformer, name), wanted)


def test_flux_final_layer_swaps_scale_and_shift(flux: Any, merged: Any) -> None:
    before = weight(flux.transformer, "norm_out.linear").clone()
    down, up = pair(128, 64, 3)
    name = "lora_unet_final_layer_adaLN_modulation_1"
    assert merged(flux, {f"{name}.lora_down.weight": down, f"{name}.lora_up.weight": up}) == []
    swapped = torch.cat([up[64:], up[:64]])
    assert torch.equal(weight(flux.transformer, "norm_out.linear"), expected(before, down, swapped))


def test_flux_lokr_on_a_fused_module(flux: Any, merged: Any) -> None:
    names = FUSED["double_blocks.1.img_attn.qkv"]
    before = [weight(flux.transformer, name).clone() for name in names]
    one, two = torch.randn(4, 4), torch.randn(48, 16)
    name = "lycoris_double_blocks_1_img_attn_qkv"
    assert (
        merged(flux, {f"{name}.lokr_w1": one, f"{name}.lokr_w2": two, f"{name}.alpha": torch.tensor(8.0)})
        == []
    )
    for path, old, delta in zip(names, before, torch.kron(one, two).split(64), strict=True):
        assert torch.equal(weight(flux.transformer, path), (old.float() + delta).to(old.dtype))


def test_text_encoder_keys(flux: Any, merged: Any) -> None:
    encoder = flux.text_encoder
    path = next(name for name, _ in encoder.named_modules() if name.endswith("layers.0.self_attn.q_proj"))
    before = weight(encoder, path).clone()
    down, up = pair(*before.shape, 4)
    name = "lora_te1_text_model_encoder_layers_0_self_attn_q_proj"
    assert merged(flux, {f"{name}.lora_down.weight": down, f"{name}.lora_up.weight": up}) == []
    assert torch.equal(weight(encoder, path), expected(before, down, up))


def kohya_names(unet: torch.nn.Module) -> dict[str, str]:
    """ai-toolkit's names of SDXL: every Linear and every convolution, diffusers' path with underscores."""
    kinds = (torch.nn.Linear, torch.nn.Conv2d)
    paths = [path for path, module in unet.named_modules() if isinstance(module, kinds)]
    return {path: "lora_unet_" + path.replace(".", "_") for path in paths}


def test_sdxl_takes_every_module_that_ai_toolkit_trains(sdxl: Any, merged: Any) -> None:
    names = kohya_names(sdxl.unet)
    assert {"add_embedding.linear_1", "time_embedding.linear_2", "conv_in"} <= names.keys()
    before, tensors, pairs = {}, {}, {}
    for seed, (path, name) in enumerate(names.items()):
        before[path] = weight(sdxl.unet, path).clone()
        rows, columns, *kernel = before[path].shape
        pairs[path] = pair(rows, columns, seed, *kernel)
        down, up = pairs[path]
        tensors |= {
            f"{name}.lora_down.weight": down,
            f"{name}.lora_up.weight": up,
            f"{name}.alpha": torch.tensor(2.0),
        }
    assert merged(sdxl, tensors, component="unet") == []
    for path, old in before.items():
        down, up = (part.float() for part in pairs[path])
        if down.ndim == 4:
            delta = torch.nn.functional.conv2d(down.permute(1, 0, 2, 3), up).permute(1, 0, 2, 3)
        else:
            delta = up @ down
        torch.testing.assert_close(weight(sdxl.unet, path), old + delta * 0.5, msg=path)


def headers(folder: Path, component: str) -> list[tuple[str, list[int]]]:
    """Names and shapes in a component's safetensors file."""
    (file, *_) = sorted((folder / component).glob("*.safetensors"))
    with safe_open(file, framework="pt") as opened:
        return [(key, opened.get_slice(key).get_shape()) for key in opened.keys()]  # noqa: SIM118


@pytest.mark.parametrize("component", ["transformer", "text_encoder", "text_encoder_2"])
def test_what_is_loaded_has_the_names_and_shapes_of_the_file(
    flux: Any, flux_folder: Path, component: str
) -> None:
    stored = known_by_name(headers(flux_folder, component))
    index = ModuleIndex(component, getattr(flux, component))
    assert {name: index.known(name) for name in stored} == stored
    assert index.names == stored.keys()


@pytest.mark.parametrize("component", ["unet", "text_encoder", "text_encoder_2"])
def test_so_it_is_for_sdxl(sdxl: Any, sdxl_folder: Path, component: str) -> None:
    stored = known_by_name(headers(sdxl_folder, component))
    index = ModuleIndex(component, getattr(sdxl, component))
    assert {name: index.known(name) for name in stored} == stored
    assert index.names == stored.keys()


@pytest.mark.parametrize(
    ("original", "path"),
    [
        (
            "input_blocks_4_1_transformer_blocks_0_attn1_to_q",
            "down_blocks.1.attentions.0.transformer_blocks.0.attn1.to_q",
        ),
        (
            "input_blocks_4_1_transformer_blocks_0_attn1_to_out_0",
            "down_blocks.1.attentions.0.transformer_blocks.0.attn1.to_out.0",
        ),
        (
            "middle_block_1_transformer_blocks_1_ff_net_0_proj",
            "mid_block.attentions.0.transformer_blocks.1.ff.net.0.proj",
        ),
        ("output_blocks_0_1_proj_in", "up_blocks.0.attentions.0.proj_in"),
        ("input_blocks_1_0_in_layers_2", "down_blocks.0.resnets.0.conv1"),
        ("input_blocks_4_0_skip_connection", "down_blocks.1.resnets.0.conv_shortcut"),
        ("input_blocks_1_0_emb_layers_1", "down_blocks.0.resnets.0.time_emb_proj"),
        ("input_blocks_0_0", "conv_in"),
        ("time_embed_0", "time_embedding.linear_1"),
        ("label_emb_0_2", "add_embedding.linear_2"),
    ],
)
def test_sdxl_original_names(sdxl: Any, merged: Any, original: str, path: str) -> None:
    before = weight(sdxl.unet, path).clone()
    rows, columns, *kernel = before.shape
    down, up = pair(rows, columns, 5, *kernel)
    name = f"lora_unet_{original}"
    assert (
        merged(sdxl, {f"{name}.lora_down.weight": down, f"{name}.lora_up.weight": up}, component="unet") == []
    )
    assert not torch.equal(weight(sdxl.unet, path), before)


def test_what_fits_nothing_is_named(flux: Any, merged: Any) -> None:
    down, up = pair(64, 64, 6)
    good = {f"transformer.{Q}.lora_A.weight": down, f"transformer.{Q}.lora_B.weight": up}
    stray = {"transformer.nowhere.lora_A.weight": down, "transformer.nowhere.lora_B.weight": up}
    too_wide = {
        "transformer.transformer_blocks.1.attn.to_q.lora_A.weight": pair(64, 80, 6)[0],
        "transformer.transformer_blocks.1.attn.to_q.lora_B.weight": up,
    }
    half = {"transformer.transformer_blocks.1.attn.to_k.lora_B.weight": up}
    (warning,) = merged(flux, good | stray | too_wide | half | {"mystery": torch.ones(1)})
    for said in (
        "nowhere (no such module)",
        "blocks.1.attn.to_q (64\u00d780 where the model has 64\u00d764)",
        "blocks.1.attn.to_k (one half of a pair)",
        "mystery (of no known adapter form)",
    ):
        assert said in warning
    with pytest.raises(JobFailure) as caught:
        merged(flux, stray)
    assert caught.value.code == "LORA_INCOMPATIBLE"


def test_what_the_client_knows_is_not_told_again(flux: Any, tmp_path: Path) -> None:
    down, up = pair(64, 64, 6)
    good = {f"transformer.{Q}.lora_A.weight": down, f"transformer.{Q}.lora_B.weight": up}
    stray = {"transformer.nowhere.lora_A.weight": down, "transformer.nowhere.lora_B.weight": up}
    adapter, file = opened(save(tmp_path, "known", good | stray | {"mystery": torch.ones(1)}))
    merger = Merger(flux, CPU)
    adapter.ignored = 2
    assert merger.apply([(adapter, file)])[1] == []
    adapter.ignored = 1
    assert len(merger.apply([(adapter, file)])[1]) == 1
    merger.apply([])


def test_a_change_under_two_names_counts_once(flux: Any, merged: Any) -> None:
    names = FUSED["double_blocks.1.img_attn.qkv"]
    before = [weight(flux.transformer, name).clone() for name in names]
    down, up = pair(192, 64, 8)
    fused = {
        "lora_unet_double_blocks_1_img_attn_qkv.lora_down.weight": down,
        "lora_unet_double_blocks_1_img_attn_qkv.lora_up.weight": up,
    }
    (warning,) = merged(flux, fused | split(up, [64] * 3, names, down))
    assert "lora_unet_double_blocks_1_img_attn_qkv (the same weights as transformer.transformer_bl" in warning
    for path, old, part in zip(names, before, up.split(64), strict=True):
        assert torch.equal(weight(flux.transformer, path), expected(old, down, part))


def test_an_untrained_copy_takes_no_place(flux: Any, merged: Any) -> None:
    before = weight(flux.transformer, Q).clone()
    down, up = pair(64, 64, 9)
    zero = {f"transformer.{Q}.lora_A.weight": down, f"transformer.{Q}.lora_B.weight": torch.zeros_like(up)}
    name = "double_blocks.0.img_attn.qkv.0"
    merged(flux, zero | {f"{name}.lora_A.weight": down, f"{name}.lora_B.weight": up})
    assert torch.equal(weight(flux.transformer, Q), expected(before, down, up))


def test_bias_and_norm_under_original_names(flux: Any, merged: Any) -> None:
    attention = flux.transformer.transformer_blocks[0].attn
    biases = [getattr(attention, name).bias.clone() for name in ("to_q", "to_k", "to_v")]
    norm, change, scale = attention.norm_q.weight.clone(), torch.randn(192), torch.randn(16)
    name = "diffusion_model.double_blocks.0.img_attn"
    assert merged(flux, {f"{name}.qkv.diff_b": change, f"{name}.norm.query_norm.w_norm": scale}, 0.5) == []
    for name, old, part in zip(("to_q", "to_k", "to_v"), biases, change.split(64), strict=True):
        assert torch.equal(getattr(attention, name).bias, (old.float() + 0.5 * part).to(old.dtype))
    assert torch.equal(attention.norm_q.weight, (norm.float() + 0.5 * scale).to(norm.dtype))


def test_a_bias_that_the_model_lacks_leaves_the_weight_changed(sdxl: Any, merged: Any) -> None:
    path = "down_blocks.1.attentions.0.transformer_blocks.0.attn1.to_q"
    before = weight(sdxl.unet, path).clone()
    change = torch.randn(before.shape)
    (warning,) = merged(
        sdxl, {f"unet.{path}.diff": change, f"unet.{path}.diff_b": change[:, 0]}, component="unet"
    )
    assert f"unet.{path} (no bias there)" in warning
    assert torch.equal(weight(sdxl.unet, path), before + change)


@pytest.mark.parametrize("is_old", [True, False])
def test_glora_on_a_fused_module(flux: Any, merged: Any, is_old: bool) -> None:
    """W + W a + b, `a` and `b` being products of rank 4 in one or the other order."""
    names = FUSED["double_blocks.1.img_attn.qkv"]
    before = [weight(flux.transformer, name).clone() for name in names]
    a1, a2, b1, b2 = (torch.randn(*shape) * 0.1 for shape in ((4, 64), (64, 4), (4, 64), (192, 4)))
    whole = torch.cat(before).float()
    wanted = whole + 0.5 * (whole @ (a2 @ a1) + b2 @ b1)
    factors = (a1, a2, b1, b2) if is_old else (a2, a1, b2, b1)
    tensors = {
        f"lycoris_double_blocks_1_img_attn_qkv.{name}.weight": factor
        for name, factor in zip(("a1", "a2", "b1", "b2"), factors, strict=True)
    }
    alpha = {"lycoris_double_blocks_1_img_attn_qkv.alpha": torch.tensor(2.0)}
    assert merged(flux, tensors | alpha) == []
    for path, part in zip(names, wanted.split(64), strict=True):
        torch.testing.assert_close(weight(flux.transformer, path).float(), part, atol=0.02, rtol=0.02)


def test_dora_by_column_of_a_fused_module(flux: Any, merged: Any) -> None:
    """Each column of all rows together gets its magnitude."""
    names = FUSED["double_blocks.1.img_attn.qkv"]
    down, up = pair(192, 64, 10)
    name = "lora_unet_double_blocks_1_img_attn_qkv"
    magnitude = torch.rand(1, 64) + 1
    tensors = {
        f"{name}.lora_down.weight": down,
        f"{name}.lora_up.weight": up,
        f"{name}.dora_scale": magnitude,
    }
    assert merged(flux, tensors) == []
    whole = torch.cat([weight(flux.transformer, path).float() for path in names])
    torch.testing.assert_close(whole.norm(dim=0), magnitude[0], atol=0.01, rtol=0.01)
