/** Frames of a video: a model makes `offset + n * step` of them. */

export interface FrameGrid {
  step: number;
  offset: number;
  /** Whether what is asked for is floored as it is, and the offset comes on top. */
  countsAll: boolean;
  /** Whether one frame stays one: a picture. */
  still: boolean;
}

/** How many the server makes where so many are asked for. */
export function snappedFrames(asked: number, { step, offset, countsAll, still }: FrameGrid): number {
  if (step <= 1 || (still && asked === 1)) return asked;
  const counted = countsAll ? asked : asked - offset;
  return Math.max(0, Math.floor(counted / step)) * step + offset;
}

/** What becomes of a number of frames, in words. */
export function framesNote(asked: number, grid: FrameGrid, rate: number): string {
  const made = snappedFrames(asked, grid);
  const seconds = rate > 0 ? `${(made / rate).toFixed(1)} s at ${rate} frames a second` : '';
  if (made === asked) return seconds;
  const rule = `${asked} becomes ${made}: ${grid.step} × n + ${grid.offset}`;
  return seconds === '' ? rule : `${rule}. ${seconds}`;
}
