import { and, eq } from 'drizzle-orm';
import { jobs } from '../database/schema.ts';
import type { RenderPlan } from '../render/plan.ts';
import type { Job, NewJob } from './job.ts';
import type { JobsContext } from './jobs-context.ts';

/** The job, knowing the hashes of the LoRAs that were downloaded for it. The plan's adapters stand in the order of the LoRAs. */
export function withHashes<Known extends Pick<NewJob, 'plan' | 'loras'>>(
  job: Known,
  { adapters: prepared }: RenderPlan,
): Known {
  const adapters = job.plan.adapters.map((adapter, index) => ({
    ...adapter,
    sha256: prepared[index]?.sha256 ?? adapter.sha256,
  }));
  const loras = job.loras.map((lora, index) => ({
    ...lora,
    sha256: adapters[index]?.sha256 ?? lora.sha256,
  }));
  return { ...job, plan: { ...job.plan, adapters }, loras };
}

/** Keep them: answers show them, a later attempt takes the same bytes, and the cache knows what is in use. */
export async function storeHashes(
  { database, owner }: JobsContext,
  { id, plan, loras }: Pick<Job, 'id' | 'plan' | 'loras'>,
): Promise<void> {
  await database.queries
    .update(jobs)
    .set({ plan, loras })
    .where(and(eq(jobs.id, id), eq(jobs.state, 'running'), eq(jobs.owner, owner)));
}
