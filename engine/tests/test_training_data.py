"""What pictures, words, times and rates a training takes, against the trainer's own functions and plain
arithmetic.

The numbers of buckets, captions and weights were computed by ostris/ai-toolkit at 27a03a91:
`get_bucket_for_image_size`, `inject_trigger_into_prompt` after its `get_caption`, and
`get_weights_for_timesteps`.
"""

from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers import FlowMatchEulerDiscreteScheduler
from diffusers.optimization import get_scheduler
from PIL import Image

from darkroom_engine.failures import JobFailure
from darkroom_engine.training.buckets import Bucket, bucket_of, placement_in
from darkroom_engine.training.captions import caption_of, dropped, preserved
from darkroom_engine.training.content_cache import ContentCache
from darkroom_engine.training.dataset import Dataset
from darkroom_engine.training.pictures import control_pixels, picture_of
from darkroom_engine.training.rates import rate_at
from darkroom_engine.training.times import diffusion_time, flow_time, shifted_times
from darkroom_engine.training.timestep_weights import WEIGHTS
from tests.training import draw_pictures, items_of, settings_of

BUCKETS = [
    ((1024, 1024, 512, 32), (512, 512)),
    ((1920, 1080, 1024, 32), (1344, 768)),
    ((1080, 1920, 768, 16), (576, 1024)),
    ((640, 480, 1024, 32), (640, 480)),
    ((500, 333, 512, 64), (512, 320)),
    ((128, 128, 128, 32), (128, 128)),
    ((70, 2000, 512, 32), (64, 2016)),
    ((3000, 40, 256, 32), (2208, 32)),
    ((333, 777, 768, 16), (336, 768)),
    ((100, 100, 1024, 64), (64, 128)),
    ((31, 31, 512, 32), (32, 32)),
    ((1365, 768, 768, 8), (1024, 576)),
]

CAPTIONS = [
    ("a dog, on a beach", "tok", "tok a dog,  on a beach"),
    ("[trigger] on a beach", "tok", "tok on a beach"),
    ("a photo of [name],smiling", "tok", "a photo of tok, smiling"),
    ("tok at home", "tok", "tok at home"),
    ("a dog", None, "a dog"),
    ("[trigger] dog", None, " dog"),
    ("", "tok", "tok "),
    ("a,b,,c", "x y", "x y a, b, , c"),
]


@pytest.mark.parametrize(("picture", "bucket"), BUCKETS)
def test_a_picture_is_trained_in_the_trainers_bucket(
    picture: tuple[int, int, int, int], bucket: tuple[int, int]
) -> None:
    assert bucket_of(*picture) == bucket


def test_a_picture_covers_its_bucket_and_is_cut_in_the_middle() -> None:
    assert placement_in(Bucket(512, 512), 1000, 500) == (1024, 512, 256, 0)
    assert placement_in(Bucket(64, 96), 50, 100) == (64, 128, 0, 16)


@pytest.mark.parametrize(("written", "trigger", "wanted"), CAPTIONS)
def test_a_caption_reads_as_the_trainer_has_it(written: str, trigger: str | None, wanted: str) -> None:
    assert caption_of(written, trigger) == wanted


def test_a_dropped_caption_is_the_trigger_alone_and_a_kept_one_has_another_word() -> None:
    assert (dropped("tok"), dropped(None)) == ("tok ", "")
    assert preserved("tok on a beach", "tok", "person") == "person on a beach"
    assert preserved("tok a beach", "tok", "") == "a beach"


def test_a_picture_is_turned_cut_and_mirrored(tmp_path: Path) -> None:
    picture = Image.new("RGBA", (64, 128), (255, 0, 0, 0))
    picture.paste((0, 255, 0, 255), (0, 0, 64, 64))
    exif = Image.Exif()
    exif[0x0112] = 6
    file = tmp_path / "turned.png"
    picture.save(file, exif=exif)
    item = items_of([{**draw_pictures(tmp_path, 1)[0], "file": str(file)}])[0]
    pixels = picture_of(item, Bucket(128, 64), mirrored=False)
    # What was at the top is on the right now; transparent red is red.
    assert pixels.shape == (3, 64, 128)
    assert pixels[:, 32, 120].tolist() == [-1, 1, -1]
    assert pixels[:, 32, 8].tolist() == [1, -1, -1]
    assert torch.equal(picture_of(item, Bucket(128, 64), mirrored=True), pixels.flip(2))
    # Of a control picture what is transparent is black.
    assert control_pixels(item, str(file), Bucket(128, 64), mirrored=False)[:, 32, 8].tolist() == [-1, -1, -1]


def test_a_picture_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    items = draw_pictures(tmp_path, 2)
    (tmp_path / "1.png").write_text("no picture")
    with pytest.raises(JobFailure, match=r"The picture 1\.png cannot be read") as caught:
        Dataset(items_of(items), settings_of(), 32)
    assert caught.value.code == "DATASET_INVALID"


