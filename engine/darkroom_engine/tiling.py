"""Decoding in tiles, as the trainer's low-memory preset has it."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from darkroom_engine.plan import Tiling
from darkroom_engine.watching import replaced


@contextmanager
def tiled(vae: Any, tiling: Tiling | None) -> Iterator[None]:
    """While open, the VAE works in tiles as the plan says; afterwards it is as it was."""
    if tiling is None:
        yield
    elif tiling.covers == "call":
        with switched_on(vae, tiling):
            yield
    else:
        original = vae.decode

        def decode(*arguments: Any, **named: Any) -> Any:
            with switched_on(vae, tiling):
                return original(*arguments, **named)

        with replaced(vae, "decode", decode):
            yield


def switched_on(vae: Any, tiling: Tiling) -> AbstractContextManager[None]:
    """Tiles of pixels have the size that diffusers gives them; tiles of frames that of the plan."""
    if tiling.frames is None:
        return attributes(vae, use_tiling=True)
    return attributes(
        vae,
        use_framewise_decoding=True,
        tile_sample_min_num_frames=tiling.frames.size,
        tile_sample_stride_num_frames=tiling.frames.stride,
    )


@contextmanager
def attributes(owner: Any, **values: Any) -> Iterator[None]:
    before = {name: getattr(owner, name) for name in values}
    for name, value in values.items():
        setattr(owner, name, value)
    try:
        yield
    finally:
        for name, value in before.items():
            setattr(owner, name, value)
