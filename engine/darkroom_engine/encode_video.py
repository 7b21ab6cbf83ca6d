"""`python -m darkroom_engine.encode_video`: raw frames to an MP4, in a process that never sees the device.

Reads one JSON object on stdin (see `Job`), writes `target`, and says `done` or `failed` on stdout as JSON.
"""

import errno
import os
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import msgspec
import numpy as np
from av.audio.resampler import AudioResampler
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc

from darkroom_engine.messages import Audio
from darkroom_engine.parent import die_with_parent

# Visually lossless for generated pictures; `medium` is the encoder's own balance of time and size.
CRF = "18"
PRESET = "medium"
SAMPLES_AT_ONCE = 1024


class Job(msgspec.Struct, forbid_unknown_fields=True):
    """`file` holds raw RGB frames one after the other; `metadata` becomes tags of the file."""

    file: str
    width: int
    height: int
    frames: int
    fps: float
    audio: Audio | None
    target: str
    metadata: dict[str, str]


class Outcome(msgspec.Struct):
    type: str
    code: str | None = None
    message: str | None = None


def main() -> int:
    die_with_parent()
    job = msgspec.json.decode(sys.stdin.buffer.read(), type=Job)
    try:
        encode(job)
        outcome = Outcome("done")
    except Exception as error:
        Path(job.target).unlink(missing_ok=True)
        outcome = failed(error)
    print(msgspec.json.encode(outcome).decode(), flush=True)
    return 0 if outcome.type == "done" else 1


def failed(error: Exception) -> Outcome:
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Outcome("failed", "STORAGE_FULL", "The disk is full. Free space, then try again.")
    return Outcome(
        "failed", "RENDER_FAILED", f"The video could not be encoded: {type(error).__name__}: {error}"
    )


def encode(job: Job) -> None:
    """H.264 in yuv420p with the index in front, so that every browser plays it while it loads."""
    # use_metadata_tags keeps tags that MP4 has no field for.
    options = {"movflags": "+faststart+use_metadata_tags"}
    with av.open(job.target, "w", format="mp4", options=options) as container:
        container.metadata.update(job.metadata)
        rate = Fraction(job.fps).limit_denominator(1001)
        video = container.add_stream("libx264", rate=rate, options={"crf": CRF, "preset": PRESET})
        # 4:2:0 halves both sides: an odd one loses its last row or column.
        video.width, video.height = job.width - job.width % 2, job.height - job.height % 2
        video.pix_fmt = "yuv420p"
        mark_colours(video)
        video.codec_context.thread_count = min(os.cpu_count() or 1, 4)
        sound = None
        if job.audio is not None:
            sound = container.add_stream("aac", rate=job.audio.rate, layout=layout(job.audio))
        for frame in read_frames(job):
            container.mux(video.encode(frame))
        container.mux(video.encode(None))
        if sound is not None and job.audio is not None:
            for packet in encode_sound(job.audio, sound):
                container.mux(packet)


def mark_colours(video: av.VideoStream) -> None:
    """Say BT.709 in the file: a player that has to guess takes small pictures for BT.601: shifted colours."""
    context = video.codec_context
    context.colorspace = Colorspace.ITU709
    context.color_range = ColorRange.MPEG
    context.color_primaries = ColorPrimaries.BT709
    context.color_trc = ColorTrc.BT709


def read_frames(job: Job) -> Iterator[av.VideoFrame]:
    pixels = np.memmap(job.file, dtype=np.uint8, mode="r", shape=(job.frames, job.height, job.width, 3))
    for index in range(job.frames):
        even = pixels[index, : job.height - job.height % 2, : job.width - job.width % 2]
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(even), format="rgb24")
        yield frame.reformat(
            format="yuv420p", dst_colorspace=Colorspace.ITU709, dst_color_range=ColorRange.MPEG
        )


def encode_sound(audio: Audio, stream: av.AudioStream) -> Iterator[av.Packet]:
    samples = np.fromfile(audio.file, dtype="<i2").reshape(1, -1)
    resampler = AudioResampler(format=stream.format, layout=stream.layout, rate=audio.rate)
    step = SAMPLES_AT_ONCE * audio.channels
    for start in range(0, samples.shape[1], step):
        part = np.ascontiguousarray(samples[:, start : start + step])
        frame = av.AudioFrame.from_ndarray(part, format="s16", layout=layout(audio))
        frame.sample_rate = audio.rate
        frame.pts = start // audio.channels
        for resampled in resampler.resample(frame):
            yield from stream.encode(resampled)
    for resampled in resampler.resample(None):
        yield from stream.encode(resampled)
    yield from stream.encode(None)


def layout(audio: Audio) -> str:
    if audio.channels > 2:
        raise ValueError(f"sound with {audio.channels} channels; mono and stereo are known")
    return "mono" if audio.channels == 1 else "stereo"


if __name__ == "__main__":
    sys.exit(main())
