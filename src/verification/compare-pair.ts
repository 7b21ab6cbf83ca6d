import { type Figures, figuresOf } from '../pictures/compare/figures.ts';
import { type Grade, gradeOf } from '../pictures/compare/grade.ts';
import { decodePixels, type Pixels, sameSize } from '../pictures/compare/pixels.ts';
import { encodeAlike } from './encode-alike.ts';
import type { Rendered } from './render-previews.ts';

export type DecodeVideo = (bytes: Uint8Array, signal: AbortSignal) => Promise<Pixels>;

export interface Compared {
  grade: Grade;
  /** Null where the sizes differ. */
  figures: Figures | null;
  theirs: Pixels;
  /** As encoded alike, where the sizes are the same. */
  ours: Pixels;
}

/** Throws what sharp throws for a sample that is damaged or half written. */
export async function comparePair(
  theirs: Uint8Array,
  rendered: Extract<Rendered, { kind: 'done' }>,
  { decodeVideo, signal }: { decodeVideo: DecodeVideo; signal: AbortSignal },
): Promise<Compared> {
  const them = await decodePixels(theirs);
  const { bytes, format } = rendered;
  const own = format === 'mp4' ? await decodeVideo(bytes, signal) : await decodePixels(bytes);
  if (!sameSize(them, own)) return { grade: 'different', figures: null, theirs: them, ours: own };
  const ours = await encodeAlike(own, theirs);
  const figures = figuresOf(them, ours);
  return { grade: gradeOf(figures), figures, theirs: them, ours };
}

/** Null for a file that is damaged. */
export async function sizeOfSample(theirs: Uint8Array): Promise<{ width: number; height: number } | null> {
  return decodePixels(theirs).catch(() => null);
}
