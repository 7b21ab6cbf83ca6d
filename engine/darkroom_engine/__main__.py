"""`python -m darkroom_engine`: one engine process, driven over descriptors 3 and 4. Started by the server."""

import os
import sys

from darkroom_engine.channel import take_descriptors
from darkroom_engine.parent import die_with_parent
from darkroom_engine.quiet import set_environment
from darkroom_engine.serve import serve


def main() -> None:
    try:
        channel = take_descriptors()
    except OSError:
        sys.exit(
            "The server starts darkroom_engine, with pipes on descriptors 3 and 4. Try `darkroom serve`."
        )
    die_with_parent()
    set_environment()
    code = serve(channel)
    sys.stderr.flush()
    # Not sys.exit: threads of libraries and CUDA's teardown must not keep the process.
    os._exit(code)


if __name__ == "__main__":
    main()
