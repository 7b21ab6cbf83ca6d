import type { ModelEntry } from '../catalog/define-model.ts';
import { DarkroomError } from '../errors/darkroom-error.ts';

export interface Size {
  width: number;
  height: number;
}

/**
 * The size in pixels that a prompt renders at: the model's default for a missing side, both floored to the model's divisor.
 * Throws SIZE_INVALID when a side floors to 0.
 */
export function snapSize(entry: ModelEntry, width: number | null, height: number | null): Size {
  const divisor = entry.size.divisor;
  const snap = (side: number): number => Math.floor(side / divisor) * divisor;
  const asked = { width: width ?? entry.defaults.width, height: height ?? entry.defaults.height };
  const size = { width: snap(asked.width), height: snap(asked.height) };
  if (size.width === 0 || size.height === 0) {
    throw new DarkroomError(
      'SIZE_INVALID',
      `${asked.width}×${asked.height} becomes ${size.width}×${size.height} for ${entry.id}, which rounds both sides down to a multiple of ${divisor}. Send at least ${divisor}×${divisor}.`,
      { details: { width: asked.width, height: asked.height, resolution_divisor: divisor } },
    );
  }
  return size;
}

/** Frames of a video brought onto the model's grid `step * n + offset`, never under the offset. */
export function snapFrames(entry: ModelEntry, asked: number): number {
  const grid = entry.size.frames;
  if (grid === undefined) return asked;
  const counted = grid.floored === 'count' ? asked : asked - grid.offset;
  return Math.max(0, Math.floor(counted / grid.step)) * grid.step + grid.offset;
}
