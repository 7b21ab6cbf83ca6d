/**
 * LoRAs by URL or from the hub.
 *
 * `look` is for the moment of a request: it reads the header and what the host says of the file, and finds out whether that
 * very version has been downloaded before. `fetch` is for the machine that renders, before the device is taken: the file,
 * from the cache or downloaded now, once for all jobs that want it. Both ask the host, so a file that changed behind its
 * URL is noticed, and a private one is given only to those whose token the host accepts.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { DarkroomError } from '../../errors/darkroom-error.ts';
import type { LoraSource } from '../../render/plan.ts';
import type { GuardedFetch } from '../../security/guarded-fetch.ts';
import { type LoraCache, openLoraCache } from '../cache/lora-cache.ts';
import { createSharedWork, type SharedTask } from '../cache/share-work.ts';
import { hashFile } from '../file/hash-file.ts';
import { createLook, type LookAtLora } from '../file/look-at-lora.ts';
import type { ReadValues } from '../file/values/check-values.ts';
import { type Downloaded, downloadLora } from './download-lora.ts';
import { type HubSettings, remoteUrl, shownPath } from './remote-path.ts';
import type { TransferSettings } from './transfer-lora.ts';

export interface RemoteLoraSettings {
  /** Where downloads are kept. */
  folder: string;
  fetch: GuardedFetch;
  hub: HubSettings;
  maxBytes: number;
  /** For one download, however often it is taken up again. */
  timeoutMs: number;
  readValues: ReadValues;
  /** How to wait between tries. */
  pause?: TransferSettings['pause'];
  /** Milliseconds, of a clock that never jumps back. */
  now?: () => number;
}

export interface Fetched {
  file: string;
  sha256: string;
  /** The host gave another version than when the request was checked. */
  hasChanged: boolean;
  /** Text of the `adapter_config.json` beside it, for a file that has changed. */
  peftConfig: string | null;
}

export interface FetchRequest extends SharedTask {
  /** As the client wrote it. */
  requested: string;
  source: LoraSource;
  /** Of the content, where it is known; then no other is taken. */
  sha256: string | null;
  hfToken: string | null;
}

export interface RemoteLoras {
  /** Throws LORA_DOWNLOAD_FAILED, LORA_NOT_FOUND or LORA_INVALID. */
  look: LookAtLora;
  /** A job uses a file of the cache: it is kept for longer. */
  used(sha256: string): Promise<void>;
  /** Throws the same, STORAGE_FULL, or the reason of the signal. */
  fetch(request: FetchRequest): Promise<Fetched>;
}

export function createRemoteLoras(settings: RemoteLoraSettings): RemoteLoras {
  const cache = openLoraCache(settings.folder);
  const now = settings.now ?? (() => performance.now());
  const share = createSharedWork<Downloaded>();
  const pause: TransferSettings['pause'] =
    settings.pause ?? ((milliseconds, signal) => sleep(milliseconds, undefined, { signal }));
  return {
    look: createLook(cache, settings),
    used: cache.touch,
    fetch: async (request) => {
      const { source, sha256, hfToken } = request;
      const known = await inCache(request, cache);
      if (known !== null) {
        await cache.touch(known.sha256);
        return { ...known, hasChanged: false, peftConfig: null };
      }
      const named = { ...remoteUrl(source.url, hfToken, settings.hub), label: shownPath(request.requested) };
      const begin = (task: SharedTask): Promise<Downloaded> =>
        downloadLora(named, { ...settings, cache, pause, now, isPrivate: hfToken !== null }, task);
      // Said before the host is asked: it may take long to answer.
      request.onBytes(0, null);
      const got = await share(source.url, request, begin);
      if (sha256 !== null && got.sha256 !== sha256) throw changed(named.label);
      await cache.touch(got.sha256);
      return { ...got, hasChanged: got.version !== source.version };
    },
  };
}

function changed(label: string): DarkroomError {
  return new DarkroomError(
    'LORA_DOWNLOAD_FAILED',
    `The LoRA "${label}" changed at its host after the request was accepted. Send the request again to render with the new one.`,
    { details: { path: label } },
  );
}

/** What is there already, unless its bytes are no longer those that it is named by. */
async function inCache(
  { source, sha256 }: FetchRequest,
  cache: LoraCache,
): Promise<Pick<Fetched, 'file' | 'sha256'> | null> {
  const known = source.version === null ? null : await cache.lookUp(source.url);
  const wanted = sha256 ?? (known?.version === source.version ? known?.sha256 : null) ?? null;
  const file = wanted === null ? null : await cache.find(wanted);
  if (wanted === null || file === null) return null;
  return (await hashFile(file)) === wanted ? { file, sha256: wanted } : null;
}
