"""MiniMax-H3 as the trainer samples it, from ComfyUI's quantised files. diffusers has the networks of it, for
the checkpoint before it was pruned, and no pipeline.

`transformer.py`, `reader.py`, `video_vae.py` and `audio_vae.py` read one file each; `packed.py` lays out the
sequence that holds text, sound and pictures; `schedule.py` is the time of each step; `pipeline.py` puts them
together. Source: the trainer's minimax_h3 model.
"""

from darkroom_engine.pipelines.minimax_h3.audio_vae import MiniMaxH3AudioVae
from darkroom_engine.pipelines.minimax_h3.pipeline import MiniMaxH3Pipeline
from darkroom_engine.pipelines.minimax_h3.reader import KeyframeProcessor, MiniMaxH3Reader
from darkroom_engine.pipelines.minimax_h3.transformer import MiniMaxH3Transformer
from darkroom_engine.pipelines.minimax_h3.video_vae import MiniMaxH3VideoVae

__all__ = [
    "KeyframeProcessor",
    "MiniMaxH3AudioVae",
    "MiniMaxH3Pipeline",
    "MiniMaxH3Reader",
    "MiniMaxH3Transformer",
    "MiniMaxH3VideoVae",
]
