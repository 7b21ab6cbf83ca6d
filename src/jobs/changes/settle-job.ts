/** How a claimed job ends or goes back. Each answers whether the job was still this process's to decide about. */
import { eq } from 'drizzle-orm';
import { z } from 'zod';
import { jobs } from '../../database/schema.ts';
import type { ErrorBody } from '../../errors/darkroom-error.ts';
import { type Sentence, sentenceSchema } from '../../errors/sentence.ts';
import { redactDeep } from '../../security/redact.ts';
import { engineCrashLimit, ownerDeathLimit, type ReleaseReason } from '../job-machine.ts';
import type { JobsContext } from '../jobs-context.ts';
import { endJob, type MoveRequest, moveJob } from './move-job.ts';

export interface JobEnding {
  /** In the shape of its kind. */
  result: unknown;
  /** What its runner warned of; added to the warnings that the job was accepted with. */
  warnings: readonly Sentence[];
}

export async function finishJob(context: JobsContext, id: string, ending: JobEnding): Promise<boolean> {
  const { result, warnings } = ending;
  return endJob(context, id, { type: 'finish' }, { result, ...(await withWarnings(context, id, warnings)) });
}

export async function failJob(
  context: JobsContext,
  id: string,
  error: ErrorBody,
  warnings: readonly Sentence[] = [],
): Promise<boolean> {
  return endJob(
    context,
    id,
    { type: 'fail' },
    { error: redactDeep(error), ...(await withWarnings(context, id, warnings)) },
  );
}

export function finishCanceledJob(context: JobsContext, id: string): Promise<boolean> {
  return endJob(context, id, { type: 'stopped' }, {});
}

/** Give a job back to the queue. `detail` says what happened, for the error of an attempt too many. */
export async function releaseJob(
  context: JobsContext,
  id: string,
  reason: ReleaseReason,
  detail: string | null = null,
): Promise<boolean> {
  const request = releaseRequest(id, context.owner, reason, detail);
  const row = await context.database.transaction((transaction) => moveJob(context, transaction, request));
  return row !== null;
}

export function releaseRequest(
  id: string,
  owner: string,
  reason: ReleaseReason,
  detail: string | null,
): MoveRequest {
  return {
    id,
    owner,
    move: (row) => ({ type: 'release', reason, past: row }),
    changes: (row, to) => ({
      engineCrashes: row.engineCrashes + (reason === 'engine-crashed' ? 1 : 0),
      ownerDeaths: row.ownerDeaths + (reason === 'owner-died' ? 1 : 0),
      ...(to === 'failed' ? { error: crashError(reason, detail), errorCode: 'ENGINE_CRASHED' } : {}),
    }),
  };
}

/** Warnings of the engine join those of the request, which change no more once it runs. Most jobs have none to add. */
async function withWarnings(
  { database }: JobsContext,
  id: string,
  added: readonly Sentence[],
): Promise<{ warnings?: Sentence[] }> {
  if (added.length === 0) return {};
  const [row] = await database.queries.select({ warnings: jobs.warnings }).from(jobs).where(eq(jobs.id, id));
  const before = z.array(sentenceSchema).catch([]).parse(row?.warnings);
  const each = [...before, ...added].map((one) => [JSON.stringify(one), one] as const);
  return { warnings: [...new Map(each).values()] };
}

function crashError(reason: ReleaseReason, detail: string | null): ErrorBody {
  const what =
    reason === 'engine-crashed'
      ? `The engine process died ${engineCrashLimit} times while rendering this request`
      : `The server process died ${ownerDeathLimit} times while it ran this request`;
  const advice = 'Try fewer frames, a smaller size or fewer LoRAs; the server log says more.';
  return { code: 'ENGINE_CRASHED', message: `${what}${detail === null ? '' : `: ${detail}`}. ${advice}` };
}
