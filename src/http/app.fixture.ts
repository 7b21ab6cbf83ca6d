import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pino from 'pino';
import { ulid } from 'ulid';
import { parseConfig } from '../config.ts';
import type { Database } from '../database/database.ts';
import { openMemoryDatabase } from '../database/open-database.ts';
import type { EngineStatus } from '../engines/engine.ts';
import type { DeviceStatus, EnginePoolStatus } from '../engines/pool/engine-pool.ts';
import { createFolderStore } from '../files/folder/folder-store.ts';
import { createUrlSigner } from '../files/signed-url.ts';
import { createThumbnails } from '../files/thumbnails.ts';
import { createSubmit } from '../inference/submit.ts';
import { type Jobs, openJobs } from '../jobs/open-jobs.ts';
import { openKeys } from '../keys/open-keys.ts';
import { openPresets } from '../keys/open-presets.ts';
import { openSessions } from '../keys/open-sessions.ts';
import { createLoraLibrary } from '../loras/library.ts';
import { createReceiveAsset } from '../registry/assets/receive-asset.ts';
import { logOptions } from '../security/log-options.ts';
import { kinds } from '../server/kinds.ts';
import { openRegistryParts } from '../server/registry-parts.ts';
import { createReplayParts } from '../server/replay-parts.ts';
import { createRequestParts } from '../server/request-parts.ts';
import { createTrainings } from '../server/trainings.ts';
import { createVerificationParts } from '../server/verification-parts.ts';
import { openSheets } from '../sheets/open-sheets.ts';
import { createTrainingStore } from '../training/training-store.ts';
import { createApp } from './app.ts';
import type { Dialect } from './dialect.ts';
import { nativeDialect } from './native/native-dialect.ts';
import { createMetrics } from './system/metrics.ts';

const readyEngine: EngineStatus = {
  state: 'ready',
  reason: null,
  isLoading: false,
  pid: 1,
  versions: { torch: '2.13.0' },
  device: { type: 'cpu', name: 'Test CPU', dtype: 'float32' },
  resident: [],
  loads: 2,
  merges: 3,
  restarts: 1,
  memory: { used_bytes: 10, total_bytes: 30, peak_bytes: 20 },
};

/** A disk with so much room, which tests change. */
function diskOf(free: number) {
  const disk = { free };
  return { disk, freeBytes: async (): Promise<number> => disk.free };
}

const signing = {
  webhookSecret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  urlSigner: createUrlSigner(Buffer.alloc(32, 7)),
};

/** What a second app can take over from a first one. */
interface SharedParts {
  database: Database;
  jobs: Jobs;
}

const deviceOf = (engine: { current: EngineStatus }): EnginePoolStatus => ({
  status: () => engine.current,
  devices: (): DeviceStatus[] => [{ ...engine.current, name: 'cpu' }],
  spare: () => ({ state: 'ready', reason: null }),
});

/**
 * The whole server but its engine and its worker: a database in memory, a folder of its own, and the real way from a body
 * to a stored job. Tests move jobs on by the functions that a worker uses. `log` collects what is logged. `sharing` takes
 * over the database and the jobs of another one, because making a database takes seconds.
 */
export async function openTestApp(
  environment: Record<string, string> = {},
  sharing: SharedParts | null = null,
  dialects: readonly Dialect[] = [nativeDialect],
  pageFolder: string | null = null,
) {
  const folder = await mkdtemp(path.join(tmpdir(), 'darkroom-http-'));
  const config = parseConfig({ DARKROOM_DATA: folder, ...environment });
  await mkdir(config.lorasFolder, { recursive: true });
  const lines: string[] = [];
  const log = pino({ level: 'debug', ...logOptions }, { write: (line: string) => void lines.push(line) });
  const clock = () => new Date();
  const database = sharing?.database ?? (await openMemoryDatabase());
  const jobs = sharing?.jobs ?? (await openJobs({ database, kinds, config, clock, newId: ulid, log }));
  const keys = await openKeys({ database, config, clock, log });
  const sessions = await openSessions({ database, keys, clock, log });
  const parts = await createRequestParts(config);
  const tokens: [string, string][] = [];
  const files = createFolderStore(config);
  const remember = async (job: string, token: string): Promise<void> => void tokens.push([job, token]);
  const { registry, imports, submitImport, weights } = openRegistryParts({
    ...{ database, files, request: parts, jobs, config, clock },
    newId: ulid,
    tokens: { remember },
  });
  const { lookUpLoras } = registry;
  const accepting = { ...parts, files, lookUpLoras, rememberToken: remember };
  const submit = createSubmit({ ...accepting, accept: jobs.accept });
  const sheets = openSheets({ ...accepting, database, jobs, clock });
  const library = createLoraLibrary({ folders: parts.folders, readValues: parts.readValues });
  const given = { request: parts, registry, library, files, submit, jobs, config, log };
  const { submitReplay, replays } = createReplayParts(given);
  const store = createTrainingStore(database);
  const trainings = createTrainings({ ...given, request: parts, store, clock, tokens: { remember } });
  const { submitVerification } = createVerificationParts({ ...given, trainings: store });
  const engine = { current: readyEngine };
  const devices = deviceOf(engine);
  const { disk, freeBytes } = diskOf(50 * 2 ** 30);
  const app = createApp({
    dialects,
    pageFolder,
    config,
    jobs,
    submit,
    catalog: parts.catalog,
    checkFit: parts.checkFit,
    library,
    thumbnails: createThumbnails({ files, config, log }),
    registry,
    weights,
    submitImport,
    ...{ submitReplay, submitVerification, trainings },
    receiveAsset: createReceiveAsset({ ...parts, blobs: registry.blobs }),
    sheets,
    files,
    engine: devices,
    keys,
    sessions,
    presets: openPresets({ database, clock, newId: ulid }),
    ...signing,
    metrics: createMetrics({ engine: devices, jobs, freeBytes }),
    freeBytes,
    clock,
    log,
  });
  await app.ready();
  return {
    app,
    jobs,
    keys,
    sheets,
    registry,
    imports,
    replays,
    submitImport,
    database,
    files,
    config,
    catalog: parts.catalog,
    engine,
    disk,
    tokens,
    log: lines,
    logger: log,
    async close() {
      await app.close();
      if (sharing === null) await jobs.close().then(database.close);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export type TestApp = Awaited<ReturnType<typeof openTestApp>>;

/** A body that is accepted with nothing but the demo model's catalog entry. */
export const plainBody = { model: 'demo', base_only: true, prompts: [{ prompt: 'a red apple' }] };
