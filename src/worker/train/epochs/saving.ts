/** What keeping epochs and keeping samples have in common: where they are kept, and what is there already. */
import type { Logger } from 'pino';
import type { Database, Queries } from '../../../database/database.ts';
import type { Engine } from '../../../engines/engine.ts';
import { DarkroomError } from '../../../errors/darkroom-error.ts';
import type { EncodeFrame } from '../../../files/encode/encode-frame.ts';
import { untilStored } from '../../../jobs/changes/until-stored.ts';
import type { Job } from '../../../jobs/job.ts';
import type { Jobs } from '../../../jobs/open-jobs.ts';
import type { Registry } from '../../../registry/open-registry.ts';
import type { StoredTraining } from '../../../training/stored-training.ts';
import type { TrainingStore } from '../../../training/training-store.ts';
import type { PlanFiles } from '../../render/resolve-plan.ts';

export interface SaverParts {
  engine: Pick<Engine, 'status'>;
  planFiles: Pick<PlanFiles, 'catalog' | 'settings' | 'commitsOf'>;
  database: Database;
  registry: Pick<Registry, 'blobs' | 'versions'>;
  store: TrainingStore;
  work: Pick<Jobs['work'], 'recordEpoch'>;
  encode: EncodeFrame;
  log: Logger;
  /** Aborts when this process stops. */
  signal: AbortSignal;
}

export interface KeptEpoch {
  number: number;
  step: number;
  samples: Set<number>;
  /** Hash of the main file, for what samples say of themselves. */
  sha256: string;
}

export interface Saving {
  job: Job<StoredTraining>;
  parts: SaverParts;
  version: string;
  /** By step. */
  kept: Map<number, KeptEpoch>;
}

/** Another process has the job. */
export class JobLost extends Error {}

/** Again and again while the database is away. What is wrong with the change itself is thrown. */
export async function inTransaction<T>(
  { database, log, signal }: SaverParts,
  write: (transaction: Queries) => Promise<T>,
): Promise<T> {
  const done = await untilStored(
    () =>
      database.transaction(write).then(
        (value) => ({ value }),
        (error: unknown) => {
          if (error instanceof JobLost || error instanceof DarkroomError) return { error };
          throw error;
        },
      ),
    log,
    signal,
  );
  if ('error' in done) throw done.error;
  return done.value;
}
