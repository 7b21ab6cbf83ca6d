/** How long pictures will take, from how long others took. */

export interface MeasuredPicture {
  seconds: number;
  /** Steps times pixels times frames. */
  work: number;
}

export interface SecondsEstimate {
  low: number;
  likely: number;
  high: number;
  /** `measured`: from pictures of this model that this server has made; else a guess that may be far off. */
  source: 'measured' | 'guess';
  /** Pictures that it is measured from. */
  samples: number;
}

/** Seconds for a step of a pixel, between a fast GPU with a small model and a CPU with a large one. */
const guessed = { low: 2e-7, likely: 1e-6, high: 2e-5 } as const;

/** For these works on one device, with the seconds for loading and merging besides. */
export function estimateSeconds(
  works: readonly number[],
  measured: readonly MeasuredPicture[],
  overheads: { load: number; merge: number },
): SecondsEstimate {
  const work = works.reduce((total, one) => total + one, 0);
  const rates = measured
    .filter((one) => one.work > 0 && one.seconds > 0)
    .map((one) => one.seconds / one.work)
    .sort((a, b) => a - b);
  const isMeasured = rates.length > 0;
  const at = (share: number): number =>
    rates[Math.min(rates.length - 1, Math.floor(rates.length * share))] ?? 0;
  const rate = isMeasured ? { low: at(0.1), likely: at(0.5), high: at(0.9) } : guessed;
  const besides = works.length === 0 ? 0 : overheads.load + overheads.merge;
  return {
    low: rounded(work * rate.low + (works.length === 0 ? 0 : overheads.merge)),
    likely: rounded(work * rate.likely + besides),
    high: rounded(work * rate.high + besides),
    source: isMeasured ? 'measured' : 'guess',
    samples: rates.length,
  };
}

const rounded = (seconds: number): number => Math.round(seconds * 10) / 10;
