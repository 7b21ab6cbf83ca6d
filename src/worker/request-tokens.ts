/**
 * Hugging Face tokens of requests, by job.
 *
 * Without TOKEN_SECRET a token is kept only in the memory of the process that accepted its request: it is lost with the process,
 * and workers on other machines have only their own HF_TOKEN. With it, the token is also in the database, sealed
 * with that secret, which is not in the database: every process that has the secret can use it, also after a restart. It is
 * removed when its job has ended.
 */
import { and, eq, exists, inArray, like, lt, notExists, or, sql } from 'drizzle-orm';
import { encodeTime } from 'ulid';
import type { Queries } from '../database/database.ts';
import { jobs, secrets } from '../database/schema.ts';
import { createTextSeal } from '../security/seal-text.ts';

export interface RequestTokens {
  /** Call it before the job is accepted, so that no worker can claim the job without its token. */
  remember(job: string, token: string): Promise<void>;
  /** Forget the tokens of jobs that have ended. */
  removeEnded(now: Date): Promise<void>;
  /** The token of a job's request; null when it has none. */
  find(job: string): Promise<string | null>;
  /** Forget a token that this process no longer needs. */
  forget(job: string): void;
}

/** Far more than can usefully wait. Beyond it the oldest are dropped, so that canceled jobs do not accumulate. */
const mostTokens = 10_000;
const prefix = 'hf-token:';
const nameOf = (job: string): string => `${prefix}${job}`;

export function createRequestTokens(setup: { queries: Queries; secret: string | null }): RequestTokens {
  const { queries } = setup;
  const seal = setup.secret === null ? null : createTextSeal(setup.secret);
  const tokens = new Map<string, string>();

  async function find(job: string): Promise<string | null> {
    const known = tokens.get(job);
    if (known !== undefined || seal === null) return known ?? null;
    const [row] = await queries
      .select()
      .from(secrets)
      .where(eq(secrets.name, nameOf(job)));
    return row === undefined ? null : seal.open(row.value, nameOf(job));
  }

  return {
    remember: async (job, token) => {
      tokens.set(job, token);
      const [oldest] = tokens.keys();
      if (tokens.size > mostTokens && oldest !== undefined) tokens.delete(oldest);
      if (seal === null) return;
      const value = seal.seal(token, nameOf(job));
      await queries.insert(secrets).values({ name: nameOf(job), value });
    },
    removeEnded: (now) => removeEndedTokens(queries, now),
    find,
    forget: (job) => void tokens.delete(job),
  };
}

const acceptedWithinMs = 60 * 60_000;

/**
 * Remove the sealed tokens of jobs that have ended, and those of requests that never became one. Ids of jobs begin with their
 * time: a request that is just being accepted has its token before its job.
 */
async function removeEndedTokens(queries: Queries, now: Date): Promise<void> {
  const id = sql`substr(${secrets.name}, ${prefix.length + 1})`;
  const waiting = queries
    .select({ id: jobs.id })
    .from(jobs)
    .where(and(eq(jobs.id, id), inArray(jobs.state, ['queued', 'held', 'running'])));
  const known = queries.select({ id: jobs.id }).from(jobs).where(eq(jobs.id, id));
  const young = nameOf(encodeTime(now.getTime() - acceptedWithinMs));
  await queries
    .delete(secrets)
    .where(
      and(like(secrets.name, `${prefix}%`), notExists(waiting), or(lt(secrets.name, young), exists(known))),
    );
}
