export interface SeenProgress {
  step: number;
  loss: number | null;
  learningRate: number | null;
}

const bar = /(\d+)\/(\d+) \[[^\]\r\n]*\]?/g;

/**
 * The last progress bar of a job of `total` steps in the log of ai-toolkit, `12/250 [00:10<02:00, 1.2it/s, lr: 1.0e-04 loss: 3.2e-01]`,
 * or null: downloads and caches have bars of other totals. It is what older checkouts tell their progress by.
 */
export function lastProgress(log: string, total: number): SeenProgress | null {
  const found = [...log.matchAll(bar)].findLast(([, , of]) => Number(of) === total);
  if (found === undefined) return null;
  const [text, step] = found;
  return { step: Number(step), loss: numberAfter(text, 'loss'), learningRate: numberAfter(text, 'lr') };
}

function numberAfter(text: string, name: string): number | null {
  const [, value] = new RegExp(`${name}: ([\\d.]+(?:e[+-]?\\d+)?)`).exec(text) ?? [];
  return value === undefined ? null : Number(value);
}
