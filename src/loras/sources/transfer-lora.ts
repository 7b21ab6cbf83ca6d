/**
 * The bytes of a remote file, into a part file, however often the connection is cut.
 *
 *   ask for what is missing ─▶ 206: go on ─▶ whole? done
 *        ▲                  └▶ 200: another version, or no ranges: from the beginning
 *        └── pause ◀── cut, too busy, no answer
 *
 * A try that brought 256 KiB or more makes the next one the first again; five in a row that did not are the end, and so
 * is the time that all of them together have. A host that sends less than the least rate is as good as none. What came then
 * stays in the part file.
 */
import { createWriteStream } from 'node:fs';
import { statfs } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { DarkroomError } from '../../errors/darkroom-error.ts';
import type { GuardedFetch, GuardedResponse } from '../../security/guarded-fetch.ts';
import { OutboundError } from '../../security/outbound-error.ts';
import { explainDownload } from './explain-download.ts';
import type { PartFile } from './part-file.ts';
import { type RemoteFacts, remoteFacts } from './probe-lora.ts';
import type { RemoteLora } from './remote-path.ts';

export interface TransferSettings {
  fetch: GuardedFetch;
  maxBytes: number;
  /** For all tries together. */
  timeoutMs: number;
  /** Milliseconds, of a clock that never jumps back. */
  now: () => number;
  pause: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

export type OnBytes = (bytes: number, total: number | null) => void;

const triesInVain = 5;
const worthwhileBytes = 256 * 2 ** 10;
/** Over each stretch of time; a modem was faster. */
const leastRate = { bytesPerSecond: 4 * 2 ** 10, overMs: 30_000 };
const firstPauseMs = 500;

/** Resolves with what the host said of the file that then stands in `part`. Throws LORA_DOWNLOAD_FAILED, STORAGE_FULL. */
export async function transferLora(
  remote: RemoteLora,
  part: PartFile,
  settings: TransferSettings,
  signal: AbortSignal,
  onBytes: OnBytes,
): Promise<RemoteFacts> {
  const endsAt = settings.now() + settings.timeoutMs;
  let vain = 0;
  for (let tries = 1; ; tries += 1) {
    const before = (await part.begun()).bytes;
    try {
      const timeoutMs = Math.max(1, Math.ceil(endsAt - settings.now()));
      return await oneTry(remote, part, { ...settings, timeoutMs }, signal, onBytes);
    } catch (error) {
      signal.throwIfAborted();
      const { bytes } = await part.begun();
      vain = bytes - before >= worthwhileBytes ? 0 : vain + 1;
      if (!isPassing(error) || vain >= triesInVain || settings.now() >= endsAt) {
        const total = error instanceof CutTransfer ? error.total : null;
        throw explainDownload(remote, error instanceof CutTransfer ? error.cause : error, {
          bytes,
          total,
          tries,
        });
      }
      await settings.pause(firstPauseMs * 2 ** vain, signal);
    }
  }
}

/** The file ended too soon. */
class CutTransfer extends Error {
  readonly total: number | null;

