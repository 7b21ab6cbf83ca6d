import type { ControlRules } from './model-form.ts';

/** Why a model cannot work from a picture of a size, said before it is sent; null when it can. */
export function pictureProblem(
  { width, height }: { width: number; height: number },
  { side, aspect }: Pick<ControlRules, 'side' | 'aspect'>,
): string | null {
  const [short, long] = [Math.min(width, height), Math.max(width, height)];
  if (short < side)
    return `it has ${width} × ${height} pixels, and this model takes sides from ${side} on. Send a larger one.`;
  if (aspect !== null && long > short * aspect)
    return `it is ${width} × ${height}, and this model takes up to ${aspect} times as long as wide. Crop it first.`;
  return null;
}
