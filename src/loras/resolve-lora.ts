import path from 'node:path';
import type { ModelEntry } from '../catalog/define-model.ts';
import type { PlanSettings } from '../render/pipeline-spec.ts';
import { createBaseModuleReader } from './base-modules.ts';
import type { DownloadLora } from './download-lora.ts';
import { fitLora } from './fit-lora.ts';
import { createFileHasher } from './hash-file.ts';
import { type LoraFolders, locateLora } from './locate-lora.ts';
import { readHeader } from './read-header.ts';

export interface FoundLora {
  file: string;
  sha256: string;
  warnings: string[];
}

/**
 * A LoRA of a request, found, read as far as its header and held against the model.
 * Throws LORA_NOT_FOUND, LORA_INVALID, LORA_INCOMPATIBLE or LORA_DOWNLOAD_FAILED.
 */
export type ResolveLora = (
  entry: ModelEntry,
  requested: string,
  hfToken: string | null,
) => Promise<FoundLora>;

export interface ResolveLoraDependencies {
  folders: LoraFolders;
  locateCheckpoint: PlanSettings['locate'];
  download: DownloadLora;
}

export function createResolveLora({
  folders,
  locateCheckpoint,
  download,
}: ResolveLoraDependencies): ResolveLora {
  const hashFile = createFileHasher();
  const readBase = createBaseModuleReader();
  const fits = createFitCache();
  return async (entry, requested, hfToken) => {
    const isRemote = /^(https?|hf):/i.test(requested);
    const file = isRemote ? await download(requested, hfToken) : await locateLora(requested, folders);
    // The header is read before the whole file is hashed: a file that is no LoRA must cost next to nothing.
    const header = await readHeader(file, requested);
    const sha256 = await hashFile(file);
    const checkpoint = locateCheckpoint(entry.checkpoint.repository, entry.checkpoint.bundled);
    const base = async (component: string) =>
      checkpoint === null ? null : readBase(path.join(checkpoint, component));
    const warnings = await fits(`${entry.id} ${sha256} ${requested}`, () =>
      fitLora(entry, requested, header, base),
    );
    return { file, sha256, warnings };
  };
}

/** The verdict on one file for one model does not change; the last thousand are kept. */
function createFitCache(): (key: string, check: () => Promise<string[]>) => Promise<string[]> {
  const known = new Map<string, string[]>();
  return async (key, check) => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const warnings = await check();
    known.set(key, warnings);
    const [oldest] = known.keys();
    if (known.size > 1000 && oldest !== undefined) known.delete(oldest);
    return warnings;
  };
}
