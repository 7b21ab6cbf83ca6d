/**
 * Carry out one move of the job machine: the row is locked, the machine is asked, and the new state is written with
 * everything that belongs to it (event, queue entry, signals) in the same transaction.
 */
import { and, eq, type SQL, sql } from 'drizzle-orm';
import type { Queries } from '../database/database.ts';
import { jobEvents, jobs } from '../database/schema.ts';
import { assertNever } from '../errors/assert-never.ts';
import { deleteEntry } from './dispatch.ts';
import { insertEvent } from './insert-event.ts';
import { isTerminal, type JobState } from './job.ts';
import type { JobEventBody } from './job-event.ts';
import { type JobMove, nextState } from './job-machine.ts';
import { errorOf, type JobRow } from './job-row.ts';
import { signalled } from './job-signals.ts';
import type { JobsContext } from './jobs-context.ts';
import { positionOf } from './queue-line.ts';

type Changes = Partial<Omit<JobRow, 'id' | 'number' | 'state' | 'lastEvent' | 'owner'>>;

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
  switch (verdict.kind) {
    case 'refuse':
      return null;
    case 'stay':
      return change(transaction, row, request.changes?.(row, row.state) ?? {});
    case 'move':
      return enter(context, transaction, row, verdict.to, request.changes?.(row, verdict.to) ?? {});
    default:
      return assertNever(verdict);
  }
}

async function enter(
  context: JobsContext,
  transaction: Queries,
  row: JobRow,
  to: JobState,
  changes: Changes,
): Promise<JobRow | null> {
  const at = context.clock();
  const set = { ...changes, ...entering(context, row, to, at), state: to };
  const next = { ...row, ...set };
  const body = to === 'queued' ? await backInLine(context, transaction, row, set) : eventOf(next);
  const told = insertEvent(row.id, next.lastEvent, body, at);
  // In one statement, as far as it goes: the row stays locked, and each statement costs.
  const parts = [
    sql`told as (${told})`,
    ...(to === 'queued' ? [] : [sql`moved as ${updateOf(transaction, row, set)}`]),
  ];
  await transaction.execute(sql`
    with ${sql.join([...parts, ...removals(row, to)], sql`, `)}
    select ${sql.join(signals(row, to), sql`, `)}`);
  await context.outbox.add(transaction, row, { sequence: next.lastEvent, body, at });
  return next;
}

type RowChanges = Partial<Omit<JobRow, 'id' | 'number'>>;

const updateOf = (transaction: Queries, row: JobRow, set: RowChanges) =>
  transaction
    .update(jobs)
    .set(set)
    .where(and(eq(jobs.id, row.id), eq(jobs.state, row.state)));

/** What goes when a job ends, as parts of a statement. */
function removals(row: JobRow, to: JobState): SQL[] {
  if (!isTerminal(to)) return [];
  return [
    sql`faded as (delete from ${jobEvents} where job = ${row.id} and type = 'preview')`,
    // A waiting entry may be held by a claim that waits for this row: see dispatch.ts.
    ...(row.state === 'running' ? [sql`removed as (${deleteEntry(row)})`] : []),
  ];
}

function signals(row: JobRow, to: JobState): SQL[] {
  return [
    signalled('job', row.id),
    ...(row.state === 'queued' || to === 'queued' ? [signalled('moved')] : []),
    ...(to === 'queued' ? [signalled('work')] : []),
  ];
}

/** Put a job back to the place that it had. Returns the event that tells which that is. */
async function backInLine(
  context: JobsContext,
  transaction: Queries,
  row: JobRow,
  set: RowChanges,
): Promise<JobEventBody> {
  await updateOf(transaction, row, set);
  await context.dispatch.putBack(row);
  return { type: 'queued', position: (await positionOf(transaction, row.id)) ?? 1 };
}

async function change(transaction: Queries, row: JobRow, changes: Changes): Promise<JobRow> {
  if (Object.keys(changes).length > 0) await updateOf(transaction, row, changes);
  return { ...row, ...changes };
}

/** What every job has that enters a state. */
function entering(context: JobsContext, row: JobRow, to: JobState, now: Date): RowChanges {
  const lastEvent = row.lastEvent + 1;
  switch (to) {
    case 'running':
      return {
        ...{ lastEvent, owner: context.owner, attempts: row.attempts + 1, startedAt: row.startedAt ?? now },
        ...{ progress: null, queuePosition: null },
      };
    case 'queued':
      return { lastEvent, owner: null, progress: null };
    case 'succeeded':
    case 'failed':
    case 'canceled':
      return { lastEvent, owner: null, progress: null, queuePosition: null, finishedAt: now };
    default:
      return assertNever(to);
  }
}

function eventOf(row: JobRow): JobEventBody {
  return row.state === 'running'
    ? { type: 'started', attempt: row.attempts }
    : { type: 'ended', state: row.state, error: errorOf(row) };
}
