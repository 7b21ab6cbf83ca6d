import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import type { Engine } from '../engines/engine.ts';
import { createProcessEngine } from '../engines/process/process-engine.ts';
import { createStandInEngine } from '../engines/stand-in-engine.ts';
import type { SharedFiles } from '../files/shared-files.ts';
import { createFileHasher } from '../loras/file/hash-file.ts';
import { createLocalEngine } from '../worker/local-engine.ts';
import type { RequestParts } from './request-parts.ts';

/** `stand-in` draws gradients without Python: for load and kill tests of everything around the engine. */
export type EngineKind = 'python' | 'stand-in';

/** The engine of this machine, for plans of any machine. */
export function openEngine(options: {
  config: Config;
  log: Logger;
  kind: EngineKind;
  parts: Pick<RequestParts, 'catalog' | 'settings' | 'folders' | 'remote' | 'checkFit'>;
  shared: SharedFiles | null;
}): Engine {
  const { config, log, kind, parts, shared } = options;
  const engine = kind === 'python' ? createProcessEngine({ config, log }) : createStandInEngine();
  return createLocalEngine(engine, {
    ...parts,
    cacheFolder: config.downloadsFolder,
    shared,
    hashFile: createFileHasher(),
  });
}
