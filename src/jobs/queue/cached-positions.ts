/**
 * The line of waiting jobs, kept in memory, so that accepting and telling positions cost the same however many wait.
 *
 * What this process lets in joins the line when it is committed. Whatever else changes the line is told by the signal `moved`
 * (a job left the line or came back to it) or, on a Postgres that other processes write to, not told at all; the line is
 * then counted anew. Counting takes as long as the line is long, so a long one is counted again only after a while in
 * proportion: a position in a line of 10,000 may be a second old, one in a line of 1,000 never is. A line that seems full is
 * always counted first.
 */
import type { Database } from '../../database/database.ts';
import type { JobSignals } from '../job-signals.ts';
import { type Place, type QueueLine, queueLine } from './positions.ts';

export interface KeptLine {
  /** The line, with room for `wanted` more or else counted just now. */
  read(wanted: number): Promise<QueueLine>;
  /** What was just committed. */
  admit(places: readonly Place[]): void;
}

const shortLine = 1_000;
const staleSecondsPerJob = 0.0001;

export function keepLine(options: {
  database: Pick<Database, 'kind' | 'prepare'>;
  signals: JobSignals;
  /** MAX_QUEUE. */
  limit: number;
  seconds: () => number;
}): KeptLine {
  const { database, signals, limit, seconds } = options;
  let kept: { line: QueueLine; at: number } | null = null;
  let hasMoved = false;
  signals.subscribe('moved', '', () => {
    hasMoved = true;
  });

  function isGood(line: QueueLine, at: number, wanted: number): boolean {
    if (line.length + wanted > limit) return false;
    if (!hasMoved && database.kind === 'pglite') return true;
    return line.length > shortLine && seconds() - at < line.length * staleSecondsPerJob;
  }

  return {
    read: async (wanted) => {
      if (kept !== null && isGood(kept.line, kept.at, wanted)) return kept.line;
      hasMoved = false;
      kept = { line: await queueLine(database), at: seconds() };
      return kept.line;
    },
    // A count under way was asked for before the commit that lets these in, and comes back before it does.
    admit: (places) => kept?.line.admit(places),
  };
}
