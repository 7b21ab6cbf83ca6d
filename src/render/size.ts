import type { ModelEntry } from '../catalog/define-model.ts';
import { DarkroomError } from '../errors/darkroom-error.ts';

export interface Size {
  width: number;
  height: number;
}

/**
 * The size in pixels that a prompt renders at: the model's default for a missing side, brought to the model's area where it
 * has one, both sides floored to the model's divisor. Throws SIZE_INVALID when a side floors to 0 or the model cannot make
 * that many pixels.
 */
export function snapSize(entry: ModelEntry, width: number | null, height: number | null): Size {
  const { divisor, area, maximum_area } = entry.size;
  const asked = { width: width ?? entry.defaults.width, height: height ?? entry.defaults.height };
  const size = floorSides(area === undefined ? asked : scaleToArea(asked, area), divisor);
  if (size.width === 0 || size.height === 0) {
    throw new DarkroomError(
      'SIZE_INVALID',
      `${asked.width}×${asked.height} becomes ${size.width}×${size.height} for ${entry.id}, which rounds both sides down to a multiple of ${divisor}. Send at least ${divisor}×${divisor}.`,
      { details: { width: asked.width, height: asked.height, resolutionDivisor: divisor } },
    );
  }
  if (maximum_area !== undefined && size.width * size.height > maximum_area)
    throw tooLarge(entry, size, maximum_area);
  return size;
}

function floorSides({ width, height }: Size, divisor: number): Size {
  const floor = (side: number): number => Math.floor(side / divisor) * divisor;
  return { width: floor(width), height: floor(height) };
}

/** The shape of `asked` with `area` pixels, not yet whole. The trainer has floored both sides to 8 before it scales them. */
function scaleToArea(asked: Size, area: number): Size {
  const { width, height } = floorSides(asked, 8);
  if (width === 0 || height === 0) return { width, height };
  const scale = Math.sqrt(area / (width * height));
  return { width: width * scale, height: height * scale };
}

function tooLarge(entry: ModelEntry, { width, height }: Size, maximum: number): DarkroomError {
  const side = Math.floor(Math.sqrt(maximum));
  return new DarkroomError(
    'SIZE_INVALID',
    `${width}×${height} has ${width * height} pixels and ${entry.id} takes up to ${maximum}, such as ${side}×${side}. Send a smaller width or height.`,
    { details: { width, height, maximumPixels: maximum } },
  );
}

/**
 * The size that control images are stretched to: `output`, or what was asked for in multiples of the entry's own divisor
 * for them, where the trainer stretches before it floors the output.
 */
export function stretchedSize(
  { control_images, defaults }: ModelEntry,
  width: number | null,
  height: number | null,
  output: Size,
): Size {
  const { divisor } = control_images.resize;
  if (divisor === undefined) return output;
  return floorSides({ width: width ?? defaults.width, height: height ?? defaults.height }, divisor);
}

/** Frames of a video brought onto the model's grid `step * n + offset`, never under the offset; or one of a picture. */
export function snapFrames(entry: ModelEntry, asked: number): number {
  const grid = entry.size.frames;
  if (grid === undefined || (grid.still && asked === 1)) return asked;
  const counted = grid.floored === 'count' ? asked : asked - grid.offset;
  return Math.max(0, Math.floor(counted / grid.step)) * grid.step + grid.offset;
}
