import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import type { Engine } from '../engines/engine.ts';
import type { DeviceSlot } from '../engines/pool/device-slot.ts';
import type { ArtifactStore } from '../files/artifact-store.ts';
import type { EncodeFrame } from '../files/encode/encode-frame.ts';
import type { Jobs } from '../jobs/open-jobs.ts';
import type { ObserveAttempt } from './attempt-facts.ts';

/** What a worker needs. */
export interface WorkerParts {
  jobs: Pick<Jobs, 'work' | 'states'>;
  /** Where its jobs wait for the device of the engine. */
  slot: Pick<DeviceSlot, 'take'>;
  engine: Engine;
  artifacts: ArtifactStore;
  encode: EncodeFrame;
  config: Pick<Config, 'scratchFolder' | 'INFERENCE_TIMEOUT'>;
  clock: () => Date;
  observe: ObserveAttempt;
  log: Logger;
  /** Abort to stop: the running job goes back to the queue, with the outputs that it has. */
  signal: AbortSignal;
}
