"""What parity in float32 does not show of Wan."""

from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from tests.models.case import Case, lora, plan, prompts
from tests.models.rendering import Renderer
from tiny_checkpoints.recipes import LORA_RECIPES, RECIPES


def test_the_whole_transformer_is_in_one_precision(tmp_path: Path) -> None:
    case = Case("wan21_1b", frames=5)
    RECIPES[case.model](tmp_path)
    spec = plan(case, tmp_path, prompts(case, []), [])["pipeline"]
    transformer = Renderer(spec | {"dtype": "bfloat16"}).pipeline.transformer
    tensors = [*transformer.parameters(), *transformer.buffers()]
    assert {tensor.dtype for tensor in tensors} == {torch.bfloat16}


def test_characters_are_read_as_they_are_written(tmp_path: Path) -> None:
    case = Case("wan21_1b", frames=5)
    RECIPES[case.model](tmp_path)
    made = plan(case, tmp_path, prompts(case, []), [])["pipeline"]
    plain = Renderer(made).pipeline.tokenizer
    stock = Renderer(made | {"components": {}}).pipeline.tokenizer
    words, ligature = "a photo of a fine cat", "a photo of a ﬁne cat"
    assert plain(words).input_ids == stock(words).input_ids == stock(ligature).input_ids
    assert plain(ligature).input_ids != plain(words).input_ids


def test_one_file_for_both_experts_is_dealt_out_by_side(tmp_path: Path) -> None:
    case = Case("wan22_14b_t2v", frames=5)
    RECIPES[case.model](tmp_path)
    LORA_RECIPES[case.model](tmp_path / "loras")
    sides = {side: tmp_path / f"loras/ai_toolkit_{side}_noise.safetensors" for side in ("high", "low")}
    both = tmp_path / "loras/both.safetensors"
    save_file(
        {
            key.replace("diffusion_model.", f"diffusion_model.transformer_{number}."): tensor
            for number, side in enumerate(("high", "low"), start=1)
            for key, tensor in load_file(sides[side]).items()
        },
        both,
    )
    loras = [lora(file, 0.8, side) for side, file in sides.items()]
    loras += [lora(both, 0.8, side) for side in sides]
    made = plan(case, tmp_path, prompts(case, []), loras)
    renderer = Renderer(made["pipeline"])
    call, adapters = made["calls"][0], made["adapters"]
    pictures = []
    for chosen in (adapters[:2], adapters[2:], adapters[:1], adapters[2:3], []):
        assert renderer.merge(chosen)[1] == []
        pictures.append(renderer.render(call))
    split, whole, split_high, whole_high, none = pictures
    assert split == whole
    assert split_high == whole_high
    assert len({split, split_high, none}) == 3
