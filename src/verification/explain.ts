/**
 * Why previews and renders differ. Things are tried on the worst picture, one at a time; what lifts its grade is then tried on the next
 * ones, and named with how often it did. What lifts nothing is ruled out.
 */
import { type Grade, grades } from '../pictures/compare/grade.ts';
import { type KnobContext, type Trial, trialsOf, widerTrials } from './knobs.ts';
import type { Cell } from './match-pairs.ts';
import type { Rendering } from './render-previews.ts';
import type { Cause } from './verification-task.ts';

/** A preview that did not pass. */
export interface Failed {
  cell: Cell;
  grade: Grade;
  psnr: number | null;
  context: KnobContext;
}

/** How well one thing that was tried fits a preview; null where it could not be rendered. */
export type Judge = (
  tried: readonly { cell: Cell; rendering: Rendering }[],
) => Promise<({ grade: Grade; psnr: number } | null)[]>;

export interface Explanation {
  causes: Cause[];
  ruledOut: string[];
}

const mostPictures = 3;
const quickBudget = 12;
/** Of a full explanation, tried together. */
const fullBudget = 240;
const batch = 10;

/** `failed`: the worst first. */
export async function explain(
  failed: readonly Failed[],
  depth: 'quick' | 'full',
  judge: Judge,
): Promise<Explanation> {
  const [worst, ...more] = failed.slice(0, mostPictures);
  if (worst === undefined) return { causes: [], ruledOut: [] };
  const likely = trialsOf(worst.cell, worst.context);
  const all = depth === 'full' ? withWider(likely, worst) : likely;
  const budget = depth === 'full' ? fullBudget : quickBudget - more.length;
  const tried: Trial[] = [];
  for (let start = 0; start < Math.min(all.length, budget); start += batch) {
    const trials = all.slice(start, Math.min(start + batch, budget));
    tried.push(...trials);
    const best = await bestOf(trials, worst, judge);
    if (best === null) continue;
    const cause = await confirmed(best, [worst, ...more], judge);
    return { causes: [cause], ruledOut: shownOut(tried, best.trial) };
  }
  return { causes: [], ruledOut: shownOut(tried, null) };
}

function withWider(likely: readonly Trial[], { cell, context }: Failed): Trial[] {
  const known = new Set(likely.map(({ knob, found }) => `${knob} ${found}`));
  return [
    ...likely,
    ...widerTrials(cell, context).filter(({ knob, found }) => !known.has(`${knob} ${found}`)),
  ];
}

interface Lifting {
  trial: Trial;
  grade: Grade;
  psnr: number;
}

const rank = (grade: Grade): number => grades.indexOf(grade);

/** The one that fits best, of those that lift the grade. */
async function bestOf(
  trials: readonly Trial[],
  { cell, grade }: Failed,
  judge: Judge,
): Promise<Lifting | null> {
  const judged = await judge(trials.map(({ rendering }) => ({ cell, rendering })));
  const lifting = trials.flatMap((trial, index): Lifting[] => {
    const result = judged[index];
    return result == null || rank(result.grade) >= rank(grade) ? [] : [{ trial, ...result }];
  });
  const [best] = lifting.toSorted((a, b) => rank(a.grade) - rank(b.grade) || b.psnr - a.psnr);
  return best ?? null;
}

/** The same change to the other pictures. */
async function confirmed(best: Lifting, failed: readonly Failed[], judge: Judge): Promise<Cause> {
  const [worst, ...others] = failed;
  const { knob, configured, found } = best.trial;
  const same = others.flatMap((one) => {
    const trial = [...trialsOf(one.cell, one.context), ...widerTrials(one.cell, one.context)].find((other) =>
      isSameChange(other, best.trial, one.cell, worst?.cell),
    );
    return trial === undefined ? [] : [{ one, trial }];
  });
  const judged = await judge(same.map(({ one, trial }) => ({ cell: one.cell, rendering: trial.rendering })));
  const lifted = same.flatMap(({ one }, index) => {
    const result = judged[index];
    return result != null && rank(result.grade) < rank(one.grade)
      ? [{ before: one.psnr, after: result.psnr }]
      : [];
  });
  const pairs = [{ before: worst?.psnr ?? null, after: best.psnr }, ...lifted];
  const before = pairs.some((pair) => pair.before === null)
    ? null
    : mean(pairs.map((pair) => pair.before ?? 0));
  const after = mean(pairs.map((pair) => pair.after));
  const counts = `${pairs.length} of ${same.length + 1}`;
  const figures =
    before === null ? `to ${after.toFixed(1)} dB` : `${before.toFixed(1)} to ${after.toFixed(1)} dB`;
  return {
    ...{ knob, configured, found, lifted: pairs.length, tried: same.length + 1, before, after },
    sentence: `${knob} ${found} instead of ${configured}: ${figures} in ${counts}`,
  };
}

/** Seeds go up with the index of the prompt, and LoRAs with the step; all else is the same value. */
function isSameChange(other: Trial, trial: Trial, cell: Cell, first: Cell | undefined): boolean {
  if (other.knob !== trial.knob) return false;
  if (trial.knob === 'size' || other.found === trial.found) return true;
  if (trial.knob !== 'seed' || first === undefined) return false;
  return Number(other.found) - Number(trial.found) === cell.index - first.index;
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** One line for each knob with what was tried of it. */
function shownOut(tried: readonly Trial[], cause: Trial | null): string[] {
  const others = tried.filter(({ knob }) => knob !== cause?.knob);
  const byKnob = Map.groupBy(others, ({ knob }) => knob);
  return [...byKnob].map(([knob, trials]) => {
    const values = trials.map(({ found }) => found);
    const few =
      values.length > 6
        ? `${values.slice(0, 6).join(', ')} and ${values.length - 6} more`
        : values.join(', ');
    return `${knob}: ${few}`;
  });
}
