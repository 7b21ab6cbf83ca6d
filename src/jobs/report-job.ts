/** What a worker tells of a job while it runs. Each report answers how the job stands, so that no signal can be missed. */
import { and, eq, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Queries } from '../database/database.ts';
import { readRows } from '../database/read-rows.ts';
import { jobEvents, jobOutputs, jobs } from '../database/schema.ts';
import { appendEvents } from './append-events.ts';
import type { JobOutput } from './job.ts';
import type { JobEventBody } from './job-event.ts';
import type { JobRow } from './job-row.ts';
import { signalled } from './job-signals.ts';
import type { JobsContext } from './jobs-context.ts';

/** `cancel`: a client asked for it. `lost`: the job is not this process's any more. */
export type Standing = 'running' | 'cancel' | 'lost';

/** Only what happens while a job runs; states tell themselves. */
export type RunningEvent = Extract<JobEventBody, { type: 'progress' | 'preview' | 'warning' }>;

const heldRow = z.object({ cancelRequested: z.boolean() });

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

/** Keep the output of a finished prompt. The first one recorded for a prompt stays. */
export function recordOutput(context: JobsContext, id: string, output: JobOutput): Promise<Standing> {
  return context.database.transaction(async (transaction) => {
    const held = await nextEvent(context, transaction, id);
    if (held === null) return 'lost';
    await transaction
      .insert(jobOutputs)
      .values({ job: id, index: output.index, output })
      .onConflictDoNothing();
    const body: JobEventBody = { type: 'output', output };
    const at = context.clock();
    await appendEvents(transaction, id, held.lastEvent - 1, [body], at);
    await context.outbox.add(transaction, held, { sequence: held.lastEvent, body, at });
    return held.cancelRequested ? 'cancel' : 'running';
  });
}

/** Count one event on, if this process still runs the job; the row stays locked for the transaction. */
async function nextEvent(
  context: JobsContext,
  transaction: Queries,
  id: string,
): Promise<Pick<JobRow, 'id' | 'lastEvent' | 'cancelRequested' | 'webhook'> | null> {
  const [held] = await transaction
    .update(jobs)
    .set({ lastEvent: sql`${jobs.lastEvent} + 1` })
    .where(and(eq(jobs.id, id), eq(jobs.state, 'running'), eq(jobs.owner, context.owner)))
    .returning({
      id: jobs.id,
      lastEvent: jobs.lastEvent,
      cancelRequested: jobs.cancelRequested,
      webhook: jobs.webhook,
    });
  return held ?? null;
}
