import type { RenderOutcome } from '../engines/engine.ts';
import { assertNever } from '../errors/assert-never.ts';
import type { Job } from '../jobs/job.ts';
import type { ProgressTracker } from './job-progress.ts';

/** How an attempt went, before anything is made of it. */
export type AttemptResult =
  | { kind: 'rendered'; outcome: RenderOutcome }
  /** Something outside of the engine went wrong. */
  | { kind: 'broken'; error: unknown };

/** What an attempt says to those who measure. */
export interface AttemptFacts {
  model: string;
  /** `broken`: something outside of the engine went wrong. */
  outcome: RenderOutcome['kind'] | 'broken';
  /** Error code of a failed one. */
  code: string | null;
  /** Null before two steps were seen. */
  secondsPerStep: number | null;
  /** Null unless it was rendered to the end. `load` is 0 when the base model was in memory, `merge` null without LoRAs. */
  seconds: { load: number; merge: number | null; render: number } | null;
}

export type ObserveAttempt = (facts: AttemptFacts) => void;

export function attemptFacts(
  { model, plan }: Job,
  result: AttemptResult,
  tracker: Pick<ProgressTracker, 'secondsPerStep'>,
): AttemptFacts {
  const facts = { model, code: null, secondsPerStep: tracker.secondsPerStep(), seconds: null };
  if (result.kind === 'broken') return { ...facts, outcome: 'broken' };
  const { outcome } = result;
  switch (outcome.kind) {
    case 'done': {
      const { load_seconds: load, adapters_seconds, render_seconds: render } = outcome.timings;
      const merge = plan.adapters.length === 0 ? null : adapters_seconds;
      return { ...facts, outcome: 'done', seconds: { load, merge, render } };
    }
    case 'failed':
      return { ...facts, outcome: 'failed', code: outcome.code };
    case 'canceled':
    case 'crashed':
      return { ...facts, outcome: outcome.kind };
    default:
      return assertNever(outcome);
  }
}
