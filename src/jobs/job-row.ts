/** Jobs as they come out of the database: every JSON column is checked before the rest of Darkroom trusts it. */
import { inArray } from 'drizzle-orm';
import { z } from 'zod';
import type { Queries } from '../database/database.ts';
import { jobOutputs, type jobs } from '../database/schema.ts';
import { isErrorCode } from '../errors/codes.ts';
import { sentenceSchema } from '../errors/sentence.ts';
import { renderPlanSchema } from '../render/plan.ts';
import { seedSchema } from '../render/seed.ts';
import type { Job, JobOutput } from './job.ts';
import { webhookSchema } from './webhook.ts';

export type JobRow = typeof jobs.$inferSelect;

/** The columns that make a job. */
export type StoredJob = Omit<Pick<JobRow, keyof Job & keyof JobRow>, 'outputs'>;

export const errorBodySchema = z.object({
  code: z.string().transform((code) => (isErrorCode(code) ? code : 'INTERNAL')),
  message: sentenceSchema,
  details: z.record(z.string(), z.unknown()).exactOptional(),
});

export const jobOutputSchema = z.object({
  index: z.int(),
  kind: z.enum(['image', 'video']),
  format: z.enum(['jpeg', 'png', 'webp', 'mp4']),
  width: z.int(),
  height: z.int(),
  frames: z.int(),
  fps: z.number().nullable(),
  seed: seedSchema,
  scales: z.array(z.number()).exactOptional(),
  key: z.string(),
  bytes: z.int(),
  sha256: z.string(),
  seconds: z.number(),
});

const columns = z.object({
  plan: renderPlanSchema,
  output: z.object({ format: z.enum(['jpeg', 'png', 'webp']), quality: z.number() }),
  loras: z.array(z.object({ path: z.string(), sha256: z.string().nullable(), scale: z.number() })),
  warnings: z.array(sentenceSchema),
  error: errorBodySchema.nullable(),
  timings: z.object({ load_pipeline: z.number(), adapters: z.number(), render: z.number() }).nullable(),
  versions: z.record(z.string(), z.string()),
  webhook: webhookSchema.nullable(),
});

export async function toJobs(queries: Queries, rows: readonly StoredJob[]): Promise<Job[]> {
  const outputs = await outputsOf(
    queries,
    rows.map((row) => row.id),
  );
  return rows.map((row) => toJob(row, outputs.get(row.id) ?? []));
}

export async function toOneJob(queries: Queries, row: StoredJob): Promise<Job> {
  const outputs = await outputsOf(queries, [row.id]);
  return toJob(row, outputs.get(row.id) ?? []);
}

/** A job that no attempt has rendered anything of, without asking for its outputs. */
export const toNewJob = (row: StoredJob): Job => toJob(row, []);

function toJob(row: StoredJob, outputs: JobOutput[]): Job {
  const { id, state, model, previewEvery, priority, attempts, keyId, createdAt, startedAt, finishedAt } = row;
  return {
    ...{ id, state, model, previewEvery, priority, attempts, keyId, createdAt, startedAt, finishedAt },
    ...columns.parse(row),
    outputs,
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
