"""`python -m darkroom_engine.first_frame`: the first frame of a video as a PNG, away from the device.

Reads one JSON object on stdin (see `Job`) and writes `target`.
"""

import sys

import av
import msgspec

from darkroom_engine.parent import die_with_parent


class Job(msgspec.Struct, forbid_unknown_fields=True):
    file: str
    target: str


def main() -> int:
    die_with_parent()
    job = msgspec.json.decode(sys.stdin.buffer.read(), type=Job)
    with av.open(job.file) as container:
        frame = next(container.decode(video=0))
        frame.to_image().save(job.target, format="PNG")
    return 0


if __name__ == "__main__":
    sys.exit(main())
