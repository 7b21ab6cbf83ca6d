"""Tiles in which the trainer's low-memory preset decodes, switched on as a user of diffusers would."""

from typing import Any


def decode_in_tiles(pipeline: Any, model: str) -> None:
    """Of frames for LTX-2; of pixels for the others, whose Qwen editing reads its picture in tiles too."""
    vae = pipeline.vae
    if model.startswith("ltx2"):
        vae.tile_sample_min_num_frames = 16
        vae.tile_sample_stride_num_frames = 8
        vae.use_framewise_decoding = True
    elif model.startswith("qwen_image"):
        vae.enable_tiling()
    else:
        decode = vae.decode

        def decode_tiled(*arguments: Any, **named: Any) -> Any:
            vae.enable_tiling()
            return decode(*arguments, **named)

        vae.decode = decode_tiled
