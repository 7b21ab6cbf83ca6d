import { and, asc, gt, inArray } from 'drizzle-orm';
import { z } from 'zod';
import type { Queries } from '../database/database.ts';
import { jobs } from '../database/schema.ts';

const lorasSchema = z.array(z.looseObject({ sha256: z.string().nullable() }));
const page = 500;

/** Hashes of the LoRAs that waiting and running jobs name, as far as they are known. */
export async function lorasInUse(queries: Queries): Promise<Set<string>> {
  const hashes = new Set<string>();
  for (let after = 0; ; ) {
    const rows = await queries
      .select({ number: jobs.number, loras: jobs.loras })
      .from(jobs)
      .where(and(inArray(jobs.state, ['queued', 'running']), gt(jobs.number, after)))
      .orderBy(asc(jobs.number))
      .limit(page);
    for (const { number, loras } of rows) {
      for (const { sha256 } of lorasSchema.parse(loras)) if (sha256 !== null) hashes.add(sha256);
      after = number;
    }
    if (rows.length < page) return hashes;
  }
}
