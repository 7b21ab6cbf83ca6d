"""At what size and in what light Qwen's reader sees control pictures."""

from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from PIL import Image

from darkroom_engine.failures import JobFailure
from darkroom_engine.pipelines import qwen_image_edit, qwen_image_edit_plus
from darkroom_engine.pipelines.qwen_reading import LONGEST, read_with_pictures, scale_to_area
from darkroom_engine.readers.qwen_pictures import QwenPictureProcessor, fill_placeholders, read_settings
from tiny_checkpoints.qwen_image import build_qwen_image_edit
from tiny_checkpoints.qwen_tokenizer import build_qwen_tokenizer

READER = SimpleNamespace(_execution_device="cpu", text_encoder=SimpleNamespace(dtype=torch.float32))


@pytest.mark.parametrize(
    ("size", "area", "height", "width"),
    [
        ((1024, 1024), qwen_image_edit.READER_AREA, 1024, 1024),
        ((1600, 900), qwen_image_edit.READER_AREA, 768, 1376),
        ((900, 1600), qwen_image_edit.READER_AREA, 1376, 768),
        ((900, 1600), qwen_image_edit_plus.READER_AREA, 512, 288),
    ],
)
def test_a_picture_keeps_its_aspect(size: tuple[int, int], area: int, height: int, width: int) -> None:
    shown = scale_to_area(READER, Image.new("RGB", size, (255, 0, 0)), area)
    assert tuple(shown.shape) == (1, 3, height, width)
    assert shown[0, :, 0, 0].tolist() == [1.0, 0.0, 0.0]


def test_white_is_divided_by_255_twice_as_in_the_trainer(tmp_path: Path) -> None:
    build_qwen_image_edit(tmp_path)
    processor = QwenPictureProcessor.from_pretrained(tmp_path / "Qwen/Qwen-Image-Edit", subfolder="processor")
    text = ["<|vision_start|><|image_pad|><|vision_end|>a cat"]
    white = processor(text=text, images=torch.ones(1, 3, 64, 96), return_tensors="pt")
    assert white["image_grid_thw"].tolist() == [[1, 4, 6]]
    assert tuple(white["pixel_values"].shape) == (24, 3 * 2 * 14 * 14)
    first = white["pixel_values"][0, 0].item()
    assert first == pytest.approx((1 / 255 - 0.48145466) / 0.26862954, abs=1e-6)
    placeholder = build_qwen_tokenizer().convert_tokens_to_ids("<|image_pad|>")
    assert (white["input_ids"] == placeholder).sum().item() == 6


def test_a_prompt_that_the_transformer_has_no_place_for_is_refused_in_words() -> None:
    reader = SimpleNamespace(encode_prompt=lambda prompt, image: (torch.zeros(1, len(prompt), 8), None))
    embeds, mask = read_with_pictures(reader, "x" * LONGEST, [], 96 * 96)
    assert embeds.shape[:2] == mask.shape == (1, LONGEST)
    with pytest.raises(JobFailure, match="3969 tokens, and the model takes up to 3968") as failure:
        read_with_pictures(reader, "x" * (LONGEST + 1), [], 96 * 96)
    assert failure.value.code == "RENDER_FAILED"


def test_each_picture_fills_its_own_placeholder() -> None:
    pad = "<|image_pad|>"
    assert fill_placeholders([f"1 {pad} 2 {pad}", f"3 {pad}"], [2, 1, 3]) == [
        f"1 {pad * 2} 2 {pad}",
        f"3 {pad * 3}",
    ]


def test_the_limits_of_area_are_read_under_either_name(tmp_path: Path) -> None:
    file = tmp_path / "preprocessor_config.json"
    common = '"patch_size":14,"temporal_patch_size":2,"merge_size":2,"image_mean":[0],"image_std":[1]'
    file.write_text(f'{{{common},"min_pixels":3136,"max_pixels":12845056}}')
    old = read_settings(file)
    file.write_text(f'{{{common},"size":{{"shortest_edge":3136,"longest_edge":12845056}}}}')
    assert read_settings(file) == old
