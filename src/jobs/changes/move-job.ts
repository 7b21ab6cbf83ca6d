/**
 * Carry out one move of the job machine. The machine is asked, and the new state is written with everything that belongs to it
 * (event, webhook, signals) in one statement, which changes the row only if it is still in the state that was asked about.
 * Where it depends on more of the row than that it runs, the row is read and locked first.
 */
import { and, eq, type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Queries } from '../../database/database.ts';
import { anyRow, preparedStatement } from '../../database/prepared-statement.ts';
import { readRows } from '../../database/read-rows.ts';
import { jobEvents, jobs } from '../../database/schema.ts';
import { assertNever } from '../../errors/assert-never.ts';
import type { ErrorBody } from '../../errors/darkroom-error.ts';
import type { Sentence } from '../../errors/sentence.ts';
import { isTerminal, type JobState } from '../job.ts';
import type { JobEventBody } from '../job-event.ts';
import { type JobMove, nextState } from '../job-machine.ts';
import type { JobRow } from '../job-row.ts';
import { signalled } from '../job-signals.ts';
import type { JobsContext } from '../jobs-context.ts';
import { eventBody, givenBody, givenMoment, moment, type ToldChange, tellChange } from './tell-change.ts';

type Changes = Partial<Omit<JobRow, 'id' | 'number' | 'state' | 'lastEvent' | 'owner'>> & {
  error?: ErrorBody | null;
};

/** What becomes known of a job as it ends; what is null stays as it is. */
export interface Ending {
  result?: unknown;
  error?: ErrorBody;
  warnings?: readonly Sentence[];
}

const endStatement = preparedStatement(
  () =>
    tellChange({
      change: sql`
        update ${jobs} set state = ${sql.placeholder('to')}, last_event = last_event + 1, owner = null, progress = null,
          queue_position = null, finished_at = ${givenMoment},
          result = coalesce(${sql.placeholder('result')}::json, result),
          error = coalesce(${sql.placeholder('error')}::json, error),
          error_code = coalesce(${sql.placeholder('errorCode')}, error_code),
          warnings = coalesce(${sql.placeholder('warnings')}::json, warnings)
        where id = ${sql.placeholder('id')} and state = 'running' and owner = ${sql.placeholder('owner')}
        returning id, last_event, webhook_events`,
      ...ended(givenBody, givenMoment),
      returning: sql`changed.id`,
    }),
  anyRow,
);

/** End a job that this process runs, by a move that depends on nothing else. False when it is not its job any more. */
export async function endJob(
  { database, owner, clock }: JobsContext,
  id: string,
  move: Extract<JobMove, { type: 'finish' | 'fail' | 'stopped' }>,
  { result, error, warnings }: Ending,
): Promise<boolean> {
  const verdict = nextState('running', move);
  if (verdict.kind !== 'move') throw new Error(`A running job can always ${move.type}.`);
  const { to } = verdict;
  const rows = await endStatement(database, {
    id,
    owner,
    to,
    at: clock().toISOString(),
    result: toJson(result),
    error: toJson(error),
    warnings: toJson(warnings),
    errorCode: error?.code ?? null,
    body: JSON.stringify({ type: 'ended', state: to, error: error ?? null } satisfies JobEventBody),
  });
  return rows.length > 0;
}

const toJson = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value));

export interface MoveRequest {
  id: string;
  /** The process that must hold the job; null for moves that anyone may make. */
  owner: string | null;
  /** From what the row says, as it is locked. */
  move: (row: JobRow) => JobMove;
  /** Columns that change along with the state. */
  changes?: (row: JobRow, to: JobState) => Changes;
}

/** The job after the move; null when it does not exist, is held by another process, or the machine refuses. */
export async function moveJob(
  context: JobsContext,
  transaction: Queries,
  request: MoveRequest,
): Promise<JobRow | null> {
  const [row] = await transaction.select().from(jobs).where(eq(jobs.id, request.id)).for('update');
  if (row === undefined || (request.owner !== null && row.owner !== request.owner)) return null;
  const verdict = nextState(row.state, request.move(row));
  const to = verdict.kind === 'move' ? verdict.to : row.state;
  const changes = request.changes?.(row, to) ?? {};
  switch (verdict.kind) {
    case 'refuse':
      return null;
    case 'stay':
      if (Object.keys(changes).length > 0)
        await transaction.update(jobs).set(changes).where(eq(jobs.id, row.id));
      return { ...row, ...changes };
    case 'move': {
      const { id, state: from, owner } = row;
      await enter(context, transaction, { id, from, owner, to, changes });
      const [moved] = await transaction.select().from(jobs).where(eq(jobs.id, id));
      return moved ?? null;
    }
    default:
      return assertNever(verdict);
  }
}

interface Entry {
  id: string;
  from: JobState;
  owner: string | null;
  to: JobState;
  changes: Changes;
}

async function enter(context: JobsContext, queries: Queries, entry: Entry): Promise<boolean> {
  const { id, from, to, owner, changes } = entry;
  const at = context.clock();
  const isOurs = owner === null ? undefined : eq(jobs.owner, owner);
  const change = queries
    .update(jobs)
    .set({ ...changes, ...entering(to, at), state: to, lastEvent: sql`${jobs.lastEvent} + 1` })
    .where(and(eq(jobs.id, id), eq(jobs.state, from), isOurs))
    .returning();
  const statement = tellChange({
    change: change.getSQL(),
    ...telling(to, changes.error ?? null, moment(at)),
    signals: [
      ...(from === 'queued' || to === 'queued' ? [signalled('moved')] : []),
      ...(to === 'queued' ? [signalled('work')] : []),
    ],
    returning: sql`changed.id`,
  });
  const rows = await readRows(queries, statement, z.object({ id: z.string() }));
  return rows.length > 0;
}

/** A job that is put back has the place that it had: those in front are more urgent, or were accepted earlier. */
const backInLine = sql`json_build_object('type', 'queued', 'position', 1
  + (select count(*) from ${jobs} as other where other.state = 'queued' and other.priority > changed.priority)
  + (select count(*) from ${jobs} as other where other.state = 'queued' and other.priority = changed.priority
      and other.number < changed.number))`;

function telling(to: JobState, error: ErrorBody | null, at: SQL): Telling {
  if (to === 'held') return { event: { type: 'held', body: eventBody({ type: 'held' }), at } };
  if (!isTerminal(to)) return { event: { type: 'queued', body: backInLine, at } };
  return ended(eventBody({ type: 'ended', state: to, error }), at);
}

type Telling = Pick<ToldChange, 'event' | 'webhook' | 'after'>;

const ended = (body: SQL, at: SQL): Telling => ({
  event: { type: 'ended', body, at },
  webhook: { event: 'completed' },
  after: [sql`faded as (delete from ${jobEvents} where job = (select id from changed) and type = 'preview')`],
});

type Entering = Pick<JobRow, 'owner' | 'progress'> & Partial<Pick<JobRow, 'queuePosition' | 'finishedAt'>>;

/** What every job has that leaves a worker, or the queue for good. */
function entering(to: JobState, now: Date): Entering {
  if (!isTerminal(to)) return { owner: null, progress: null };
  return { owner: null, progress: null, queuePosition: null, finishedAt: now };
}
