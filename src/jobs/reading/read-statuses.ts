/**
 * How jobs stand, for clients that ask often: many are read by one statement, without their tasks, and positions come from
 * the line in memory. The rest is read from the database each time, so every process answers the same, also after a crash.
 */
import { sql } from 'drizzle-orm';
import { z } from 'zod';
import { preparedStatement } from '../../database/prepared-statement.ts';
import { jobOutputs, jobs } from '../../database/schema.ts';
import { textArray } from '../../database/text-array.ts';
import { assertNever } from '../../errors/assert-never.ts';
import { sentenceSchema } from '../../errors/sentence.ts';
import { type Job, jobStates } from '../job.ts';
import type { JobProgress } from '../job-event.ts';
import { errorBodySchema } from '../job-row.ts';
import type { JobsContext } from '../jobs-context.ts';
import type { QueueLine } from '../queue/positions.ts';
import { jobProgressSchema } from './event-body.ts';

export type JobStatus = Pick<
  Job,
  'id' | 'state' | 'model' | 'keyId' | 'warnings' | 'error' | 'createdAt' | 'startedAt' | 'finishedAt'
> & {
  /** `position` is there while it waits (1 for next). Null when it has ended. */
  progress: (JobProgress & { position?: number }) | null;
};

const statusRow = z.object({
  id: z.string(),
  state: z.enum(jobStates),
  model: z.string(),
  keyId: z.string().nullable(),
  warnings: z.array(sentenceSchema),
  error: errorBodySchema.nullable(),
  createdAt: z.date(),
  startedAt: z.date().nullable(),
  finishedAt: z.date().nullable(),
  number: z.coerce.number(),
  priority: z.int(),
  progress: jobProgressSchema.nullable(),
  units: z.int(),
  done: z.int(),
});
type StatusRow = z.infer<typeof statusRow>;

const selectStatuses = preparedStatement(
  () => sql`
    select id, state, model, key_id as "keyId", warnings, error, progress, number, priority, units,
      created_at as "createdAt", started_at as "startedAt", finished_at as "finishedAt",
      case when state in ('queued', 'running') and progress is null
        then (select count(*)::int from ${jobOutputs} where job = id) else 0 end as done
    from ${jobs} where id = any(${sql.placeholder('ids')}::text[])`,
  statusRow,
);

/** One answer for each id, in their order. */
export async function readStatuses(
  { database, line }: JobsContext,
  ids: readonly string[],
): Promise<(() => JobStatus | null)[]> {
  const rows = await selectStatuses(database, { ids: textArray(ids) });
  const waiting = rows.some(({ state }) => state === 'queued') ? await line.read(0) : null;
  const found = new Map(rows.map((row) => [row.id, toStatus(row, waiting)]));
  return ids.map((id) => () => found.get(id) ?? null);
}

function toStatus(row: StatusRow, line: QueueLine | null): JobStatus {
  const { number: _number, priority: _priority, units: _units, done: _done, ...status } = row;
  return { ...status, progress: progressOf(row, line) };
}

/** Before anything was reported of an attempt, the units that earlier ones finished are all there is to tell. */
function progressOf(row: StatusRow, line: QueueLine | null): JobStatus['progress'] {
  const { units: calls, done } = row;
  const none = { call: null, calls, step: 0, total: 0, fraction: done / calls, etaSeconds: null };
  switch (row.state) {
    case 'queued':
      return { phase: 'queued', ...none, position: line?.positionOf(row) ?? 1 };
    case 'held':
      return { phase: 'held', ...none };
    case 'running':
      return row.progress ?? { phase: 'loading', ...none };
    case 'succeeded':
    case 'failed':
    case 'canceled':
      return null;
    default:
      return assertNever(row.state);
  }
}
