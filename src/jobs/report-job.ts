/** What a worker tells of a job while it runs. Each report answers how the job stands, so that no signal can be missed. */
import { and, eq, sql } from 'drizzle-orm';
import { z } from 'zod';
import { readRows } from '../database/read-rows.ts';
import { jobEvents, jobOutputs, jobs } from '../database/schema.ts';
import type { JobOutput } from './job.ts';
import type { JobEventBody } from './job-event.ts';
import { signalled } from './job-signals.ts';
import type { JobsContext } from './jobs-context.ts';
import { untilStored } from './until-stored.ts';

/** `cancel`: a client asked for it. `lost`: the job is not this process's any more. */
export type Standing = 'running' | 'cancel' | 'lost';

/** Only what happens while a job runs; states tell themselves. */
export type RunningEvent = Extract<JobEventBody, { type: 'progress' | 'preview' | 'warning' }>;

const heldRow = z.object({ cancelRequested: z.boolean() });

/** How the job stands for this process, as the database has it. */
export async function standingOf({ database, owner }: JobsContext, id: string): Promise<Standing> {
  const [held] = await database.queries
    .select({ cancelRequested: jobs.cancelRequested })
    .from(jobs)
    .where(and(eq(jobs.id, id), eq(jobs.state, 'running'), eq(jobs.owner, owner)));
  if (held === undefined) return 'lost';
  return held.cancelRequested ? 'cancel' : 'running';
}

/**
 * Call back when the job is to be stopped. A signal says only that somebody should look, and after a lost connection everybody
 * is told to look, so what was asked is read each time, again and again while the database is away. Returns how to end it.
 */
export function watchStanding(
  context: JobsContext,
  id: string,
  onStop: (standing: Exclude<Standing, 'running'>) => void,
): () => void {
  const ended = new AbortController();
  const look = async (): Promise<void> => {
    const standing = await untilStored(() => standingOf(context, id), context.log, ended.signal);
    if (standing !== 'running' && !ended.signal.aborted) onStop(standing);
  };
  const unsubscribe = context.signals.subscribe('cancel', id, () => void look().catch(() => {}));
  return () => {
    unsubscribe();
    ended.abort();
  };
}

/**
 * Store an event, if this process still runs the job. A preview replaces the one before; progress is also what `status()`
 * answers. Reports come often, so each is one statement.
 */
export async function reportEvent(
  { database, owner, clock }: JobsContext,
  id: string,
  body: RunningEvent,
): Promise<Standing> {
  const text = JSON.stringify(body);
  const progress = body.type === 'progress' ? sql`${JSON.stringify(body.progress)}::json` : sql`progress`;
  const replaced =
    body.type === 'preview'
      ? sql`gone as (delete from ${jobEvents} where job = (select id from held) and type = 'preview'),`
      : sql``;
  const [held] = await readRows(
    database.queries,
    sql`
    with held as (
      update ${jobs} set last_event = last_event + 1, progress = ${progress}
      where id = ${id} and state = 'running' and owner = ${owner}
      returning id, last_event, cancel_requested
    ), ${replaced} told as (
      insert into ${jobEvents} (job, sequence, type, body, at)
      select id, last_event, ${body.type}, ${text}::json, ${clock().toISOString()}::timestamptz from held
    )
    select cancel_requested as "cancelRequested", ${signalled('job', id)} as told from held`,
    heldRow,
  );
  if (held === undefined) return 'lost';
  return held.cancelRequested ? 'cancel' : 'running';
}

const keptRow = heldRow.extend({ id: z.string(), lastEvent: z.int(), webhook: z.unknown() });

/**
 * Keep the output of a finished prompt, if this process still runs the job. The first one recorded for a prompt stays. It is
 * progress, so the deaths before it count no more: a long job may meet many restarts.
 */
export function recordOutput(context: JobsContext, id: string, output: JobOutput): Promise<Standing> {
  const body: JobEventBody = { type: 'output', output };
  const at = context.clock();
  return context.database.transaction(async (transaction) => {
    const [held] = await readRows(
      transaction,
      sql`
      with held as (
        update ${jobs} set last_event = last_event + 1, engine_crashes = 0, owner_deaths = 0
        where id = ${id} and state = 'running' and owner = ${context.owner}
        returning id, last_event, cancel_requested, webhook
      ), kept as (
        insert into ${jobOutputs} (job, index, output)
        select id, ${output.index}::int, ${JSON.stringify(output)}::json from held
        on conflict do nothing
      ), told as (
        insert into ${jobEvents} (job, sequence, type, body, at)
        select id, last_event, 'output', ${JSON.stringify(body)}::json, ${at.toISOString()}::timestamptz from held
      )
      select id, last_event as "lastEvent", webhook, cancel_requested as "cancelRequested", ${signalled('job', id)} as told
      from held`,
      keptRow,
    );
    if (held === undefined) return 'lost';
    await context.outbox.add(transaction, held, { sequence: held.lastEvent, body, at });
    return held.cancelRequested ? 'cancel' : 'running';
  });
}
