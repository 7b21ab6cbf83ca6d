import type { Figures } from './figures.ts';

/** From best to worst. `rounding`: apart by no more than what another device or library does to the same picture. */
export const grades = ['identical', 'rounding', 'same_picture', 'different'] as const;
export type Grade = (typeof grades)[number];

export function gradeOf({ largest, psnr, ssim, hashDistance }: Figures): Grade {
  if (largest === 0) return 'identical';
  if (psnr !== null && psnr >= 40 && ssim >= 0.98) return 'rounding';
  return ssim >= 0.85 && hashDistance <= 8 ? 'same_picture' : 'different';
}

/** Positive where the first is the better one. */
export const gradesApart = (one: Grade, other: Grade): number => grades.indexOf(other) - grades.indexOf(one);
