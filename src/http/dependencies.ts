import type { FastifyBaseLogger } from 'fastify';
import type { ArtifactStore } from '../artifacts/artifact-store.ts';
import type { UrlSigner } from '../artifacts/signed-url.ts';
import type { Catalog } from '../catalog/load-catalog.ts';
import type { Config } from '../config.ts';
import type { Engine } from '../engine/engine.ts';
import type { QueueCounts } from '../jobs/count-jobs.ts';
import type { Job } from '../jobs/job.ts';
import type { JobEvent, JobProgress } from '../jobs/job-event.ts';
import type { JobPage, ListFilter } from '../jobs/read-jobs.ts';
import type { Submit } from '../jobs/submit.ts';

/** The part of the jobs layer that is told about over HTTP. */
export interface JobReader {
  get(id: string): Promise<Job | null>;
  list(filter: ListFilter): Promise<JobPage>;
  /** Stops it; a job that has ended comes back as it is. Throws REQUEST_NOT_FOUND. */
  cancel(id: string): Promise<Job>;
  /** Stored events after a sequence number, then live ones until `ended` or until the signal aborts. */
  events(id: string, afterSequence: number, signal: AbortSignal): AsyncIterable<JobEvent>;
  progress(id: string): Promise<(JobProgress & { position?: number }) | null>;
  counts(): Promise<QueueCounts>;
}

/** Everything that the HTTP layer is given; it makes none of it itself. */
export interface HttpDependencies {
  config: Config;
  catalog: Catalog;
  jobs: JobReader;
  submit: Submit;
  artifacts: Pick<ArtifactStore, 'read' | 'locate'>;
  engine: Pick<Engine, 'status'>;
  urlSigner: UrlSigner;
  clock: () => Date;
  log: FastifyBaseLogger;
}
