"""`python -m darkroom_engine.decode_video`: all frames of a video as raw RGB, away from the device.

Reads one JSON object on stdin (see `Job`), writes `target`, and says on stdout, as JSON, how large the
frames are and how many.
"""

import sys

import av
import msgspec

from darkroom_engine.parent import die_with_parent


class Job(msgspec.Struct, forbid_unknown_fields=True):
    file: str
    target: str


class Decoded(msgspec.Struct):
    width: int
    height: int
    frames: int


def main() -> int:
    die_with_parent()
    job = msgspec.json.decode(sys.stdin.buffer.read(), type=Job)
    print(msgspec.json.encode(decode(job)).decode(), flush=True)
    return 0


def decode(job: Job) -> Decoded:
    width = height = frames = 0
    with av.open(job.file) as container, open(job.target, "wb") as target:
        for frame in container.decode(video=0):
            pixels = frame.to_ndarray(format="rgb24")
            height, width, _ = pixels.shape
            target.write(pixels.tobytes())
            frames += 1
    return Decoded(width, height, frames)


if __name__ == "__main__":
    sys.exit(main())
