"""The sound of a video pipeline, as 16-bit samples."""

from pathlib import Path
from typing import Any

import torch

from darkroom_engine.frames import write_whole
from darkroom_engine.messages import Audio


def write_audio(pipeline: Any, output: Any, file: Path) -> Audio | None:
    """Write the call's sound and say what it is; None when the pipeline makes none.

    The waveform is float in -1..1, shape (batch, channels, samples) or (batch, samples); the rate is the
    vocoder's.
    """
    waveform = getattr(output, "audio", None)
    vocoder = getattr(pipeline, "vocoder", None)
    if waveform is None or vocoder is None:
        return None
    samples = torch.as_tensor(waveform)[0].detach().float().cpu()
    samples = samples.unsqueeze(0) if samples.ndim == 1 else samples
    pcm = (samples.clamp(-1, 1) * 32767).round().to(torch.int16).T.contiguous()
    write_whole(file, [pcm.numpy().astype("<i2").tobytes()])
    return Audio(file=str(file), rate=int(vocoder.config.output_sampling_rate), channels=samples.shape[0])
