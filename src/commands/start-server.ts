/**
 * The server, put together: the only place where the parts meet. Each part is opened after what it needs, and what was
 * opened is closed in the reverse order, also when a later part does not open:
 *
 *   database (takes the data folder) ─▶ keys ─▶ stores ─▶ jobs ─▶ engine ─▶ HTTP app ─▶ listens ─▶ webhooks, worker
 */
import { mkdir } from 'node:fs/promises';
import type { Logger } from 'pino';
import { openStores } from '../artifacts/open-stores.ts';
import type { SharedFiles } from '../artifacts/shared-files.ts';
import { createUrlSigner } from '../artifacts/signed-url.ts';
import type { Config } from '../config.ts';
import { openDatabase } from '../database/open-database.ts';
import type { Engine } from '../engine/engine.ts';
import { noEngine } from '../engine/no-engine.ts';
import { createApp } from '../http/app.ts';
import { createMetrics } from '../http/system/metrics.ts';
import { type Jobs, openJobs } from '../jobs/open-jobs.ts';
import { createRequestTokens } from '../jobs/request-tokens.ts';
import { startRetention } from '../jobs/retention.ts';
import { shareFiles } from '../jobs/share-files.ts';
import { createSubmit } from '../jobs/submit.ts';
import { loadSigningSecret } from '../keys/load-signing-secret.ts';
import { type Keys, openKeys } from '../keys/open-keys.ts';
import { assertLongKeys, assertSafeBinding } from '../security/safe-binding.ts';
import { webhookSecret } from '../webhooks/sign-webhook.ts';
import { openWithClosers } from './closers.ts';
import { freeBytesOf } from './free-bytes.ts';
import { listen } from './listen.ts';
import { makeDataFolder } from './make-data-folder.ts';
import { newId } from './new-id.ts';
import { type EngineKind, openEngine } from './open-engine.ts';
import { createRequestParts } from './request-parts.ts';
import { startWebhooks } from './start-webhooks.ts';
import { startWorker } from './start-worker.ts';

export interface ServerOptions {
  config: Config;
  log: Logger;
  /** `none`: this process only takes requests, and others run them (`darkroom worker`). */
  engine?: EngineKind | 'none';
}

export interface RunningServer {
  /** Where it listens, with the port that was found when PORT is 0. */
  url: string;
  /** Null when it renders nothing itself. */
  engine: Engine | null;
  jobs: Jobs;
  keys: Keys;
  /**
   * Stops taking requests, puts the running job back into the queue and closes everything. Idempotent.
   */
  stop(): Promise<void>;
}

const clock = (): Date => new Date();

/** Starts a server. Throws an Error fit to show: unsafe binding, data folder in use, port in use, a bad catalog entry. */
export function startServer(options: ServerOptions): Promise<RunningServer> {
  return openWithClosers((onClose) => open(options, onClose));
}

type OnClose = (close: () => Promise<void>) => void;

async function open(options: ServerOptions, onClose: OnClose): Promise<Omit<RunningServer, 'stop'>> {
  const { config, log, engine: kind = 'python' } = options;
  await makeDataFolder(config.DARKROOM_DATA, log);
  await Promise.all(
    [config.lorasFolder, config.outputsFolder].map((folder) => mkdir(folder, { recursive: true })),
  );
  const parts = await createRequestParts(config);
  const database = await openDatabase({ config, log });
  onClose(() => database.close());
  const keys = await openKeys({ database, config, clock, log });
  assertLongKeys(config.HOST, config.API_KEYS);
  assertSafeBinding(config.HOST, keys.count);
  const stores = await openStores(config);
  onClose(async () => stores.close());
  const { artifacts, shared } = stores;
  const jobs = await openJobs({ database, config, clock, newId, log });
  onClose(() => jobs.close());
  const tokens = createRequestTokens({ queries: database.queries, secret: config.TOKEN_SECRET ?? null });
  const engine = kind === 'none' ? null : tokens.wrap(openEngine({ config, log, kind, parts, shared }));
  onClose(async () => engine?.stop());
  const accept = acceptWith(jobs, shared);
  const submit = createSubmit({ ...parts, accept, rememberToken: tokens.remember });
  const ownSecret = await loadSigningSecret(database.queries);
  const urlSigner = createUrlSigner(ownSecret);
  const secret = webhookSecret(config.WEBHOOK_SECRET, ownSecret);
  const { catalog } = parts;
  const freeBytes = (): Promise<number> => freeBytesOf(config.DARKROOM_DATA);
  const metrics = createMetrics({ engine: engine ?? noEngine, jobs, freeBytes });
  const app = createApp({
    ...{ config, catalog, jobs, submit, artifacts, keys, urlSigner, clock, log },
    ...{ metrics, freeBytes },
    engine: engine ?? noEngine,
    webhookSecret: secret,
  });
  onClose(() => app.close());
  const url = await listen(app, config);
  onClose(startWebhooks({ jobs, keys, artifacts, urlSigner, secret, config, clock, log }));
  const rest = { jobs, artifacts, shared, config, clock, log };
  onClose(
    engine === null
      ? startRetention(rest).stop
      : startWorker({ ...rest, engine, observe: metrics.onAttempt }),
  );
  return { url, engine, jobs, keys };
}

/** Files go ahead of their job, to where workers on other machines find them. */
function acceptWith(jobs: Jobs, shared: SharedFiles | null): Jobs['accept'] {
  if (shared === null) return jobs.accept;
  return async (job) => {
    await shareFiles(job, shared);
    return jobs.accept(job);
  };
}
