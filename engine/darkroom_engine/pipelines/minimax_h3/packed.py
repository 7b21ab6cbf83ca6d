"""One sequence for everything: text, then a first frame that is given, then sound, then pictures.

Every row has a place on three axes. Time counts the rows of the text, then goes on by 40 units a second, for
pictures and sound alike; height and width span 32 units, more along the longer side. Built in float64, as the
released grid is.
"""

import math
from typing import NamedTuple

import numpy
import torch

VIDEO, TEXT, SOUND = 0, 1, 2
"""What the rows are to the transformer, which has other modulations for each."""
FRAMES_PER_CHUNK, LATENTS_PER_CHUNK = 17, 5
FRAMES_PER_LATENT = (1, 4, 4, 4, 4)
FRAME_RATE, SOUND_RATE = 24, 40
"""Frames and latents of sound in a second."""
CHANNELS = 2
SPAN = 32


class Packed(NamedTuple):
    """The rows of one sequence. `video` begins with the `given` rows of a first frame."""

    positions: torch.Tensor
    tags: torch.Tensor
    text: torch.Tensor
    sound: torch.Tensor
    video: torch.Tensor
    given: int


def latent_frames(frames: int) -> int:
    """5n + 2 latents for 17n + 5 frames, and one for one."""
    return frames if frames == 1 else (frames - LATENTS_PER_CHUNK) // FRAMES_PER_CHUNK * LATENTS_PER_CHUNK + 2


def latent_sounds(frames: int) -> int:
    """Latents of sound that last as long as the frames."""
    return round(frames / FRAME_RATE * SOUND_RATE)


def pack(text_tags: torch.Tensor, frames: int, grid: tuple[int, int], sounds: int, starts: bool) -> Packed:
    """`text_tags` say of every row of the text whether it is words or a picture that was read along; `grid`
    is rows and columns of tokens in a frame; `starts`: a first frame is given.
    """
    words, area = len(text_tags), grid[0] * grid[1]
    heights, widths = spread(grid)
    frame = torch.cartesian_prod(heights, widths)
    first = at_time(torch.full((1,), float(words)), frame)[: area if starts else 0]
    text = torch.zeros(words, 3, dtype=torch.float64)
    text[:, 0] = torch.arange(words)
    video = at_time(words + frame_times(frames), frame)
    sound = torch.zeros(CHANNELS, sounds, 3, dtype=torch.float64)
    sound[..., 0] = words + torch.arange(sounds, dtype=torch.float64)
    sound[..., 2] = widths[[0, -1], None]
    parts = [text, first, sound.flatten(0, 1), video]
    indices = torch.arange(sum(len(part) for part in parts)).split([len(part) for part in parts])
    tags = [text_tags, *(torch.full((len(part),), VIDEO) for part in parts[1:])]
    tags[2] = tags[2] + SOUND
    shown = torch.cat([indices[1], indices[3]])
    return Packed(torch.cat(parts), torch.cat(tags), indices[0], indices[2], shown, len(first))


def spread(grid: tuple[int, int]) -> tuple[torch.Tensor, torch.Tensor]:
    """Places of rows and of columns around the middle: a square goes from 0 to 32, the end left out."""
    side = math.sqrt(grid[0] * grid[1])
    rows, columns = (axis(count, count / side) for count in grid)
    return rows, columns


def axis(count: int, length: float) -> torch.Tensor:
    start = (1.0 - length) / 2.0
    return torch.from_numpy(numpy.linspace(start, start + length, count, endpoint=False) * SPAN)


def frame_times(frames: int) -> torch.Tensor:
    """When each latent frame begins; the first of every five holds one frame, the others four."""
    held = [FRAMES_PER_LATENT[number % LATENTS_PER_CHUNK] for number in range(frames)]
    spans = torch.tensor([0, *held[:-1]], dtype=torch.float64) * (SOUND_RATE / FRAME_RATE)
    return spans.cumsum(0)


def at_time(times: torch.Tensor, frame: torch.Tensor) -> torch.Tensor:
    """Every place of a frame at every time, frame by frame."""
    moments = times.double().repeat_interleave(len(frame))[:, None]
    return torch.cat([moments, frame.repeat(len(times), 1)], dim=1)


def row_times(packed: Packed, video: float, sound: float, given: float) -> torch.Tensor:
    """How clean each row is, from 0 to 1. The text counts as the pictures do."""
    times = torch.full((len(packed.tags),), video, dtype=torch.float32)
    times[packed.sound] = sound
    times[packed.video[: packed.given]] = given
    return times
