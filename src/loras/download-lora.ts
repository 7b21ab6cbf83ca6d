/**
 * LoRAs by URL or from the hub, each downloaded once.
 *
 * A download goes to `<key>.part` and is renamed to `<key>.safetensors` only when it is whole and reads as safetensors, so
 * the cache never holds half a file. Requests for a file that is on its way wait for the same download. The key is the hash
 * of the URL; a token is not part of it and is never written down.
 */
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { access, mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { DarkroomError } from '../errors/darkroom-error.ts';
import { type GuardedFetch, readBody } from '../security/guarded-fetch.ts';
import { OutboundError } from '../security/outbound-error.ts';
import { type HubReference, hubFileUrl, hubListUrl, parseHubReference } from './hub-url.ts';
import { readHeader } from './read-header.ts';

/** The local file of a URL or `hf:` path. Throws LORA_DOWNLOAD_FAILED, LORA_NOT_FOUND or LORA_INVALID. */
export type DownloadLora = (requested: string, hfToken: string | null) => Promise<string>;

export interface DownloadSettings {
  folder: string;
  fetch: GuardedFetch;
  /** The server's own token, for `hf:` paths of requests that bring none. */
  hfToken: string | null;
  maxBytes: number;
  timeoutMs: number;
}

export function createDownloadLora(settings: DownloadSettings): DownloadLora {
  const underWay = new Map<string, Promise<string>>();
  return async (requested, hfToken) => {
    const headers = authorization(requested, hfToken ?? settings.hfToken);
    const url = requested.startsWith('hf:')
      ? await hubUrl(parseHubReference(requested), headers, settings)
      : fileUrl(requested);
    const key = createHash('sha256').update(url).digest('hex').slice(0, 40);
    const running =
      underWay.get(key) ??
      fetchOnce(requested, url, key, headers, settings).finally(() => underWay.delete(key));
    underWay.set(key, running);
    return running;
  };
}

/** A page of a file on the hub, as people copy it from the browser, is the file itself. */
const fileUrl = (url: string): string =>
  url.replace(/^(https:\/\/huggingface\.co\/[^/]+\/[^/]+)\/blob\//, '$1/resolve/');

function authorization(requested: string, token: string | null): Record<string, string> {
  const isHub = requested.startsWith('hf:') || requested.startsWith('https://huggingface.co/');
  return token !== null && isHub ? { authorization: `Bearer ${token}` } : {};
}

async function hubUrl(
  reference: HubReference,
  headers: Record<string, string>,
  settings: DownloadSettings,
): Promise<string> {
  if (reference.file !== null) return hubFileUrl(reference, reference.file);
  const listing = await settings
    .fetch(hubListUrl(reference), { maxBytes: 8 << 20, timeoutMs: 30_000, headers })
    .then(readBody)
    .catch((error: unknown) => {
      throw downloadFailed(`hf:${reference.repository}`, error);
    });
  const files = hubListing
    .parse(JSON.parse(Buffer.from(listing).toString('utf8')))
    .siblings.map((file) => file.rfilename);
  const candidates = files.filter((file) => file.endsWith('.safetensors'));
  const [only] = candidates;
  if (only !== undefined && candidates.length === 1) return hubFileUrl(reference, only);
  throw new DarkroomError(
    'LORA_NOT_FOUND',
    candidates.length === 0
      ? `hf:${reference.repository} holds no .safetensors file.`
      : `hf:${reference.repository} holds ${candidates.length} .safetensors files: name one, as in hf:${reference.repository}/${only}.`,
    { details: { files: candidates.slice(0, 50) } },
  );
}

const hubListing = z.looseObject({ siblings: z.array(z.looseObject({ rfilename: z.string() })) });

async function fetchOnce(
  requested: string,
  url: string,
  key: string,
  headers: Record<string, string>,
  settings: DownloadSettings,
): Promise<string> {
  const target = path.join(settings.folder, `${key}.safetensors`);
  if (await exists(target)) return target;
  const part = path.join(settings.folder, `${key}.part`);
  await mkdir(settings.folder, { recursive: true });
  try {
    const response = await settings.fetch(url, {
      maxBytes: settings.maxBytes,
      timeoutMs: settings.timeoutMs,
      headers,
    });
    await pipeline(response.body, createWriteStream(part));
    await readHeader(part, shown(requested));
    await rename(part, target);
    return target;
  } catch (error) {
    await rm(part, { force: true });
    throw error instanceof DarkroomError ? error : downloadFailed(shown(requested), error);
  }
}

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

function downloadFailed(label: string, error: unknown): DarkroomError {
  const why = error instanceof OutboundError ? error.message : 'the connection or the disk failed';
  const hint =
    error instanceof OutboundError && (error.status === 401 || error.status === 403)
      ? ' It may need hf_token or HF_TOKEN.'
      : '';
  return new DarkroomError(
    'LORA_DOWNLOAD_FAILED',
    `The LoRA "${label}" could not be downloaded: ${why}${hint}`,
    { cause: error },
  );
}

/** The query of a URL may hold a token. */
const shown = (requested: string): string => (requested.split('?')[0] ?? requested).slice(0, 200);
