"""The switches of Krea 2 editing, and the sizes at which control pictures are seen."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from accelerate import cpu_offload
from accelerate.hooks import remove_hook_from_submodules
from PIL import Image

from darkroom_engine.pipelines.krea2_edit import shrink_for_reader
from darkroom_engine.readers.qwen_pictures import QwenPictureProcessor
from tests.models.case import Case, control_images, plan, prompts
from tests.models.plain import plain_case, plain_render
from tests.models.rendering import Renderer
from tiny_checkpoints.krea2 import build_krea2_o_edit, build_reader

Render = Callable[..., bytes]
OLD = {"kv_cache": False, "match_target_res": False}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("krea2_o_edit")
    build_krea2_o_edit(folder)
    return folder


@pytest.fixture(scope="module")
def prompt(folder: Path) -> dict[str, Any]:
    case = Case("krea2_o_edit", controls=2)
    return prompts(case, control_images(folder / "controls", case.controls))[0]


@pytest.fixture(scope="module")
def renderer(folder: Path, prompt: dict[str, Any]) -> Renderer:
    return Renderer(plan(Case("krea2_o_edit"), folder, [prompt], [])["pipeline"])


@pytest.fixture(scope="module")
def render(folder: Path, renderer: Renderer) -> Render:
    def render(prompt: dict[str, Any], **switches: bool) -> bytes:
        made = plan(Case("krea2_o_edit", switches=switches), folder, [prompt], [])
        return renderer.render(made["calls"][0])

    return render


@pytest.mark.parametrize("switches", [OLD, {"kv_cache": False}, {"match_target_res": False}], ids=str)
def test_each_switch_renders_as_the_trainer_does_with_it(
    folder: Path, prompt: dict[str, Any], render: Render, switches: dict[str, bool]
) -> None:
    picture = render(prompt, **switches)
    assert picture != render(prompt)
    assert picture == plain_render(plain_case("krea2_o_edit", folder, prompt, []) | switches)


def test_a_request_leaves_no_switch_behind_for_the_next(prompt: dict[str, Any], render: Render) -> None:
    first = render(prompt)
    render(prompt, **OLD)
    assert render(prompt) == first


def test_every_control_picture_and_their_order_count(prompt: dict[str, Any], render: Render) -> None:
    one, other = prompt["control_images"]
    pictures = [render(prompt | {"control_images": images}) for images in ([one, other], [other, one], [one])]
    assert len(set(pictures)) == 3


def test_the_reader_takes_its_patches_by_a_matrix_product(
    renderer: Renderer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a GPU a convolution sums in another order than the trainer's product."""
    embed = renderer.pipeline.text_encoder.visual.patch_embed
    weight = embed.proj.weight.flatten(1)
    patches = torch.randn(12, weight.shape[1], generator=torch.Generator().manual_seed(1))
    monkeypatch.setattr(torch.nn.functional, "conv3d", None)
    assert torch.equal(embed(patches), torch.nn.functional.linear(patches, weight, embed.proj.bias))


def test_control_pictures_that_see_only_each_other_are_computed_once(
    prompt: dict[str, Any], renderer: Renderer, render: Render
) -> None:
    lengths: list[int] = []

    def note(_block: torch.nn.Module, inputs: tuple) -> None:
        lengths.append(inputs[0].shape[1])

    hook = renderer.pipeline.transformer.transformer_blocks[0].register_forward_pre_hook(note)
    try:
        render(prompt)
        render(prompt, kv_cache=False)
    finally:
        hook.remove()
    # Two steps of two passes each way; in 4096 pixels the two pictures are 3x5 and 4x4 tokens.
    spared = [every - some for some, every in zip(lengths[:4], lengths[4:], strict=True)]
    assert spared == [0, 31, 31, 31]


def test_references_are_shown_to_weights_that_come_and_go(
    prompt: dict[str, Any], renderer: Renderer, render: Render
) -> None:
    expected = [render(prompt), render(prompt, **OLD)]
    transformer = renderer.pipeline.transformer
    cpu_offload(transformer, torch.device("cpu"))
    try:
        assert next(transformer.parameters()).device.type == "meta"
        assert [render(prompt), render(prompt, **OLD)] == expected
    finally:
        remove_hook_from_submodules(transformer)


@pytest.mark.parametrize(
    ("size", "area", "height", "width"),
    [
        ((2000, 1000), 1024 * 1024, 720, 1456),
        ((2000, 1000), None, 720, 1456),
        ((500, 250), 1024 * 1024, 720, 1456),
        ((500, 250), None, 256, 496),
        ((3000, 10), 64 * 64, 16, 1104),
    ],
)
def test_the_transformer_sees_pictures_at_the_area_of_the_output_or_under_a_megapixel(
    renderer: Renderer, size: tuple[int, int], area: int | None, height: int, width: int
) -> None:
    picture = renderer.pipeline.to_tensor(Image.new("RGB", size))
    assert tuple(renderer.pipeline.scale_for_transformer(picture, area).shape[2:]) == (height, width)


@pytest.mark.parametrize(
    ("size", "height", "width"),
    [((1536, 1536), 384, 384), ((100, 72), 72, 100), ((4000, 100), 61, 2429), ((400, 10), 28, 400)],
)
def test_the_reader_sees_pictures_small(size: tuple[int, int], height: int, width: int) -> None:
    picture = torch.zeros(1, 3, size[1], size[0])
    assert tuple(shrink_for_reader(picture).shape[2:]) == (height, width)


def test_white_is_white_to_the_reader(tmp_path: Path) -> None:
    build_reader(tmp_path)
    processor = QwenPictureProcessor.from_pretrained(tmp_path / "Qwen/Qwen3-VL-4B-Instruct")
    text = ["<|vision_start|><|image_pad|><|vision_end|>a cat"]
    white = processor(text=text, images=[torch.ones(1, 3, 256, 320)], do_rescale=False, return_tensors="pt")
    assert white["image_grid_thw"].tolist() == [[1, 16, 20]]
    assert white["pixel_values"].unique().tolist() == [1.0]
