import { eq } from 'drizzle-orm';
import { jobs } from '../../database/schema.ts';
import type { RegistryContext } from '../registry-context.ts';
import { importResultSchema } from './import-task.ts';

/** Whether the training of the folder that a job has imported has ended; null while the job has not succeeded. */
export async function importEnded({ database }: RegistryContext, job: string): Promise<boolean | null> {
  const [row] = await database.queries.select({ result: jobs.result }).from(jobs).where(eq(jobs.id, job));
  const read = importResultSchema.safeParse(row?.result);
  return read.success ? read.data.isFinished : null;
}
