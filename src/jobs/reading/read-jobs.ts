import { and, desc, eq, gt, inArray, isNull, lt } from 'drizzle-orm';
import type { Queries } from '../../database/database.ts';
import { jobs } from '../../database/schema.ts';
import { DarkroomError } from '../../errors/darkroom-error.ts';
import { placeNamed } from '../../errors/reference.ts';
import { said } from '../../errors/sentence.ts';
import type { Job, JobState } from '../job.ts';
import { type JobReading, toJobs, toOneJob } from '../job-row.ts';

export async function findJob(reading: JobReading, id: string): Promise<Job | null> {
  const [row] = await reading.database.queries.select().from(jobs).where(eq(jobs.id, id));
  return row === undefined ? null : toOneJob(reading, row);
}

/** What a job that has succeeded has as its result, as its kind stores it; null for any other. */
export async function findResult(queries: Queries, id: string): Promise<unknown> {
  const [row] = await queries.select({ result: jobs.result }).from(jobs).where(eq(jobs.id, id));
  return row?.result ?? null;
}

export function requestNotFound(id: string): DarkroomError {
  return new DarkroomError(
    'REQUEST_NOT_FOUND',
    `There is no request ${id}. Ids are those that the request was answered with; finished requests are removed after the retention time.`,
  );
}

/** States of those of these jobs that exist. */
export async function findStates(queries: Queries, ids: readonly string[]): Promise<Map<string, JobState>> {
  if (ids.length === 0) return new Map();
  const rows = await queries
    .select({ id: jobs.id, state: jobs.state })
    .from(jobs)
    .where(inArray(jobs.id, [...ids]));
  return new Map(rows.map(({ id, state }) => [id, state]));
}

export interface ListFilter {
  status?: JobState;
  /** Only jobs of this kind of work, or of these. */
  kind?: string | readonly string[];
  model?: string;
  /** Only jobs that this API key sent. */
  keyId?: string | null;
  /** Only jobs of this project. */
  project?: string;
  /** Only jobs that were sent in this dialect. */
  dialect?: string;
  /** Only jobs that were accepted after, or before, a moment. */
  after?: Date;
  before?: Date;
  /** Jobs on a page. */
  limit: number;
  /** `nextCursor` of the page before. */
  cursor?: string;
}

export interface JobPage {
  jobs: Job[];
  /** Null on the last page. */
  nextCursor: string | null;
}

/** Newest first. Throws INVALID_REQUEST for a cursor that no page gave out. */
export async function listJobs(reading: JobReading, filter: ListFilter): Promise<JobPage> {
  const { status, kind, model, keyId, project, dialect, after, before, limit, cursor } = filter;
  const rows = await reading.database.queries
    .select()
    .from(jobs)
    .where(
      and(
        status === undefined ? undefined : eq(jobs.state, status),
        kind === undefined ? undefined : inArray(jobs.kind, [kind].flat()),
        model === undefined ? undefined : eq(jobs.model, model),
        keyId === undefined ? undefined : keyId === null ? isNull(jobs.keyId) : eq(jobs.keyId, keyId),
        project === undefined ? undefined : eq(jobs.project, project),
        dialect === undefined ? undefined : eq(jobs.dialect, dialect),
        after === undefined ? undefined : gt(jobs.createdAt, after),
        before === undefined ? undefined : lt(jobs.createdAt, before),
        cursor === undefined ? undefined : lt(jobs.number, parseCursor(cursor)),
      ),
    )
    .orderBy(desc(jobs.number))
    .limit(limit + 1);
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    jobs: await toJobs(reading, page),
    nextCursor: rows.length > limit && last !== undefined ? String(last.number) : null,
  };
}

function parseCursor(cursor: string): number {
  if (/^\d{1,15}$/.test(cursor)) return Number(cursor);
  throw new DarkroomError(
    'INVALID_REQUEST',
    said`The cursor is not one of ours. Send ${placeNamed('nextPage')} as it came, or none for the first page.`,
  );
}
