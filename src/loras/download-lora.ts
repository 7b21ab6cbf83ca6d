import { mkdir } from 'node:fs/promises';
import { DarkroomError } from '../errors/darkroom-error.ts';
import { explainDownload } from './explain-download.ts';
import { hashFile } from './hash-file.ts';
import { type LoraCache, urlKey } from './lora-cache.ts';
import type { RemoteLora } from './lora-remote.ts';
import { type PartFile, takePartFile } from './part-file.ts';
import { readHeader } from './read-header.ts';
import type { SharedTask } from './share-work.ts';
import { type TransferSettings, transferLora } from './transfer-lora.ts';

export interface Downloaded {
  file: string;
  sha256: string;
  /** What the host gave with it. */
  version: string | null;
}

export interface DownloadSettings extends TransferSettings {
  cache: LoraCache;
  /** Only who sends a token of their own may have it. */
  isPrivate: boolean;
}

/**
 * A remote LoRA, whole and checked, into the cache. What was begun before, by this process or one that was killed, is gone
 * on with. Throws LORA_DOWNLOAD_FAILED, LORA_INVALID, STORAGE_FULL, or the reason of the signal.
 */
export async function downloadLora(
  remote: RemoteLora,
  settings: DownloadSettings,
  { signal, onBytes }: SharedTask,
): Promise<Downloaded> {
  const { cache, isPrivate } = settings;
  try {
    await mkdir(cache.folder, { recursive: true });
    const part = await takePartFile(cache.folder, urlKey(remote.url));
    const { version, sha256: promised } = await transferLora(remote, part, settings, signal, onBytes);
    const sha256 = await checkWhole(part, promised, remote.label);
    const file = await cache.keep(part.file, remote.url, { sha256, version, isPrivate });
    await part.remove();
    return { file, sha256, version };
  } catch (error) {
    signal.throwIfAborted();
    throw explainDownload(remote, error);
  }
}

/** Its hash, when it is the LoRA that it should be. What is not is removed: going on with it would never mend it. */
async function checkWhole(part: PartFile, promised: string | null, label: string): Promise<string> {
  try {
    await readHeader(part.file, label);
    const sha256 = await hashFile(part.file);
    if (promised === null || promised === sha256) return sha256;
    throw new DarkroomError(
      'LORA_DOWNLOAD_FAILED',
      `The LoRA "${label}" arrived damaged: its SHA-256 is ${sha256}, where the hub says ${promised}. Try again.`,
      { details: { path: label } },
    );
  } catch (error) {
    await part.remove();
    throw error;
  }
}
