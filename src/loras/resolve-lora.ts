import path from 'node:path';
import type { ModelEntry } from '../catalog/define-model.ts';
import type { PlanSettings } from '../render/pipeline-spec.ts';
import type { LoraSource } from '../render/plan.ts';
import { createBaseModuleReader } from './base-modules.ts';
import { fitLora, type LoraFit } from './fit-lora.ts';
import { createFileHasher } from './hash-file.ts';
import { type LoraFolders, locateLora } from './locate-lora.ts';
import { isRemotePath } from './lora-remote.ts';
import { readHeader, type SafetensorsHeader } from './read-header.ts';
import type { RemoteLoras } from './remote-loras.ts';

export interface FoundLora {
  /** Null while it has to be downloaded. */
  file: string | null;
  /** Null until it is known. */
  sha256: string | null;
  /** Where it comes from, for a machine that has not the file; null for one of the LoRA folder. */
  source: LoraSource | null;
  /** How many of its modules the warnings say are ignored. */
  ignored: number;
  warnings: string[];
}

/**
 * A LoRA of a request, found, read as far as its header and held against the model. Nothing is downloaded but the header.
 * Throws LORA_NOT_FOUND, LORA_INVALID, LORA_INCOMPATIBLE or LORA_DOWNLOAD_FAILED.
 */
export type ResolveLora = (
  entry: ModelEntry,
  requested: string,
  hfToken: string | null,
) => Promise<FoundLora>;

/** Hold a header against a model. Throws LORA_INVALID or LORA_INCOMPATIBLE. */
export type CheckFit = (
  entry: ModelEntry,
  requested: string,
  header: Pick<SafetensorsHeader, 'tensors' | 'metadata'>,
) => Promise<LoraFit>;

/**
 * `locateCheckpoint` finds the base on this machine, so that names and widths can be compared. What a repository holds of an
 * assembled model are not the weights that are loaded, and proves nothing.
 */
export function createCheckFit(locateCheckpoint: PlanSettings['locate']): CheckFit {
  const readBase = createBaseModuleReader();
  return (entry, requested, header) => {
    const { repository, bundled } = entry.checkpoint;
    const checkpoint = entry.pipeline.assembled ? null : locateCheckpoint(repository, bundled);
    const base = async (component: string) =>
      checkpoint === null ? null : readBase(path.join(checkpoint, component));
    return fitLora(entry, requested, header, base);
  };
}

export interface ResolveLoraDependencies {
  folders: LoraFolders;
  checkFit: CheckFit;
  remote: RemoteLoras;
}

export function createResolveLora({ folders, checkFit, remote }: ResolveLoraDependencies): ResolveLora {
  const hashFile = createFileHasher();
  const fits = createFitCache();

  async function local(entry: ModelEntry, requested: string): Promise<FoundLora> {
    const file = await locateLora(requested, folders);
    // The header is read before the whole file is hashed: a file that is no LoRA must cost next to nothing.
    const header = await readHeader(file, requested);
    const sha256 = await hashFile(file);
    const fit = await fits(`${entry.id} ${sha256} ${requested}`, () => checkFit(entry, requested, header));
    return { file, sha256, source: null, ignored: fit.ignored.length, warnings: fit.warnings };
  }

  return async (entry, requested, hfToken) => {
    if (!isRemotePath(requested)) return local(entry, requested);
    const { file, sha256, source, header, warnings } = await remote.look(requested, hfToken);
    const fit = await checkFit(entry, requested, header);
    return { file, sha256, source, ignored: fit.ignored.length, warnings: [...warnings, ...fit.warnings] };
  };
}

/** The verdict on one file for one model does not change; the last thousand are kept. */
function createFitCache(): (key: string, check: () => Promise<LoraFit>) => Promise<LoraFit> {
  const known = new Map<string, LoraFit>();
  return async (key, check) => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const fit = await check();
    known.set(key, fit);
    const [oldest] = known.keys();
    if (known.size > 1000 && oldest !== undefined) known.delete(oldest);
    return fit;
  };
}
