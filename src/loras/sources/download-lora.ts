import { mkdir } from 'node:fs/promises';
import { DarkroomError } from '../../errors/darkroom-error.ts';
import { type LoraCache, urlKey } from '../cache/lora-cache.ts';
import type { SharedTask } from '../cache/share-work.ts';
import type { ReadValues } from '../file/values/check-values.ts';
import { refuseBadValue, whyBad } from '../file/values/lora-values.ts';
import { explainDownload } from './explain-download.ts';
import { type PartFile, takePartFile } from './part-file.ts';
import { fetchPeftConfig } from './peft-folder.ts';
import type { RemoteLora } from './remote-path.ts';
import { type TransferSettings, transferLora } from './transfer-lora.ts';

export interface Downloaded {
  file: string;
  sha256: string;
  /** What the host gave with it. */
  version: string | null;
  /** Text of the `adapter_config.json` beside it. */
  peftConfig: string | null;
}

export interface DownloadSettings extends TransferSettings {
  cache: LoraCache;
  /** Only who sends a token of their own may have it. */
  isPrivate: boolean;
  readValues: ReadValues;
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
    const sha256 = await checkWhole({ remote, part, version, promised }, settings);
    const { text: peftConfig } = await fetchPeftConfig(remote, settings.fetch);
    const file = await cache.keep(part.file, remote.url, { sha256, version, isPrivate, peftConfig });
    await part.remove();
    return { file, sha256, version, peftConfig };
  } catch (error) {
    signal.throwIfAborted();
    throw explainDownload(remote, error);
  }
}

interface Whole {
  remote: RemoteLora;
  part: PartFile;
  version: string | null;
  /** The SHA-256 that the hub gives. */
  promised: string | null;
}

/** Its hash, when it is the LoRA that it should be. What is not is removed: going on with it would never mend it. */
async function checkWhole(
  { remote: { url, label }, part, version, promised }: Whole,
  { cache, readValues }: DownloadSettings,
): Promise<string> {
  try {
    const values = await readValues(part.file, label);
    if (promised !== null && promised !== values.sha256)
      throw new DarkroomError(
        'LORA_DOWNLOAD_FAILED',
        `The LoRA "${label}" arrived damaged: its SHA-256 is ${values.sha256}, where the hub says ${promised}. Try again.`,
        { details: { path: label } },
      );
    if (values.bad !== null && version !== null)
      await cache.refuse(url, { version, why: whyBad(values.bad) });
    refuseBadValue(values, label);
    return values.sha256;
  } catch (error) {
    await part.remove();
    throw error;
  }
}
