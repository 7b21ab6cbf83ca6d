import type { FastifyBaseLogger } from 'fastify';
import type { Catalog } from '../catalog/load-catalog.ts';
import type { Config } from '../config.ts';
import type { EnginePoolStatus } from '../engines/pool/engine-pool.ts';
import type { FileStore } from '../files/file-store.ts';
import type { UrlSigner } from '../files/signed-url.ts';
import type { ReadThumbnail } from '../files/thumbnails.ts';
import type { Submit } from '../inference/submit.ts';
import type { Jobs } from '../jobs/open-jobs.ts';
import type { Keys } from '../keys/open-keys.ts';
import type { Presets } from '../keys/open-presets.ts';
import type { Sessions } from '../keys/open-sessions.ts';
import type { LoraLibrary } from '../loras/library.ts';
import type { CheckFit } from '../loras/sources/resolve-lora.ts';
import type { ReceiveAsset } from '../registry/assets/receive-asset.ts';
import type { SubmitImport } from '../registry/import/submit-import.ts';
import type { Weights } from '../registry/import/take-weights.ts';
import type { Registry } from '../registry/open-registry.ts';
import type { SubmitReplay } from '../replay/submit-replay.ts';
import type { Sheets } from '../sheets/open-sheets.ts';
import type { Trainings } from '../training/open-trainings.ts';
import type { SubmitVerification } from '../verification/submit-verification.ts';
import type { Metrics } from './system/metrics.ts';

/** The part of the jobs layer that is told about over HTTP. */
export type JobReader = Pick<
  Jobs,
  | 'kinds'
  | 'replay'
  | 'freeIdempotencyKey'
  | 'get'
  | 'result'
  | 'status'
  | 'list'
  | 'cancel'
  | 'events'
  | 'feed'
  | 'outputs'
  | 'counts'
  | 'depth'
  | 'runs'
> & {
  webhooks: Pick<Jobs['webhooks'], 'deliveries' | 'recent'>;
};

/** Everything that the HTTP layer is given; it makes none of it itself. */
export interface HttpDependencies {
  config: Config;
  catalog: Catalog;
  jobs: JobReader;
  submit: Submit;
  registry: Registry;
  submitImport: SubmitImport;
  submitReplay: SubmitReplay;
  submitVerification: SubmitVerification;
  receiveAsset: ReceiveAsset;
  /** LoRAs in archives, and behind pages. */
  weights: Weights;
  trainings: Trainings;
  sheets: Sheets;
  files: Pick<FileStore, 'read' | 'locate' | 'remove'>;
  thumbnails: ReadThumbnail;
  /** LoRA files of this machine. */
  library: LoraLibrary;
  checkFit: CheckFit;
  engine: EnginePoolStatus;
  keys: Keys;
  sessions: Sessions;
  presets: Presets;
  /** What calls of webhooks are signed with: `whsec_…`. */
  webhookSecret: string;
  urlSigner: UrlSigner;
  metrics: Metrics;
  /** Bytes left where requests keep their files. */
  freeBytes: () => Promise<number>;
  clock: () => Date;
  log: FastifyBaseLogger;
}
