/**
 * A process that only runs jobs, put together. It is the server without its HTTP API, on the same database:
 *
 *   database ─▶ stores ─▶ jobs ─▶ engine ─▶ probes, when WORKER_PORT is set ─▶ worker
 */
import type { Logger } from 'pino';
import { openStores } from '../artifacts/open-stores.ts';
import type { Config } from '../config.ts';
import { openDatabase } from '../database/open-database.ts';
import type { Engine } from '../engine/engine.ts';
import { createMetrics } from '../http/system/metrics.ts';
import { createWorkerApp } from '../http/worker-app.ts';
import { openJobs } from '../jobs/open-jobs.ts';
import { createRequestTokens } from '../jobs/request-tokens.ts';
import { openKeys } from '../keys/open-keys.ts';
import { openWithClosers } from './closers.ts';
import { freeBytesOf } from './free-bytes.ts';
import { listen } from './listen.ts';
import { makeDataFolder } from './make-data-folder.ts';
import { newId } from './new-id.ts';
import { type EngineKind, openEngine } from './open-engine.ts';
import { createRequestParts } from './request-parts.ts';
import { startWorker } from './start-worker.ts';

export interface LoneWorkerOptions {
  config: Config;
  log: Logger;
  engine: EngineKind;
}

export interface LoneWorker {
  engine: Engine;
  /** Where it answers probes; null without WORKER_PORT. */
  url: string | null;
  /** Puts the running job back into the queue and closes everything. Idempotent. */
  stop(): Promise<void>;
}

const clock = (): Date => new Date();

/** Throws an Error fit to show: a database or an object store that does not answer, a port in use, a bad catalog entry. */
export function startLoneWorker(options: LoneWorkerOptions): Promise<LoneWorker> {
  return openWithClosers((onClose) => open(options, onClose));
}

async function open(
  { config, log, engine: kind }: LoneWorkerOptions,
  onClose: (close: () => Promise<void>) => void,
): Promise<Omit<LoneWorker, 'stop'>> {
  await makeDataFolder(config.DARKROOM_DATA, log);
  const parts = await createRequestParts(config);
  const database = await openDatabase({ config, log });
  onClose(() => database.close());
  const stores = await openStores(config);
  onClose(async () => stores.close());
  const { artifacts, shared } = stores;
  const jobs = await openJobs({ database, config, clock, newId, log });
  onClose(() => jobs.close());
  const tokens = createRequestTokens({ queries: database.queries, secret: config.TOKEN_SECRET ?? null });
  const engine = tokens.wrap(openEngine({ config, log, kind, parts, shared }));
  onClose(() => engine.stop());
  const freeBytes = (): Promise<number> => freeBytesOf(config.DARKROOM_DATA);
  const metrics = createMetrics({ engine, jobs, freeBytes });
  let url: string | null = null;
  if (config.WORKER_PORT !== undefined) {
    const keys = await openKeys({ database, config, clock, log });
    const app = createWorkerApp({ engine, jobs, keys, metrics, freeBytes, log });
    onClose(() => app.close());
    url = await listen(app, { HOST: config.HOST, PORT: config.WORKER_PORT });
  }
  onClose(startWorker({ jobs, engine, artifacts, shared, config, clock, observe: metrics.onAttempt, log }));
  return { engine, url };
}
