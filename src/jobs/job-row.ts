/** Jobs as they come out of the database: every JSON column is checked before the rest of Darkroom trusts it. */
import { inArray } from 'drizzle-orm';
import { z } from 'zod';
import type { Queries } from '../database/database.ts';
import { jobOutputs, type jobs } from '../database/schema.ts';
import { isErrorCode } from '../errors/codes.ts';
import { sentenceSchema } from '../errors/sentence.ts';
import { type Job, type JobOutput, jobOutputSchema } from './job.ts';
import { kindNamed } from './job-kind.ts';
import type { JobsContext } from './jobs-context.ts';
import { webhookSchema } from './webhook.ts';

export type JobRow = typeof jobs.$inferSelect;

/** The columns that make a job. */
export type StoredJob = Pick<JobRow, (keyof Job & keyof JobRow) | 'result'>;

/** What reading a job takes. */
export type JobReading = Pick<JobsContext, 'database' | 'kinds'>;

export const errorBodySchema = z.object({
  code: z.string().transform((code) => (isErrorCode(code) ? code : 'INTERNAL')),
  message: sentenceSchema,
  details: z.record(z.string(), z.unknown()).exactOptional(),
});

const columns = z.object({
  warnings: z.array(sentenceSchema),
  error: errorBodySchema.nullable(),
  webhook: webhookSchema.nullable(),
});

export async function toJobs(reading: JobReading, rows: readonly StoredJob[]): Promise<Job[]> {
  const outputs = await outputsOf(
    reading.database.queries,
    rows.map((row) => row.id),
  );
  return rows.map((row) => toJob(reading, row, outputs.get(row.id) ?? []));
}

export async function toOneJob(reading: JobReading, row: StoredJob): Promise<Job> {
  const outputs = await outputsOf(reading.database.queries, [row.id]);
  return toJob(reading, row, outputs.get(row.id) ?? []);
}

/** A job that no attempt has done anything of, without asking for its outputs. */
export const toUntriedJob = (reading: JobReading, row: StoredJob): Job => toJob(reading, row, []);

function toJob({ kinds }: JobReading, row: StoredJob, outputs: JobOutput[]): Job {
  const { id, dialect, project, state, model, units, request, priority, attempts, keyId } = row;
  const { createdAt, startedAt, finishedAt } = row;
  const kind = kindNamed(kinds, row.kind);
  const task = kind.task.parse(row.task);
  const result = row.result === null ? null : kind.result.parse(row.result);
  return {
    id,
    kind: row.kind,
    dialect,
    project,
    state,
    model,
    units,
    task,
    request,
    priority,
    attempts,
    keyId,
    createdAt,
    startedAt,
    finishedAt,
    outputs,
    ...columns.parse(row),
    ...kind.facts(task, result),
  };
}

async function outputsOf(queries: Queries, ids: string[]): Promise<Map<string, JobOutput[]>> {
  if (ids.length === 0) return new Map();
  const rows = await queries
    .select()
    .from(jobOutputs)
    .where(inArray(jobOutputs.job, ids))
    .orderBy(jobOutputs.job, jobOutputs.index);
  return new Map(
    [...Map.groupBy(rows, (row) => row.job)].map(([job, group]) => [
      job,
      group.map((row) => jobOutputSchema.parse(row.output)),
    ]),
  );
}