def test_a_round_takes_every_picture_at_every_size_and_repeats(tmp_path: Path) -> None:
    items = items_of(
        [{**item, "repeats": 1 + number} for number, item in enumerate(draw_pictures(tmp_path, 3))]
    )
    chosen = settings_of(resolutions=[32, 64], batch_size=2, caption_dropout=0.0)
    dataset = Dataset(items, chosen, 32)
    draws = [draw for number in range(6) for draw in dataset.batch(number)]
    taken = [(draw.sample.item.label, draw.sample.bucket.width) for draw in draws]
    for number, item in enumerate(items):
        assert [taken.count((item.label, side)) for side in (32, 64)] == [1 + number, 1 + number]
    later = [draw for number in range(6, 12) for draw in dataset.batch(number)]
    assert sorted(map(repr, later)) == sorted(map(repr, draws))
    assert later != draws
    again = Dataset(items, chosen, 32)
    assert [draw for number in range(6, 12) for draw in again.batch(number)] == later
    assert all(len({draw.sample.bucket for draw in dataset.batch(number)}) == 1 for number in range(12))


def test_words_are_dropped_and_shuffled_as_often_as_asked(tmp_path: Path) -> None:
    items = items_of([{**item, "caption": "a,b,c,d"} for item in draw_pictures(tmp_path, 2)])
    dataset = Dataset(items, settings_of(caption_dropout=0.25, shuffle={"kept": 1}, trigger="tok"), 32)
    captions = [draw.caption for number in range(400) for draw in dataset.batch(number)]
    assert 0.2 < captions.count("tok ") / len(captions) < 0.3
    others = {caption for caption in captions if caption != "tok "}
    assert 2 < len(others) <= 6 and all(caption.startswith("tok a, ") for caption in others)
    assert set(captions) == {text for _, text in dataset.captions()}


def test_times_follow_their_distribution_and_the_trainers_weights() -> None:
    scheduler = FlowMatchEulerDiscreteScheduler(use_dynamic_shifting=True, shift=3.0)
    drawn = {
        kind: [flow_time(settings_of(timesteps=kind), scheduler, 1024, update, 0) for update in range(1000)]
        for kind in ("sigmoid", "linear", "weighted", "shift")
    }
    mean = {kind: sum(time for time, _ in pairs) / 1000 for kind, pairs in drawn.items()}
    assert abs(mean["sigmoid"] - 0.5) < 0.02 and abs(mean["linear"] - 0.5) < 0.03 and mean["shift"] > 0.55
    assert {weight for _, weight in drawn["linear"] + drawn["sigmoid"] + drawn["shift"]} == {1.0}
    assert all(weight == WEIGHTS[round(1000 - time * 1000)] for time, weight in drawn["weighted"])
    bias = {
        kind: sum(
            flow_time(settings_of(timesteps="linear", timestep_bias=kind), scheduler, 1, n, 0)[0]
            for n in range(500)
        )
        for kind in ("content", "style")
    }
    assert bias["content"] / 500 > 0.7 and bias["style"] / 500 < 0.3
    steps = [diffusion_time(settings_of(timesteps="uniform"), update, 0) for update in range(3000)]
    assert (min(steps) >= 2, max(steps) <= 998, min(steps) < 6, max(steps) > 994) == (True,) * 4


def test_shifted_times_are_those_of_a_render() -> None:
    config: dict[str, Any] = {"use_dynamic_shifting": True, "base_shift": 0.5, "max_shift": 1.15}
    scheduler = FlowMatchEulerDiscreteScheduler(**config, shift=3.0)
    times = shifted_times(scheduler, 1024)
    mu = 0.5 + (1024 - 256) * (1.15 - 0.5) / (4096 - 256)
    scheduler.set_timesteps(sigmas=torch.linspace(1, 1 / 1000, 1000).tolist(), mu=mu)
    assert torch.allclose(times, scheduler.sigmas[:-1], atol=1e-6)


@pytest.mark.parametrize("kind", ["constant", "constant_with_warmup", "linear", "cosine", "polynomial"])
def test_rates_are_those_of_diffusers(kind: str) -> None:
    chosen = settings_of(lr_scheduler=kind, steps=20, warmup_steps=0 if kind == "constant" else 5)
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=chosen.learning_rate)
    schedule = get_scheduler(kind, optimizer, num_warmup_steps=chosen.warmup_steps, num_training_steps=20)
    for step in range(20):
        assert rate_at(chosen, step) == pytest.approx(optimizer.param_groups[0]["lr"], rel=1e-6)
        optimizer.step()
        schedule.step()


def test_the_cache_keeps_whole_entries_within_its_limit(tmp_path: Path) -> None:
    first = ContentCache(tmp_path, 5000)
    for number in range(4):
        first.put(f"{number}" * 64, {"latents": torch.full((500,), float(number))})
    (tmp_path / "11" / f"{'1' * 64}.safetensors").write_bytes(b"cut short")
    second = ContentCache(tmp_path, 5000)
    assert second.find("1" * 64) is None
    assert torch.equal(second.find("0" * 64)["latents"], torch.zeros(500))
    second.make_room()
    # What this training uses stays; of the others the oldest went first.
    third = ContentCache(tmp_path, 5000)
    assert [third.has(f"{number}" * 64) for number in range(4)] == [True, False, False, True]
