/**
 * What signals have brought of one job, for whoever follows it:
 *
 *   an event with the next number     is told as it is
 *   an event that was told already    is passed over
 *   anything else                     ends `after`: the database knows what is missing
 */
import { z } from 'zod';
import { createBell } from '../bell.ts';
import { eventBodySchema } from './event-body.ts';

/** Looking without a signal is only for what a lost connection swallowed. */
const lookAgainMs = 15_000;
/** A client that reads slowly reads the rest from the database. */
const mostKept = 100;

const broughtSchema = z.object({
  sequence: z.int(),
  at: z.string().transform((text) => new Date(text)),
  body: eventBodySchema,
});
export type BroughtEvent = z.infer<typeof broughtSchema>;

export interface EventNews {
  /** Takes what a signal carries: an event, or nothing. */
  heard(carried: string): void;
  /** The events that follow this one without a gap, as they come. Ends when the database has to be asked, or at the abort. */
  after(sequence: number): AsyncGenerator<BroughtEvent>;
}

export function openEventNews(signal: AbortSignal): EventNews {
  let kept: BroughtEvent[] = [];
  let hasMissed = false;
  const bell = createBell();
  return {
    heard: (carried) => {
      if (carried === '' || kept.length === mostKept) hasMissed = true;
      else kept.push(broughtSchema.parse(JSON.parse(carried)));
      bell.ring();
    },
    async *after(sequence) {
      let last = sequence;
      while (!signal.aborted) {
        const rings = bell.rings();
        const next = kept.shift();
        if (next !== undefined && next.sequence <= last) continue;
        if (next !== undefined && next.sequence === last + 1) {
          last = next.sequence;
          yield next;
          continue;
        }
        if (next !== undefined || hasMissed) {
          kept = [];
          hasMissed = false;
          return;
        }
        if (!(await bell.wait(rings, lookAgainMs, signal))) return;
      }
    },
  };
}
