import { spawn as nodeSpawn } from 'node:child_process';
import type { Logger } from 'pino';
import type { Config } from '../../config.ts';
import { childEnvironment } from '../../python/child/child-environment.ts';
import type { Spawn } from '../../python/child/spawn-python.ts';
import { engineFolder } from '../../python/package-root.ts';
import { findPython } from '../../python/python-environment.ts';
import { createDownload } from '../download-checkpoint.ts';
import { createFetchCheckpoints, type FetchCheckpoints } from '../fetch-checkpoints.ts';
import { type EngineProcess, startEngineProcess } from './engine-process.ts';

/** What the Python processes of this machine are started with, whatever their device. */
export interface LaunchOptions {
  config: Pick<Config, 'DARKROOM_PYTHON' | 'MODEL_CACHE_DIR' | 'HF_TOKEN'>;
  log: Logger;
  spawn?: Spawn;
  /** What the processes inherit, without its secrets. */
  environment?: Record<string, string | undefined>;
}

/** Start a process that has no device yet. Throws ENGINE_UNAVAILABLE when there is no interpreter. */
export function launchEngine({
  config,
  log,
  spawn = nodeSpawn,
  environment = process.env,
}: LaunchOptions): EngineProcess {
  return startEngineProcess({
    spawn,
    python: findPython(config.DARKROOM_PYTHON),
    folder: engineFolder(),
    environment: childEnvironment(environment, { modelCache: config.MODEL_CACHE_DIR, offline: true }),
    log,
  });
}

/** Downloads run beside the processes of the devices, and may ask the hub. */
export function checkpointsOf({
  config,
  log,
  spawn = nodeSpawn,
  environment = process.env,
}: LaunchOptions): FetchCheckpoints {
  const download = createDownload({
    spawn,
    findPython: () => findPython(config.DARKROOM_PYTHON),
    folder: engineFolder(),
    environment: childEnvironment(environment, { modelCache: config.MODEL_CACHE_DIR, offline: false }),
    log,
  });
  return createFetchCheckpoints(download, config.HF_TOKEN);
}
