import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import type { Database } from '../database/database.ts';
import type { DeviceSlot } from '../engines/pool/device-slot.ts';
import type { EnginePool } from '../engines/pool/engine-pool.ts';
import { createFrameEncoder } from '../files/encode/encode-frame.ts';
import type { FileStore } from '../files/file-store.ts';
import type { Metrics } from '../http/system/metrics.ts';
import type { Jobs } from '../jobs/open-jobs.ts';
import type { ImportParts } from '../registry/import/import-parts.ts';
import type { Registry } from '../registry/open-registry.ts';
import type { ReplayParts } from '../replay/run-replay.ts';
import type { Sheets } from '../sheets/open-sheets.ts';
import type { TrainingStore } from '../training/training-store.ts';
import type { VerificationParts } from '../verification/run-verification.ts';
import { createBesideSlot } from '../worker/beside-slot.ts';
import type { KindRunners } from '../worker/kind-runner.ts';
import type { RequestTokens } from '../worker/request-tokens.ts';
import { startRetention } from '../worker/retention.ts';
import { type Lane, runWorker } from '../worker/run-worker.ts';
import type { RunnerParts, WorkKinds } from './kinds.ts';
import { createPlanFiles } from './plan-files.ts';
import type { RequestParts } from './request-parts.ts';

export interface WorkOptions {
  jobs: Jobs;
  kinds: WorkKinds;
  engines: EnginePool;
  files: FileStore;
  request: RequestParts;
  registry: Registry;
  imports: ImportParts;
  replays: ReplayParts;
  verifications: VerificationParts;
  database: Database;
  trainings: TrainingStore;
  sheets: Sheets;
  tokens: RequestTokens;
  metrics: Metrics;
  config: Config;
  clock: () => Date;
  log: Logger;
}

/** Runs jobs, where there is a device, and removes old ones. The result stops both: running jobs are back in the queue then. */
export function startWork(options: WorkOptions): () => Promise<void> {
  const { jobs, tokens, files, engines, registry, metrics, config, clock, log } = options;
  const stopped = new AbortController();
  const { signal } = stopped;
  const observe = metrics.onAttempt;
  const worker =
    engines.slots.length === 0
      ? null
      : runWorker({ jobs, config, clock, log, signal, observe }, lanesOf(options));
  const retention = startRetention({
    jobs,
    files,
    tokens,
    config,
    clock,
    log,
    whileUnkept: registry.blobs.whileUnkept,
    sweepRegistry: registry.sweep,
    sweepSheets: options.sheets.sweep,
  });
  return async () => {
    stopped.abort();
    await Promise.all([worker, retention.stop()]);
  };
}

/** A lane for each device, one for the kinds that need none, and one for those that wait for others. */
function lanesOf(options: WorkOptions): Lane[] {
  const { kinds, engines, files, request, imports, tokens, metrics, config, log } = options;
  const { jobs, registry, database, trainings, replays, verifications, clock } = options;
  const parts: RunnerParts = {
    files,
    imports,
    replays,
    verifications,
    clock,
    tokens,
    config,
    observeRender: metrics.onRender,
    registry,
    database,
    store: trainings,
    work: jobs.work,
    log,
    encode: createFrameEncoder({ config, log }),
    planFiles: createPlanFiles(request, config, files),
  };
  const atDevices = engines.slots.map((slot): Lane => {
    const { engine } = slot;
    return { slot, engine, runners: deviceRunners(kinds, parts, slot) };
  });
  const beside = (waits: boolean): Lane => ({
    slot: createBesideSlot(),
    engine: null,
    runners: besideRunners(kinds, parts, waits),
  });
  return [...atDevices, beside(false), beside(true)];
}

function deviceRunners(kinds: WorkKinds, parts: RunnerParts, slot: DeviceSlot): KindRunners {
  const all = Object.entries(kinds);
  return Object.fromEntries(
    all.flatMap(([name, kind]) => (kind.needsDevice ? [[name, kind.createRunner(parts, slot)]] : [])),
  );
}

function besideRunners(kinds: WorkKinds, parts: RunnerParts, waits: boolean): KindRunners {
  const all = Object.entries(kinds);
  return Object.fromEntries(
    all.flatMap(([name, kind]) =>
      kind.needsDevice || (kind.waits ?? false) !== waits ? [] : [[name, kind.createRunner(parts)]],
    ),
  );
}
