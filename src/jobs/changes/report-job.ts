/** What a worker tells of a job while it runs. Each report answers how the job stands, so that no signal can be missed. */
import { and, eq, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Queries } from '../../database/database.ts';
import { preparedStatement, type RunStatement } from '../../database/prepared-statement.ts';
import { readRows } from '../../database/read-rows.ts';
import { jobEvents, jobOutputs, jobs, webhookDeliveries } from '../../database/schema.ts';
import { textArray } from '../../database/text-array.ts';
import type { JobOutput, NewJob, OutputNote } from '../job.ts';
import type { JobEpoch, JobEventBody } from '../job-event.ts';
import type { JobsContext } from '../jobs-context.ts';
import { eventBody, givenBody, givenMoment, moment, tellChange } from './tell-change.ts';
import { untilStored } from './until-stored.ts';

/** `cancel`: a client asked for it. `lost`: the job is not this process's any more. */
export type Standing = 'running' | 'cancel' | 'lost';

/** Only what happens while a job runs; states tell themselves. */
export type RunningEvent = Extract<JobEventBody, { type: 'progress' | 'preview' | 'warning' }>;

const heldRow = z.object({ cancelRequested: z.boolean() });
type HeldRow = z.infer<typeof heldRow>;

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

/** Progress of one job is told to webhooks at most so often. */
const isNews = sql`not exists (
  select 1 from ${webhookDeliveries} earlier
  where earlier.job = changed.id and earlier.event = 'progress'
    and earlier.created_at > ${givenMoment} - interval '500 milliseconds'
)`;

/** `progress` is what `status()` answers. A preview replaces the one before. */
const reportStatement = (type: RunningEvent['type']): RunStatement<HeldRow> =>
  preparedStatement(
    () =>
      tellChange({
        change: sql`
          update ${jobs} set last_event = last_event + 1
            ${type === 'progress' ? sql`, progress = ${sql.placeholder('progress')}::json` : sql``}
          where ${isHeld} returning id, last_event, cancel_requested, webhook_events`,
        event: { type, body: givenBody, at: givenMoment },
        ...(type === 'progress' ? { webhook: { event: 'progress', when: isNews } } : {}),
        after:
          type === 'preview'
            ? [
                sql`gone as (delete from ${jobEvents} where job = (select id from changed) and type = 'preview')`,
              ]
            : [],
        returning: sql`cancel_requested as "cancelRequested"`,
      }),
    heldRow,
  );

const reports = {
  progress: reportStatement('progress'),
  preview: reportStatement('preview'),
  warning: reportStatement('warning'),
} satisfies Record<RunningEvent['type'], RunStatement<HeldRow>>;

/** Store an event, if this process still runs the job. Reports come often, so each is one prepared statement. */
export async function reportEvent(context: JobsContext, id: string, body: RunningEvent): Promise<Standing> {
  const progress = body.type === 'progress' ? { progress: JSON.stringify(body.progress) } : {};
  const values = { ...held(context, id), ...progress, body: JSON.stringify(body) };
  return toStanding(await reports[body.type](context.database, values));
}

const isHeld = sql`id = ${sql.placeholder('id')} and state = 'running' and owner = ${sql.placeholder('owner')}`;

const held = ({ owner, clock }: JobsContext, id: string): { id: string; owner: string; at: string } => ({
  id,
  owner,
  at: clock().toISOString(),
});

function toStanding([row]: HeldRow[]): Standing {
  if (row === undefined) return 'lost';
  return row.cancelRequested ? 'cancel' : 'running';
}

const keepOutput = preparedStatement(
  () =>
    tellChange({
      change: sql`
        update ${jobs} set last_event = last_event + 1, engine_crashes = 0, owner_deaths = 0
        where ${isHeld} returning id, last_event, cancel_requested, webhook_events`,
      after: [
        sql`kept as (
          insert into ${jobOutputs} (job, index, output, searched, loras, recipe, recipe_key, created_at)
          select id, ${sql.placeholder('index')}::int, ${sql.placeholder('output')}::json,
            ${sql.placeholder('searched')}, ${sql.placeholder('loras')}::text[],
            ${sql.placeholder('recipe')}::json, ${sql.placeholder('recipeKey')}, ${givenMoment}
          from changed
          on conflict do nothing
        )`,
      ],
      event: { type: 'output', body: givenBody, at: givenMoment },
      webhook: { event: 'output' },
      returning: sql`cancel_requested as "cancelRequested"`,
    }),
  heldRow,
);

/**
 * Keep the output of a finished prompt, if this process still runs the job. The first one recorded for a prompt stays. It is
 * progress, so the deaths before it count no more: a long job may meet many restarts.
 */
export async function recordOutput(
  context: JobsContext,
  id: string,
  output: JobOutput,
  note: OutputNote = { searched: '', loras: [], recipe: null, recipeKey: null },
): Promise<Standing> {
  return toStanding(
    await keepOutput(context.database, {
      ...held(context, id),
      index: String(output.index),
      output: JSON.stringify(output),
      // Text columns hold no U+0000, and nobody searches for it.
      searched: note.searched.replaceAll('\0', ' ').toWellFormed(),
      loras: textArray(note.loras),
      recipe: note.recipe,
      recipeKey: note.recipeKey,
      body: JSON.stringify({ type: 'output', output } satisfies JobEventBody),
    }),
  );
}

/**
 * Tell of an epoch of a training inside the transaction that stores it, if this process still runs the job. Like an output it is
 * progress, so the deaths before it count no more.
 */
export async function recordEpoch(
  { owner, clock }: JobsContext,
  transaction: Queries,
  id: string,
  epoch: JobEpoch,
): Promise<Standing> {
  const statement = tellChange({
    change: sql`
      update ${jobs} set last_event = last_event + 1, engine_crashes = 0, owner_deaths = 0
      where id = ${id} and state = 'running' and owner = ${owner}
      returning id, last_event, cancel_requested, webhook_events`,
    event: { type: 'epoch', body: eventBody({ type: 'epoch', epoch }), at: moment(clock()) },
    returning: sql`cancel_requested as "cancelRequested"`,
  });
  return toStanding(await readRows(transaction, statement, heldRow));
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
