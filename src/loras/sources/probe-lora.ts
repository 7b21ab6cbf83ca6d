/**
 * What can be known of a remote LoRA without downloading it: its header, from the first bytes, and what its host says of
 * the file. A host that knows `Range` sends only those bytes; of another's answer the rest is not read.
 */
import type { GuardedFetch, GuardedResponse } from '../../security/guarded-fetch.ts';
import { type HeaderSource, readHeaderFrom, type SafetensorsHeader } from '../file/header/read-header.ts';
import { explainDownload } from './explain-download.ts';
import type { RemoteLora } from './remote-path.ts';

/** What a host says of a file. */
export interface RemoteFacts {
  /** Changes when the file does: an ETag or a modification date. Null when the host gives neither. */
  version: string | null;
  /** What `If-Range` can name: a strong ETag, or the date. */
  validator: string | null;
  bytes: number | null;
  /** Of the content, where the hub tells it. */
  sha256: string | null;
  /** Whether a download that was cut can go on where it stopped. */
  isResumable: boolean;
}

export interface ProbedLora extends RemoteFacts {
  header: Omit<SafetensorsHeader, 'fileBytes'> & { fileBytes: number | null };
}

const firstBytes = 256 * 1024;
const timeoutMs = 20_000;

/** Throws LORA_DOWNLOAD_FAILED or LORA_INVALID. */
export async function probeLora(remote: RemoteLora, fetch: GuardedFetch): Promise<ProbedLora> {
  try {
    const first = await requestStretch(remote, fetch, 0, firstBytes);
    const facts = remoteFacts(first, remote.isOnHub);
    const start = await readUpTo(first.body, firstBytes);
    const read: HeaderSource['read'] = async (from, length) => {
      const end = from + length;
      if (end <= start.length || (facts.bytes !== null && facts.bytes <= start.length))
        return start.subarray(from, end);
      const rest = await readRest(remote, fetch, start.length, end);
      return Buffer.concat([start.subarray(from), rest]);
    };
    return { ...facts, header: await readHeaderFrom({ size: facts.bytes, read }, remote.label) };
  } catch (error) {
    throw explainDownload(remote, error);
  }
}

/** The facts in the headers of an answer with status 200 or 206. */
export function remoteFacts(response: GuardedResponse, isOnHub: boolean): RemoteFacts {
  const etag = response.header('etag');
  const modified = response.header('last-modified');
  const linked = isOnHub ? response.ownHeader('x-linked-etag') : null;
  const version = linked ?? etag ?? modified;
  return {
    version,
    validator: etag !== null && !etag.startsWith('W/') ? etag : modified,
    bytes: wholeLength(response),
    sha256: linked === null ? null : (/^"?([0-9a-f]{64})"?$/.exec(linked)?.[1] ?? null),
    isResumable: response.status === 206,
  };
}

function wholeLength(response: GuardedResponse): number | null {
  if (response.status !== 206) return response.contentLength;
  const total = /\/(\d+)$/.exec(response.header('content-range') ?? '')?.[1];
  return total === undefined ? null : Number(total);
}

function requestStretch(
  { url, headers }: RemoteLora,
  fetch: GuardedFetch,
  from: number,
  end: number,
): Promise<GuardedResponse> {
  const options = { maxBytes: Number.MAX_SAFE_INTEGER, timeoutMs, headers, statuses: [200, 206] };
  return fetch(url, { ...options, part: { range: `bytes=${from}-${end - 1}` } });
}

async function readRest(remote: RemoteLora, fetch: GuardedFetch, from: number, end: number): Promise<Buffer> {
  const response = await requestStretch(remote, fetch, from, end);
  if (response.status === 206) return readUpTo(response.body, end - from);
  return (await readUpTo(response.body, end)).subarray(from);
}

/** The first bytes of a body; the rest is not waited for. */
async function readUpTo(body: AsyncIterable<Uint8Array>, length: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let have = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    have += chunk.byteLength;
    if (have >= length) break;
  }
  return Buffer.concat(chunks).subarray(0, length);
}
