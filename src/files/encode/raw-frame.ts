import { stat } from 'node:fs/promises';
import { DarkroomError } from '../../errors/darkroom-error.ts';

/** What a `frame` report of the engine says, with the frame rate of its call. */
export interface RawFrame {
  /** Raw RGB, 8 bits a channel, rows top down, frames one after the other. */
  file: string;
  width: number;
  height: number;
  frames: number;
  /** Null for an image. */
  fps: number | null;
  /** Raw 16-bit little-endian interleaved samples. */
  audio: { file: string; rate: number; channels: number } | null;
}

/** Throws RENDER_FAILED when the file does not hold as many bytes as the frame says: half a picture must not look whole. */
export async function checkFrameSize(frame: RawFrame): Promise<void> {
  const expected = frame.width * frame.height * frame.frames * 3;
  const { size } = await stat(frame.file);
  if (size === expected) return;
  throw new DarkroomError(
    'RENDER_FAILED',
    `The engine wrote ${size} bytes for ${frame.frames} frame(s) of ${frame.width}×${frame.height}; ${expected} were expected.`,
  );
}