  constructor(cause: unknown, total: number | null) {
    super('cut', { cause });
    this.total = total;
  }
}

async function oneTry(
  remote: RemoteLora,
  part: PartFile,
  { fetch, maxBytes, timeoutMs, now }: TransferSettings,
  signal: AbortSignal,
  onBytes: OnBytes,
): Promise<RemoteFacts> {
  const begun = await part.begun();
  const response = await fetch(remote.url, {
    maxBytes,
    timeoutMs,
    signal,
    headers: remote.headers,
    statuses: [200, 206, 416],
    ...(begun.validator === null
      ? {}
      : { part: { range: `bytes=${begun.bytes}-`, 'if-range': begun.validator } }),
  });
  const facts = remoteFacts(response, remote.isOnHub);
  if (response.status === 416) await part.remove();
  if (response.status === 416) throw cut(remote, facts.bytes);
  const from = goesOn(response, begun.bytes) ? begun.bytes : 0;
  if (from === 0) await part.begin(facts.validator);
  if (facts.bytes !== null && facts.bytes > maxBytes) throw tooLarge(remote, maxBytes);
  if (facts.bytes !== null) await checkRoom(part.file, facts.bytes - from, remote.label);
  const arrived = await write(response, { part, from, total: facts.bytes, now }, onBytes).catch(
    (error: unknown) => {
      throw isPassing(error) ? new CutTransfer(error, facts.bytes) : error;
    },
  );
  if (facts.bytes !== null && arrived < facts.bytes) throw cut(remote, facts.bytes);
  return facts;
}

/** A disk that has not enough room is better found out before it is full. */
async function checkRoom(file: string, bytes: number, label: string): Promise<void> {
  const { bavail, bsize } = await statfs(path.dirname(file));
  if (bavail * bsize >= bytes) return;
  const [needed, free] = [bytes, bavail * bsize].map((count) => (count / 2 ** 30).toFixed(1));
  throw new DarkroomError(
    'STORAGE_FULL',
    `The LoRA "${label}" needs ${needed} GiB more and the disk of the LoRA cache has ${free} GiB. Free some space, or lower LORA_CACHE_GB.`,
    { details: { path: label } },
  );
}

/** Whether the answer is the rest of what is there, and not something else. */
function goesOn(response: GuardedResponse, bytes: number): boolean {
  if (response.status !== 206) return false;
  const start = /^bytes (\d+)-/.exec(response.header('content-range') ?? '')?.[1];
  if (Number(start) === bytes) return true;
  throw new OutboundError('bad_status', 'Its host sent another part of the file than it was asked for.');
}

interface Written {
  part: PartFile;
  from: number;
  total: number | null;
  now: () => number;
}

/** Bytes of the file afterwards. Throws OutboundError `timeout` when they come more slowly than is worth waiting for. */
async function write(
  response: GuardedResponse,
  { part, from, total, now }: Written,
  onBytes: OnBytes,
): Promise<number> {
  let bytes = from;
  onBytes(bytes, total);
  const keepsUp = watchRate(now);
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of response.body) {
      yield chunk;
      bytes += chunk.byteLength;
      onBytes(bytes, total);
      if (!keepsUp(chunk.byteLength)) throw tooSlow(response.url);
    }
  }
  await pipeline(counted, createWriteStream(part.file, from === 0 ? {} : { flags: 'r+', start: from }));
  return bytes;
}

/** Whether bytes still come at the least rate. Silence is for the HTTP client to notice. */
function watchRate(now: () => number): (bytes: number) => boolean {
  let since = now();
  let bytes = 0;
  return (more) => {
    bytes += more;
    const elapsed = now() - since;
    if (elapsed < leastRate.overMs) return true;
    const rate = (bytes / elapsed) * 1000;
    since = now();
    bytes = 0;
    return rate >= leastRate.bytesPerSecond;
  };
}

function tooSlow(url: string): OutboundError {
  const rate = leastRate.bytesPerSecond / 2 ** 10;
  return new OutboundError('timeout', `${new URL(url).host} sends less than ${rate} KiB a second.`);
}

function cut({ url }: RemoteLora, total: number | null): CutTransfer {
  const { host } = new URL(url);
  return new CutTransfer(new OutboundError('unreachable', `${host} closed the connection too soon.`), total);
}

function tooLarge({ url }: RemoteLora, maxBytes: number): OutboundError {
  const { host } = new URL(url);
  return new OutboundError('too_large', `${host} has a file of more than ${maxBytes / 2 ** 30} GiB there.`);
}

/** Whether asking again may help. */
export function isPassing(error: unknown): boolean {
  if (error instanceof CutTransfer) return true;
  if (!(error instanceof OutboundError)) return false;
  if (error.problem === 'timeout' || error.problem === 'unreachable') return true;
  const status = error.status ?? 0;
  return (
    error.problem === 'bad_status' && (status === 408 || status === 425 || status === 429 || status >= 500)
  );
}
