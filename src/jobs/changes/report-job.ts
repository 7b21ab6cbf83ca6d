/** What a worker tells of a job while it runs. Each report answers how the job stands, so that no signal can be missed. */
import { and, eq, type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import { readRows } from '../../database/read-rows.ts';
import { jobEvents, jobOutputs, jobs } from '../../database/schema.ts';
import type { JobOutput, NewJob } from '../job.ts';
import type { JobEventBody } from '../job-event.ts';
import type { JobsContext } from '../jobs-context.ts';
import { eventBody, tellChange } from './tell-change.ts';
import { untilStored } from './until-stored.ts';

/** `cancel`: a client asked for it. `lost`: the job is not this process's any more. */
export type Standing = 'running' | 'cancel' | 'lost';

/** Only what happens while a job runs; states tell themselves. */
export type RunningEvent = Extract<JobEventBody, { type: 'progress' | 'preview' | 'warning' }>;

const heldRow = z.object({ cancelRequested: z.boolean() });

/** How the job stands for this process, as the database has it. */
export async function standingOf({ database, owner }: JobsContext, id: string): Promise<Standing> {
  return toStanding(
    await database.queries
      .select({ cancelRequested: jobs.cancelRequested })
      .from(jobs)
      .where(and(eq(jobs.id, id), eq(jobs.state, 'running'), eq(jobs.owner, owner))),
  );
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
  const progress = body.type === 'progress' ? sql`${JSON.stringify(body.progress)}::json` : sql`progress`;
  const replaced = sql`gone as (delete from ${jobEvents} where job = ${id} and type = 'preview')`;
  const statement = tellChange({
    change: sql`
      update ${jobs} set last_event = last_event + 1, progress = ${progress}
      where ${isHeld(id, owner)} returning id, last_event, cancel_requested, webhook_events`,
    event: { type: body.type, body: eventBody(body), at: clock() },
    after: body.type === 'preview' ? [replaced] : [],
    returning: sql`cancel_requested as "cancelRequested"`,
  });
  return toStanding(await readRows(database.queries, statement, heldRow));
}

const isHeld = (id: string, owner: string): SQL => sql`id = ${id} and state = 'running' and owner = ${owner}`;

function toStanding([held]: z.infer<typeof heldRow>[]): Standing {
  if (held === undefined) return 'lost';
  return held.cancelRequested ? 'cancel' : 'running';
}

/**
 * Keep the output of a finished prompt, if this process still runs the job. The first one recorded for a prompt stays. It is
 * progress, so the deaths before it count no more: a long job may meet many restarts.
 */
export async function recordOutput(
  { database, owner, clock }: JobsContext,
  id: string,
  output: JobOutput,
): Promise<Standing> {
  const statement = tellChange({
    change: sql`
      update ${jobs} set last_event = last_event + 1, engine_crashes = 0, owner_deaths = 0
      where ${isHeld(id, owner)} returning id, last_event, cancel_requested, webhook_events`,
    after: [
      sql`kept as (
        insert into ${jobOutputs} (job, index, output)
        select id, ${output.index}::int, ${JSON.stringify(output)}::json from changed
        on conflict do nothing
      )`,
    ],
    event: { type: 'output', body: eventBody({ type: 'output', output }), at: clock() },
    webhook: { event: 'output' },
    returning: sql`cancel_requested as "cancelRequested"`,
  });
  return toStanding(await readRows(database.queries, statement, heldRow));
}

/**
 * Keep what was learned of the task of a job that this process runs, such as hashes of files that had to be downloaded first:
 * answers show it, a later attempt takes the same bytes, and caches know what is in use.
 */
export async function learnTask(
  { database, owner }: JobsContext,
  id: string,
  { task, needs }: Pick<NewJob, 'task' | 'needs'>,
): Promise<void> {
  await database.queries
    .update(jobs)
    .set({ task, needs })
    .where(and(eq(jobs.id, id), eq(jobs.state, 'running'), eq(jobs.owner, owner)));
}
