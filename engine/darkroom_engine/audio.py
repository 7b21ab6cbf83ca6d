"""The sound of a video pipeline, as 16-bit samples."""

from pathlib import Path
from typing import Any

import torch

from darkroom_engine.frames import write_whole
from darkroom_engine.messages import Audio


def write_audio(pipeline: Any, output: Any, file: Path) -> Audio | None:
    """Write the call's sound and say what it is; None when the pipeline makes none.

    The waveform is float in -1..1, shape (batch, channels, samples) or (batch, samples).
    """
    waveform = getattr(output, "audio", None)
    rate = sampling_rate(pipeline, output)
    if waveform is None or rate is None:
        return None
    samples = torch.as_tensor(waveform)[0].detach().float().cpu()
    samples = samples.unsqueeze(0) if samples.ndim == 1 else samples
    pcm = (samples.clamp(-1, 1) * 32767).round().to(torch.int16).T.contiguous()
    write_whole(file, [pcm.numpy().astype("<i2").tobytes()])
    return Audio(file=str(file), rate=rate, channels=samples.shape[0])


def sampling_rate(pipeline: Any, output: Any) -> int | None:
    """Samples a second: what the output says, else the vocoder's; None where there is neither."""
    if (rate := getattr(output, "audio_rate", None)) is not None:
        return int(rate)
    vocoder = getattr(pipeline, "vocoder", None)
    return None if vocoder is None else int(vocoder.config.output_sampling_rate)
