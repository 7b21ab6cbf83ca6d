/**
 * LoRAs by URL or from the hub.
 *
 * `look` is for the moment of a request: it reads the header and what the host says of the file, and finds out whether that
 * very version has been downloaded before. `fetch` is for the machine that renders, before the device is taken: the file,
 * from the cache or downloaded now, once for all jobs that want it. Both ask the host, so a file that changed behind its
 * URL is noticed, and a private one is given only to those whose token the host accepts.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { DarkroomError } from '../errors/darkroom-error.ts';
import type { LoraSource } from '../render/plan.ts';
import type { GuardedFetch } from '../security/guarded-fetch.ts';
import { type Downloaded, downloadLora } from './download-lora.ts';
import { type CacheEntry, type LoraCache, openLoraCache } from './lora-cache.ts';
import { type HubSettings, type RemoteLora, remoteLora, remoteUrl, shownPath } from './lora-remote.ts';
import { type ProbedLora, probeLora } from './probe-lora.ts';
import { readHeader, type SafetensorsHeader } from './read-header.ts';
import { createSharedWork, type SharedTask } from './share-work.ts';
import { isPassing, type TransferSettings } from './transfer-lora.ts';

export interface RemoteLoraSettings {
  /** Where downloads are kept. */
  folder: string;
  fetch: GuardedFetch;
  hub: HubSettings;
  maxBytes: number;
  timeoutMs: number;
  /** How to wait between tries. */
  pause?: TransferSettings['pause'];
}

export interface LookedAt {
  source: LoraSource;
  header: Pick<SafetensorsHeader, 'metadata' | 'tensors'>;
  fileBytes: number | null;
  isResumable: boolean;
  /** Hash of the content, where it is known before a download. */
  sha256: string | null;
  /** On this machine already. */
  file: string | null;
  warnings: string[];
}

export interface Fetched {
  file: string;
  sha256: string;
  /** The host gave another version than when the request was checked. */
  hasChanged: boolean;
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
  look(requested: string, hfToken: string | null): Promise<LookedAt>;
  /** Throws the same, STORAGE_FULL, or the reason of the signal. */
  fetch(request: FetchRequest): Promise<Fetched>;
}

export function createRemoteLoras(settings: RemoteLoraSettings): RemoteLoras {
  const cache = openLoraCache(settings.folder);
  const share = createSharedWork<Downloaded>();
  const pause: TransferSettings['pause'] =
    settings.pause ?? ((milliseconds, signal) => sleep(milliseconds, undefined, { signal }));
  return {
    look: async (requested, hfToken) => {
      const remote = await remoteLora(requested, hfToken, settings.hub, settings.fetch);
      return lookAt(remote, cache, settings);
    },
    fetch: async (request) => {
      const { source, sha256, hfToken } = request;
      const known = await inCache(request, cache);
      if (known !== null) {
        await cache.touch(known.sha256);
        return { ...known, hasChanged: false };
      }
      const named = { ...remoteUrl(source.url, hfToken, settings.hub), label: shownPath(request.requested) };
      const begin = (task: SharedTask): Promise<Downloaded> =>
        downloadLora(named, { ...settings, cache, pause, isPrivate: hfToken !== null }, task);
      // Said before the host is asked: it may take long to answer.
      request.onBytes(0, null);
      const got = await share(source.url, request, begin);
      if (sha256 !== null && got.sha256 !== sha256) throw changed(named.label);
      await cache.touch(got.sha256);
      return { ...got, hasChanged: got.version !== source.version };
    },
  };
}

async function lookAt(remote: RemoteLora, cache: LoraCache, settings: RemoteLoraSettings): Promise<LookedAt> {
  const known = await cache.lookUp(remote.url);
  const probed: Seen = await probeLora(remote, settings.fetch).catch(async (error: unknown) => {
    // What anybody may have, and was here before, is better than an error.
    if (known === null || known.isPrivate || !isPassing(errorCause(error))) throw error;
    return unasked(known, remote.label);
  });
  const isSame = known !== null && known.version !== null && known.version === probed.version;
  const sha256 = probed.sha256 ?? (isSame ? known.sha256 : null);
  return {
    source: { url: remote.url, version: probed.version },
    header: probed.header,
    fileBytes: probed.bytes,
    isResumable: probed.isResumable,
    sha256,
    file: sha256 === null ? null : await cache.find(sha256),
    warnings: probed.warnings ?? [],
  };
}

type Seen = ProbedLora & { warnings?: string[] };

const errorCause = (error: unknown): unknown => (error instanceof Error ? error.cause : undefined);

/** The host did not answer: the file that it gave before, and a word about it. */
async function unasked(
  { file, sha256, version }: CacheEntry & { file: string },
  label: string,
): Promise<Seen> {
  const header = await readHeader(file, label);
  const warning = `LoRA "${label}": its host does not answer, so the file that was downloaded from there before is used.`;
  return {
    ...{ header, version, validator: null, bytes: header.fileBytes, sha256, isResumable: false },
    warnings: [warning],
  };
}

function changed(label: string): DarkroomError {
  return new DarkroomError(
    'LORA_DOWNLOAD_FAILED',
    `The LoRA "${label}" changed at its host after the request was accepted. Send the request again to render with the new one.`,
    { details: { path: label } },
  );
}

async function inCache(
  { source, sha256 }: FetchRequest,
  cache: LoraCache,
): Promise<Pick<Fetched, 'file' | 'sha256'> | null> {
  if (sha256 !== null) {
    const file = await cache.find(sha256);
    return file === null ? null : { file, sha256 };
  }
  const known = source.version === null ? null : await cache.lookUp(source.url);
  return known !== null && known.version === source.version ? known : null;
}
