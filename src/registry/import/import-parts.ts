import { DarkroomError } from '../../errors/darkroom-error.ts';
import type { ReadValues } from '../../loras/file/values/check-values.ts';
import type { LoraFolders } from '../../loras/sources/locate-lora.ts';
import type { RemoteLoras } from '../../loras/sources/remote-loras.ts';
import type { CheckFit } from '../../loras/sources/resolve-lora.ts';
import type { ReadPicture } from '../../pictures/picture-reader.ts';
import type { PipelineSettings } from '../../render/engine-plan.ts';
import type { GuardedFetch } from '../../security/guarded-fetch.ts';
import type { IntakeLimits } from '../intake/set-file.ts';
import type { RegistryContext } from '../registry-context.ts';

/** What imports are made with, beside the registry. */
export interface ImportParts {
  registry: RegistryContext;
  folders: LoraFolders;
  remote: RemoteLoras;
  readValues: ReadValues;
  checkFit: CheckFit;
  locate: PipelineSettings['locate'];
  readPicture: ReadPicture;
  fetch: GuardedFetch;
  limits: IntakeLimits;
}

/** One import under way. */
export interface ImportRun {
  signal: AbortSignal;
  /** Existing folder, removed afterwards. */
  scratch: string;
  /** Of the request, for the hub. */
  hfToken: string | null;
  warn: (message: string) => void;
  /** Bytes of a download, or epochs of a folder. */
  onProgress: (phase: 'downloading' | 'saving', done: number, total: number) => void;
}

/** There is nothing to import, or not enough is known of it. */
export const importInvalid = (message: string, details?: Record<string, unknown>): DarkroomError =>
  new DarkroomError('IMPORT_INVALID', message, details === undefined ? {} : { details });
