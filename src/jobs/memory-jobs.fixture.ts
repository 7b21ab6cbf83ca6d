import { pino } from 'pino';
import type { Database } from '../database/database.ts';
import { openMemoryDatabase } from '../database/open-database.ts';
import { kinds } from '../server/kinds.ts';
import { type Jobs, openJobs } from './open-jobs.ts';

export interface MemoryJobs {
  database: Database;
  jobs: Jobs;
  close: () => Promise<void>;
}

/** The jobs layer on a database in memory. */
export async function openMemoryJobs(owner: string): Promise<MemoryJobs> {
  const database = await openMemoryDatabase();
  const config = { MAX_QUEUE: 100, MODEL_SWITCH_SECONDS: 60 };
  const jobs = await openJobs({
    database,
    kinds,
    config,
    clock: () => new Date(),
    newId: () => owner,
    log: pino({ level: 'silent' }),
  });
  const close = async (): Promise<void> => {
    await jobs.close();
    await database.close();
  };
  return { database, jobs, close };
}
