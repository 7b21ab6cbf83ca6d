/**
 * A process of Darkroom, put together: the only place where the parts meet. Each part is opened after what it needs, and what
 * was opened is closed in the reverse order, also when a later part does not open:
 *
 *   database (takes the data folder) ─▶ keys ─▶ stores ─▶ jobs ─▶ registry ─▶ engine ─▶ HTTP ─▶ webhooks ─▶ worker, retention
 *
 * `api` takes requests and leaves them to others, `worker` runs those of others, `both` is one machine alone.
 */
import { mkdir } from 'node:fs/promises';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import type { Database } from '../database/database.ts';
import { openDatabase } from '../database/open-database.ts';
import { createEnginePool, type EnginePool } from '../engines/pool/engine-pool.ts';
import { adoptOlderFiles } from '../files/adopt-older-files.ts';
import type { FileStore } from '../files/file-store.ts';
import { openFileStore } from '../files/open-file-store.ts';
import { createUrlSigner } from '../files/signed-url.ts';
import { createThumbnails } from '../files/thumbnails.ts';
import { createApp } from '../http/app.ts';
import type { Dialect } from '../http/dialect.ts';
import { nativeDialect } from '../http/native/native-dialect.ts';
import { cogDialect } from '../http/replicate/cog/cog-dialect.ts';
import { replicateDialect } from '../http/replicate/replicate-dialect.ts';
import { scenarioDialect } from '../http/scenario/scenario-dialect.ts';
import { createMetrics, type Metrics } from '../http/system/metrics.ts';
import { createWorkerApp } from '../http/worker-app.ts';
import { createSubmit, type Submit } from '../inference/submit.ts';
import { type Jobs, openJobs } from '../jobs/open-jobs.ts';
import { loadSigningSecret } from '../keys/load-signing-secret.ts';
import { type Keys, openKeys } from '../keys/open-keys.ts';
import { openPresets } from '../keys/open-presets.ts';
import { openSessions, type Sessions } from '../keys/open-sessions.ts';
import { createLoraLibrary, type LoraLibrary } from '../loras/library.ts';
import { createReceiveAsset } from '../registry/assets/receive-asset.ts';
import type { SubmitReplay } from '../replay/submit-replay.ts';
import { assertLongKeys, assertSafeBinding } from '../security/safe-binding.ts';
import { openSheets, type Sheets } from '../sheets/open-sheets.ts';
import { createTrainingStore, type TrainingStore } from '../training/training-store.ts';
import type { SubmitVerification } from '../verification/submit-verification.ts';
import { webhookSecret } from '../webhooks/sign-webhook.ts';
import { createRequestTokens, type RequestTokens } from '../worker/request-tokens.ts';
import { openWithClosers } from './closers.ts';
import { freeBytesOf, makeDataFolder } from './data-folder.ts';
import { kinds as ownKinds, type WorkKinds } from './kinds.ts';
import { listen } from './listen.ts';
import { newId } from './new-id.ts';
import { type EngineKind, openEngines } from './open-engine.ts';
import { pageFolder } from './page-folder.ts';
import { openRegistryParts, type RegistryParts } from './registry-parts.ts';
import { createReplayParts } from './replay-parts.ts';
import { createRequestParts, type RequestParts } from './request-parts.ts';
import { startWebhooks } from './start-webhooks.ts';
import { startWork } from './start-work.ts';
import { stopFailedSheets } from './stop-failed-sheets.ts';
import { createTrainings } from './trainings.ts';
import { createVerificationParts } from './verification-parts.ts';

export type Role = 'api' | 'worker' | 'both';

export interface OpenOptions {
  role: Role;
  config: Config;
  log: Logger;
  /** What renders, where this process does. */
  engine?: EngineKind;
  /** What its API speaks. */
  dialects?: readonly Dialect[];
  /** Kinds of work besides those of Darkroom. */
  moreKinds?: WorkKinds;
}

export interface Running {
  /** Where it listens, with the port that was found when it is 0. Null for a worker without WORKER_PORT. */
  url: string | null;
  /** Without slots where nothing is rendered. */
  engines: EnginePool;
  jobs: Jobs;
  keys: Keys;
  /** Stops taking requests, puts the running jobs back into the queue and closes everything. Idempotent. */
  stop(): Promise<void>;
}

/** One that takes requests. */
export type RunningServer = Running & { url: string };

const spoken: readonly Dialect[] = [nativeDialect, replicateDialect, cogDialect, scenarioDialect];

const clock = (): Date => new Date();
type OnClose = (close: () => Promise<void>) => void;

/**
 * Opens a process in its role. Throws an Error fit to show: an unsafe binding, a data folder or a port in use, a database or an
 * object store that does not answer, a bad catalog entry.
 */
export function open(options: OpenOptions & { role: 'api' | 'both' }): Promise<RunningServer>;
export function open(options: OpenOptions): Promise<Running>;
export function open(options: OpenOptions): Promise<Running> {
  return openWithClosers((onClose) => openParts(options, onClose));
}

