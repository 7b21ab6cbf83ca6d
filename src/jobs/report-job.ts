/** What a worker tells of a job while it runs. Each report answers how the job stands, so that no signal can be missed. */
import { and, eq, sql } from 'drizzle-orm';
import type { Queries } from '../database/database.ts';
import { jobEvents, jobOutputs, jobs } from '../database/schema.ts';
import { appendEvents } from './append-events.ts';
import type { JobOutput } from './job.ts';
import type { JobEventBody } from './job-event.ts';
import type { JobRow } from './job-row.ts';
import type { JobsContext } from './jobs-context.ts';

/** `cancel`: a client asked for it. `lost`: the job is not this process's any more. */
export type Standing = 'running' | 'cancel' | 'lost';

/** Only what happens while a job runs; states tell themselves. */
export type RunningEvent = Extract<JobEventBody, { type: 'progress' | 'preview' | 'warning' }>;

/** Store an event. A preview replaces the one before; progress is also what `progress()` answers. */
export function reportEvent(context: JobsContext, id: string, body: RunningEvent): Promise<Standing> {
  return context.database.transaction(async (transaction) => {
    const held = await nextEvent(
      context,
      transaction,
      id,
      body.type === 'progress' ? { progress: body.progress } : {},
    );
    if (held === null) return 'lost';
    if (body.type === 'preview') {
      await transaction.delete(jobEvents).where(and(eq(jobEvents.job, id), eq(jobEvents.type, 'preview')));
    }
    await appendEvents(transaction, id, held.lastEvent - 1, [body], context.clock());
    return held.cancelRequested ? 'cancel' : 'running';
  });
}

/** Keep the output of a finished prompt. The first one recorded for a prompt stays. */
export function recordOutput(context: JobsContext, id: string, output: JobOutput): Promise<Standing> {
  return context.database.transaction(async (transaction) => {
    const held = await nextEvent(context, transaction, id, {});
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
  changes: Partial<typeof jobs.$inferInsert>,
): Promise<Pick<JobRow, 'id' | 'lastEvent' | 'cancelRequested' | 'webhook'> | null> {
  const [held] = await transaction
    .update(jobs)
    .set({ ...changes, lastEvent: sql`${jobs.lastEvent} + 1` })
    .where(and(eq(jobs.id, id), eq(jobs.state, 'running'), eq(jobs.owner, context.owner)))
    .returning({
      id: jobs.id,
      lastEvent: jobs.lastEvent,
      cancelRequested: jobs.cancelRequested,
      webhook: jobs.webhook,
    });
  return held ?? null;
}
