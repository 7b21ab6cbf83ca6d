import { spawn as nodeSpawn } from 'node:child_process';
import type { Logger } from 'pino';
import type { Config } from '../../config.ts';
import { engineFolder } from '../../python/package-root.ts';
import { findPython } from '../../python/python-environment.ts';
import { createDownload, type DownloadCheckpoint } from '../download-checkpoint.ts';
import { childEnvironment } from './child-environment.ts';
import { type EngineProcess, startEngineProcess } from './engine-process.ts';
import { type Command, PROTOCOL } from './protocol.ts';
import type { Spawn } from './spawn-python.ts';
import type { ProcessHooks } from './supervisor.ts';

/** What the Python processes of an engine are started with. */
export interface LaunchOptions {
  config: Pick<
    Config,
    'DARKROOM_PYTHON' | 'MODEL_CACHE_DIR' | 'HF_TOKEN' | 'DEVICE' | 'MAX_RESIDENT_MODELS' | 'ADAPTER_CACHE_MB'
  >;
  log: Logger;
  /** `cuda:1` and such; DEVICE of the config when absent. */
  device?: string;
  spawn?: Spawn;
  /** What the processes inherit, without its secrets. */
  environment?: Record<string, string | undefined>;
}

/** Start the process of the device. Throws ENGINE_UNAVAILABLE when there is no interpreter. */
export function launchEngine(options: LaunchOptions, hooks: ProcessHooks): EngineProcess {
  const { config, log, spawn = nodeSpawn, environment = process.env } = options;
  return startEngineProcess({
    spawn,
    python: findPython(config.DARKROOM_PYTHON),
    folder: engineFolder(),
    environment: childEnvironment(environment, { modelCache: config.MODEL_CACHE_DIR, offline: true }),
    log,
    ...hooks,
  });
}

export function helloOf({ config, device = config.DEVICE }: LaunchOptions): Command {
  return {
    type: 'hello',
    protocol: PROTOCOL,
    device,
    max_resident: config.MAX_RESIDENT_MODELS,
    adapter_cache_bytes: config.ADAPTER_CACHE_MB * 2 ** 20,
  };
}

/** Downloads run beside the process of the device, and may ask the hub. */
export function downloadOf(options: LaunchOptions): DownloadCheckpoint {
  const { config, log, spawn = nodeSpawn, environment = process.env } = options;
  return createDownload({
    spawn,
    findPython: () => findPython(config.DARKROOM_PYTHON),
    folder: engineFolder(),
    environment: childEnvironment(environment, { modelCache: config.MODEL_CACHE_DIR, offline: false }),
    log,
  });
}
