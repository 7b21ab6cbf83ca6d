/**
 * Accept a group of jobs in one statement: row and first event of each are on disk together, or none is. What is
 * read before decides who may come in; that nobody comes in twice is for the indexes, so it takes no transaction.
 *
 * A job that carries an idempotency key is accepted once for each API key: the same body again answers with the first job,
 * another body is refused. The unique index decides when two arrive at the same moment, in this process or another.
 */
import type { Queries } from '../../database/database.ts';
import { DarkroomError } from '../../errors/darkroom-error.ts';
import type { Job, NewJob } from '../job.ts';
import { kindNamed } from '../job-kind.ts';
import type { JobsContext } from '../jobs-context.ts';
import { findReplays, idempotencyName, type Replay, replayOf } from './find-replays.ts';
import { insertJobs, insertJobsWithin, type PlacedJob } from './insert-jobs.ts';
import { beyondShare } from './key-share.ts';
import type { QueueLine } from './positions.ts';
import { queueFull } from './queue-full.ts';

export interface Accepted {
  job: Job;
  /** 1 is next. A replayed job that waits no more has 0. */
  position: number;
  /** The job was accepted before, by a request with the same idempotency key. */
  replayed: boolean;
}

export async function acceptJobs(context: JobsContext, group: NewJob[]): Promise<(() => Accepted)[]> {
  const { queries } = context.database;
  const replays = await findReplays(context, group);
  const fresh = group.filter((job) => !replays.has(idempotencyName(job)));
  const { MAX_QUEUE, MAX_QUEUE_PER_KEY = 0 } = context.config;
  const beyond = await beyondShare(queries, fresh, MAX_QUEUE_PER_KEY);
  const line = await context.line.read(fresh.length);
  const room = Math.max(0, MAX_QUEUE - line.length);
  const candidates = fresh.filter(({ id }) => !beyond.has(id)).slice(0, room);
  const full = fresh.length - beyond.size > room ? await queueFull(queries, 'MAX_QUEUE', MAX_QUEUE) : null;
  const ownFull = beyond.size > 0 ? await queueFull(queries, 'MAX_QUEUE_PER_KEY', MAX_QUEUE_PER_KEY) : null;
  const accepted = await letIn(context, candidates, line);
  const beaten = await findReplays(
    context,
    candidates.filter((job) => !accepted.has(job.id)),
  );
  const known = new Map([...replays, ...beaten]);
  return group.map((job) => () => answer(job, accepted, known, beyond.has(job.id) ? ownFull : full));
}

function answer(
  job: NewJob,
  accepted: Map<string, Accepted>,
  replays: Map<string, Replay>,
  full: DarkroomError | null,
): Accepted {
  const own = accepted.get(job.id);
  if (own !== undefined) return own;
  const replay = replays.get(idempotencyName(job));
  if (replay !== undefined) return { ...replayOf(job, replay), replayed: true };
  throw full ?? new Error(`There is a job with the id ${job.id} already.`);
}

/**
 * Accept all of a group or none, in one transaction with what `beside` writes before. Their idempotency is a matter of whoever
 * writes that. Throws QUEUE_FULL, and what `beside` throws.
 */
export async function acceptTogether(
  context: JobsContext,
  group: readonly NewJob[],
  beside: (transaction: Queries) => Promise<void>,
): Promise<void> {
  const { database, config, clock } = context;
  const { MAX_QUEUE, MAX_QUEUE_PER_KEY = 0 } = config;
  const beyond = await beyondShare(database.queries, group, MAX_QUEUE_PER_KEY);
  if (beyond.size > 0) throw await noRoom(context, group.length, 'MAX_QUEUE_PER_KEY', MAX_QUEUE_PER_KEY);
  const line = await context.line.read(group.length);
  if (line.length + group.length > MAX_QUEUE)
    throw await noRoom(context, group.length, 'MAX_QUEUE', MAX_QUEUE);
  const createdAt = clock();
  const placed = placesIn(line, group);
  const numbers = await database.transaction(async (transaction) => {
    await beside(transaction);
    return group.length === 0 ? new Map<string, number>() : insertJobsWithin(transaction, placed, createdAt);
  });
  context.line.admit(group.map(({ id, priority }) => ({ priority, number: numbers.get(id) ?? 0 })));
}

/** A group that could never come in is told so. */
async function noRoom(
  { database }: JobsContext,
  count: number,
  setting: 'MAX_QUEUE' | 'MAX_QUEUE_PER_KEY',
  limit: number,
): Promise<DarkroomError> {
  if (count <= limit) return queueFull(database.queries, setting, limit);
  return new DarkroomError(
    'QUEUE_FULL',
    `${count} requests at once are more than may wait: ${setting} allows ${limit}. Ask for fewer, or raise the setting.`,
    { details: { limit } },
  );
}

function placesIn(line: QueueLine, group: readonly NewJob[]): PlacedJob[] {
  const positions = line.positionsAfter(group.map(({ priority }) => priority));
  return group.map((job, index) => ({ job, position: positions[index] ?? 0 }));
}

/** Those that were let in, by id; one whose id or idempotency key is taken is missing. */
async function letIn(context: JobsContext, group: NewJob[], line: QueueLine): Promise<Map<string, Accepted>> {
  if (group.length === 0) return new Map();
  const createdAt = context.clock();
  const candidates = placesIn(line, group);
  const numbers = await insertJobs(context.database, candidates, createdAt);
  const won = candidates.flatMap(({ job, position }) => {
    const number = numbers.get(job.id);
    return number === undefined ? [] : [{ job, position, number }];
  });
  context.line.admit(won.map(({ job: { priority }, number }) => ({ priority, number })));
  return new Map(
    won.map(({ job, position }) => [
      job.id,
      { job: toJob(context, job, createdAt), position, replayed: false },
    ]),
  );
}

function toJob({ kinds }: JobsContext, job: NewJob, createdAt: Date): Job {
  const { idempotency: _idempotency, queue: _queue, needs: _needs, inputs: _inputs, ...rest } = job;
  const { cancelAt: _cancelAt, ...kept } = rest;
  return {
    ...kept,
    ...kindNamed(kinds, job.kind).facts(job.task, null),
    state: 'queued',
    outputs: [],
    error: null,
    attempts: 0,
    createdAt,
    startedAt: null,
    finishedAt: null,
  };
}
