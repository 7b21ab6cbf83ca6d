"""What parity in float32 at a small size does not show of OmniGen2."""

from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image

from darkroom_engine.pipelines.omnigen2 import OmniGen2Transformer2DModel
from darkroom_engine.pipelines.omnigen2.blocks import OmniGen2Block
from darkroom_engine.pipelines.omnigen2.pictures import drawn_size, shown_size, to_pixels
from darkroom_engine.pipelines.omnigen2.rotary import coordinates
from darkroom_engine.pipelines.omnigen2.schedule import shifted_times, step
from tests.models.case import Case, control_images, plan, prompts
from tests.models.rendering import Renderer
from tiny_checkpoints.recipes import RECIPES

CASE = Case("omnigen2", controls=1)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("omnigen2")
    RECIPES[CASE.model](folder)
    return plan(CASE, folder, prompts(CASE, control_images(folder / "controls", 1)), [])


@pytest.fixture(scope="module")
def renderer(made: dict[str, Any]) -> Renderer:
    return Renderer(made["pipeline"])


def test_the_published_names_are_all_that_the_transformer_has(made: dict[str, Any]) -> None:
    _, loading = OmniGen2Transformer2DModel.from_pretrained(
        Path(made["pipeline"]["path"]), subfolder="transformer", output_loading_info=True
    )
    assert not any(loading.values()), loading


def test_a_control_image_is_encoded_from_the_seed_and_not_from_the_global_generator(
    made: dict[str, Any], renderer: Renderer
) -> None:
    pictures = set()
    for seed in (1, 2):
        torch.manual_seed(seed)
        pictures.add(renderer.render(made["calls"][0]))
    assert len(pictures) == 1


@pytest.mark.parametrize("prompt", ["a cat", ""])
def test_every_prompt_stands_in_the_chat_template_twice(renderer: Renderer, prompt: str) -> None:
    pipeline, texts = renderer.pipeline, []
    once = pipeline.in_template(prompt)
    tokenizer = pipeline.processor

    def listen(text: str, **options: Any) -> Any:
        texts.append(text)
        return tokenizer(text, **options)

    listen.apply_chat_template = tokenizer.apply_chat_template
    pipeline.processor = listen
    try:
        states = pipeline.encode_prompt(prompt)
    finally:
        pipeline.processor = tokenizer
    assert texts == [pipeline.in_template(once)]
    assert texts[0].count("<|im_start|>system") == 2
    assert states.shape[1] == min(256, len(tokenizer(texts[0]).input_ids))


def test_the_whole_transformer_is_in_one_precision(made: dict[str, Any]) -> None:
    renderer = Renderer(made["pipeline"] | {"dtype": "bfloat16"})
    transformer = renderer.pipeline.transformer
    assert {tensor.dtype for tensor in transformer.parameters()} == {torch.bfloat16}
    assert len(renderer.render(made["calls"][0])) == 64 * 64 * 3


def test_norms_round_once_as_the_kernel_of_the_trainer_does() -> None:
    block = OmniGen2Block(64, 4, 2, 64, None, 1e-5).bfloat16()
    tokens = torch.randn(1, 50, 64, generator=torch.Generator().manual_seed(1)).bfloat16()
    for norm in (block.norm1.norm, block.norm2, block.ffn_norm1, block.ffn_norm2):
        torch.nn.init.normal_(norm.weight, 1, 0.1)
        values = tokens.float()
        exact = values * torch.rsqrt(values.pow(2).mean(-1, keepdim=True) + 1e-5) * norm.weight.float()
        assert torch.equal(norm(tokens), exact.bfloat16())


def test_latents_keep_the_precision_of_the_model_between_steps_as_in_the_trainer() -> None:
    times = shifted_times(2, 64, torch.device("cpu"))
    latents, velocity = torch.randn(2, 1, 16, 8, 8).bfloat16()
    after = step(latents, velocity, times[0], times[1])
    exact = latents.float() + (times[1] - times[0]) * velocity.float()
    assert after.dtype == torch.bfloat16
    assert torch.allclose(after.float(), exact, rtol=0.01, atol=0.01)


def test_steps_are_even_at_320_pixels_and_stay_near_the_noise_at_a_megapixel() -> None:
    cpu = torch.device("cpu")
    assert shifted_times(4, 40 * 40, cpu).tolist() == pytest.approx([0, 0.25, 0.5, 0.75, 1])
    # 1024 pixels: 128 latents a side are 3.2 times 40.
    assert shifted_times(2, 128 * 128, cpu).tolist() == pytest.approx([0, 1 / 4.2, 1])


@pytest.mark.parametrize(
    ("asked", "drawn", "shown"),
    [
        ((1024, 1024), (1024, 1024), (1024, 1024)),
        ((2048, 2048), (1024, 1024), (1024, 1024)),
        ((2048, 1024), (1440, 720), (1024, 512)),
        ((1536, 640), (1536, 640), (1024, 416)),
        ((64, 4096), (64, 4096), (16, 1024)),
    ],
)
def test_what_is_larger_than_a_megapixel_is_drawn_smaller(
    asked: tuple[int, int], drawn: tuple[int, int], shown: tuple[int, int]
) -> None:
    assert drawn_size(*asked) == drawn
    assert shown_size(*asked) == shown
    assert tuple(to_pixels(Image.new("RGB", asked)).shape) == (1, 3, shown[1], shown[0])


@torch.no_grad()
def test_a_picture_that_was_drawn_smaller_is_enlarged_bilinearly(renderer: Renderer) -> None:
    pipeline = renderer.pipeline
    latents = torch.randn(1, 16, 8, 12, generator=torch.Generator().manual_seed(1))
    small = pipeline.vae.decode(latents / 0.3611 + 0.1159).sample
    doubled = torch.nn.functional.interpolate(small, scale_factor=2, mode="bilinear")
    pixels = pipeline.decode(latents, 128, 192, "pt")
    assert torch.allclose(pixels, (doubled / 2 + 0.5).clamp(0, 1), atol=1e-5)
    assert pipeline.decode(latents, 128, 192, "pil")[0].size == (192, 128)


def test_words_count_on_every_axis_and_pictures_leave_room_for_their_longer_side() -> None:
    places = coordinates(2, [(1, 3), (2, 1), (1, 2)]).tolist()
    assert places == [
        [0, 0, 0],
        [1, 1, 1],
        [2, 0, 0],
        [2, 0, 1],
        [2, 0, 2],
        [5, 0, 0],
        [5, 1, 0],
        [7, 0, 0],
        [7, 0, 1],
    ]
