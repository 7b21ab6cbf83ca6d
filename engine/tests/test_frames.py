"""What a pipeline returned, as raw bytes on disk."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy
import pytest
import torch
from PIL import Image

from darkroom_engine.audio import write_audio
from darkroom_engine.failures import JobFailure
from darkroom_engine.frames import frames_of, write_frames


def picture(red: int, mode: str = "RGB") -> Image.Image:
    return Image.new("RGB", (3, 2), (red, 20, 30)).convert(mode)


def test_pictures_and_videos_become_rgb_rows(tmp_path: Path) -> None:
    image = frames_of(SimpleNamespace(images=[picture(1, "RGBA")]))
    video = frames_of(SimpleNamespace(frames=[[picture(1), picture(2)]]))
    file = tmp_path / "job_0.rgb"
    write_frames(video, file)
    assert file.read_bytes() == bytes([1, 20, 30]) * 6 + bytes([2, 20, 30]) * 6
    assert image[0].tobytes() == bytes([1, 20, 30]) * 6
    assert [entry.name for entry in tmp_path.iterdir()] == ["job_0.rgb"]


@pytest.mark.parametrize(
    "output", [SimpleNamespace(images=[]), SimpleNamespace(text="?"), SimpleNamespace(frames=[[1]])]
)
def test_an_output_without_pictures_fails(output: Any) -> None:
    with pytest.raises(JobFailure):
        frames_of(output)


def test_sound_is_interleaved_16_bit(tmp_path: Path) -> None:
    pipeline = SimpleNamespace(vocoder=SimpleNamespace(config=SimpleNamespace(output_sampling_rate=24000)))
    waveform = torch.tensor([[[0.0, 1.0, 2.0], [-1.0, 0.5, 0.0]]])
    audio = write_audio(pipeline, SimpleNamespace(audio=waveform), tmp_path / "job_0.pcm")
    assert audio is not None
    assert (audio.rate, audio.channels) == (24000, 2)
    samples = numpy.fromfile(audio.file, dtype="<i2").tolist()
    assert samples == [0, -32767, 32767, 16384, 32767, 0]
    assert write_audio(SimpleNamespace(), SimpleNamespace(audio=waveform), tmp_path / "no.pcm") is None