async function openParts(options: OpenOptions, onClose: OnClose): Promise<Omit<Running, 'stop'>> {
  const { role, config, log } = options;
  await makeDataFolder(config.DARKROOM_DATA, log);
  const folders = role === 'worker' ? [] : [config.lorasFolder, config.outputsFolder];
  await Promise.all(folders.map((folder) => mkdir(folder, { recursive: true })));
  const request = await createRequestParts(config);
  const database = await openDatabase({ config, log });
  onClose(() => database.close());
  const keys = await openKeys({ database, config, clock, log });
  const sessions = await openSessions({ database, keys, clock, log });
  if (role !== 'worker') {
    assertLongKeys(config.HOST, config.API_KEYS);
    assertSafeBinding(config.HOST, keys.count);
  }
  const files = await openFileStore(config);
  onClose(async () => files.close());
  await adoptOlderFiles(files, config);
  const kinds = { ...ownKinds, ...options.moreKinds };
  const jobs = await openJobs({ database, kinds, config, clock, newId, log });
  onClose(() => jobs.close());
  const tokens = createRequestTokens({ queries: database.queries, secret: config.TOKEN_SECRET ?? null });
  const registryParts = openRegistryParts({ database, files, request, jobs, tokens, config, clock, newId });
  const engines = enginesOf(options);
  onClose(engines.stop);
  const freeBytes = (): Promise<number> => freeBytesOf(config.DARKROOM_DATA);
  const metrics = createMetrics({ engine: engines, jobs, freeBytes });
  const { dialects = spoken } = options;
  const { registry } = registryParts;
  const submit = createSubmit({
    ...request,
    files,
    accept: jobs.accept,
    rememberToken: tokens.remember,
    lookUpLoras: registry.lookUpLoras,
  });
  const library = createLoraLibrary(request);
  const trainings = createTrainingStore(database);
  const verificationParts = createVerificationParts({
    ...{ request, registry, trainings, files, submit, jobs, config, log },
  });
  const replayParts = createReplayParts({ request, registry, library, files, submit, jobs, config, log });
  const parts = {
    dialects,
    config,
    log,
    request,
    database,
    keys,
    sessions,
    files,
    kinds,
    jobs,
    ...registryParts,
    ...replayParts,
    ...verificationParts,
    submit,
    library,
    trainings,
    sheets: openSheets({
      ...request,
      database,
      jobs,
      files,
      lookUpLoras: registryParts.registry.lookUpLoras,
      rememberToken: tokens.remember,
      clock,
    }),
    tokens,
    engines,
    freeBytes,
    metrics,
  };
  const url = role === 'worker' ? await openProbes(parts, onClose) : await openApi(parts, onClose);
  onClose(startWork({ ...parts, clock }));
  return { url, engines, jobs, keys };
}

interface Parts extends RegistryParts {
  dialects: readonly Dialect[];
  config: Config;
  log: Logger;
  request: RequestParts;
  database: Database;
  keys: Keys;
  sessions: Sessions;
  files: FileStore;
  kinds: WorkKinds;
  jobs: Jobs;
  trainings: TrainingStore;
  sheets: Sheets;
  tokens: RequestTokens;
  submit: Submit;
  submitReplay: SubmitReplay;
  submitVerification: SubmitVerification;
  library: LoraLibrary;
  engines: EnginePool;
  freeBytes: () => Promise<number>;
  metrics: Metrics;
}

function enginesOf({ role, config, log, engine: kind = 'python' }: OpenOptions): EnginePool {
  return role === 'api' ? createEnginePool([]) : openEngines({ config, log, kind });
}

/** The API, and what webhooks are told. */
async function openApi(parts: Parts, onClose: OnClose): Promise<string> {
  const { dialects, config, log, request, database, keys, sessions, files, jobs } = parts;
  const { registry, weights, submitImport, trainings: store, tokens } = parts;
  const { engines, freeBytes, metrics, submit, submitReplay, submitVerification, library } = parts;
  const ownSecret = await loadSigningSecret(database.queries);
  const urlSigner = createUrlSigner(ownSecret);
  const secret = webhookSecret(config.WEBHOOK_SECRET, ownSecret);
  const app = createApp({
    dialects,
    config,
    catalog: request.catalog,
    jobs,
    registry,
    weights,
    submitImport,
    submit,
    pageFolder: pageFolder(),
    checkFit: request.checkFit,
    library,
    submitReplay,
    submitVerification,
    thumbnails: createThumbnails({ files, config, log }),
    sheets: parts.sheets,
    trainings: createTrainings({ request, registry, store, jobs, tokens, config, clock }),
    files,
    keys,
    sessions,
    presets: openPresets({ database: parts.database, clock, newId }),
    urlSigner,
    clock,
    log,
    metrics,
    freeBytes,
    engine: engines,
    webhookSecret: secret,
    receiveAsset: createReceiveAsset({ ...request, blobs: registry.blobs }),
  });
  const url = await listenWith(app, config, onClose);
  onClose(stopFailedSheets({ jobs, sheets: parts.sheets, log }));
  onClose(startWebhooks({ dialects, jobs, keys, files, urlSigner, secret, config, clock, log }));
  return url;
}

/** What a worker answers, where it is asked at all. */
async function openProbes(parts: Parts, onClose: OnClose): Promise<string | null> {
  const { config, log, keys, jobs, engines, freeBytes, metrics } = parts;
  if (config.WORKER_PORT === undefined) return null;
  const app = createWorkerApp({
    jobs,
    keys,
    metrics,
    freeBytes,
    log,
    engine: engines,
    wordProblem: nativeDialect.wordProblem,
  });
  return listenWith(app, { HOST: config.HOST, PORT: config.WORKER_PORT }, onClose);
}

function listenWith(
  app: FastifyInstance,
  at: Pick<Config, 'HOST' | 'PORT'>,
  onClose: OnClose,
): Promise<string> {
  onClose(() => app.close());
  return listen(app, at);
}
