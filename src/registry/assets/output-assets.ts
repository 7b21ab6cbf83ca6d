/**
 * Outputs of jobs as assets, which stay when the job is removed. Their ids follow from the job, so that whoever makes one of an output
 * makes the same.
 */
import { createHash } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { z } from 'zod';
import { readRows } from '../../database/read-rows.ts';
import { assets } from '../../database/registry-schema.ts';
import { jobOutputs, jobs } from '../../database/schema.ts';
import type { RegistryContext } from '../registry-context.ts';
import { registryId } from '../registry-ids.ts';
import type { NewAsset } from './write-assets.ts';

/** Of an output of a job. */
export type OutputAsset = Omit<NewAsset, 'job' | 'outputIndex' | 'tags'> & {
  job: string;
  outputIndex: number;
};

/** Letters of a ULID. */
const letters = '0123456789abcdefghjkmnpqrstvwxyz';
/** Of a ULID: those that say when. */
const timeLetters = 10;

/** When it was made is what the job's id says; the rest is a hash of which output it is. `job` is a ULID. */
export function outputAssetId(job: string, index: number): string {
  const hash = createHash('sha256').update(`${job} ${index}`).digest();
  const rest = [...hash.subarray(0, 26 - timeLetters)].map((byte) => letters[byte % letters.length]);
  return registryId('asset', () => `${job.slice(0, timeLetters)}${rest.join('')}`);
}

/** Its blob has been put. One that is there already, or was deleted since, stays as it is. */
export async function insertOutputAsset(
  { database, clock }: RegistryContext,
  { sha256, ...asset }: OutputAsset,
): Promise<void> {
  const now = clock();
  const id = outputAssetId(asset.job, asset.outputIndex);
  await database.queries
    .insert(assets)
    .values({ ...asset, id, blob: sha256, createdAt: now, updatedAt: now })
    .onConflictDoNothing();
}

/** Up to so many jobs of a dialect in a project that have an output which is no asset yet. */
export async function jobsWithMissingAssets(
  { database }: RegistryContext,
  { project, dialect, limit }: { project: string; dialect: string; limit: number },
): Promise<string[]> {
  const rows = await readRows(
    database.queries,
    sql`select distinct ${jobOutputs.job} as id from ${jobOutputs} join ${jobs} on ${jobs.id} = ${jobOutputs.job}
      where ${jobs.project} = ${project} and ${jobs.dialect} = ${dialect} and not exists (
        select from ${assets} where ${assets.job} = ${jobOutputs.job} and ${assets.outputIndex} = ${jobOutputs.index}
      ) limit ${limit}`,
    z.object({ id: z.string() }),
  );
  return rows.map(({ id }) => id);
}
