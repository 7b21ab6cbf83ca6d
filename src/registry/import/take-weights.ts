/** LoRAs that are not simply a file at a URL: those in a tar, as Replicate keeps weights, and those that a page of CivitAI stands for. */
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { z } from 'zod';
import { DarkroomError } from '../../errors/darkroom-error.ts';
import { explainDownload } from '../../loras/sources/explain-download.ts';
import { shownPath } from '../../loras/sources/remote-path.ts';
import { type GuardedFetch, readBody } from '../../security/guarded-fetch.ts';
import type { Blobs } from '../blobs.ts';

export interface TakenWeights {
  /** On this machine. */
  file: string;
  sha256: string;
}

export type WeightsSource =
  | { kind: 'url'; url: string }
  /** A data URL. */
  | { kind: 'data'; text: string }
  /** A tar of this machine, and what its sender calls it. */
  | { kind: 'file'; path: string; name: string };

export interface Weights {
  /** The only LoRA in a tar. Throws LORA_DOWNLOAD_FAILED and LORA_INVALID. */
  take(source: WeightsSource, signal: AbortSignal): Promise<TakenWeights>;
  /** The URL of the newest version of a model of CivitAI, by the number in the address of its page. Throws LORA_DOWNLOAD_FAILED. */
  civitai(model: string): Promise<string>;
}

export interface WeightsParts {
  fetch: GuardedFetch;
  blobs: Pick<Blobs, 'put' | 'locate'>;
  /** Parent of folders for what is being received. */
  scratchFolder: string;
}

const limits = { bytes: 4 * 10 ** 9, downloadMs: 30 * 60_000, remembered: 200 };

/** What a host last gave for a URL. */
interface KnownTar {
  etag: string;
  sha256: string;
}

export function openWeights(parts: WeightsParts): Weights {
  const known = new Map<string, KnownTar>();

  async function fromUrl(url: string, folder: string, signal: AbortSignal): Promise<TakenWeights> {
    const label = shownPath(url);
    const before = known.get(url);
    const file = before === undefined ? null : await parts.blobs.locate(before.sha256, signal);
    const target = path.join(folder, 'weights.tar');
    const etag = await download(
      url,
      target,
      file === null ? null : (before?.etag ?? null),
      parts.fetch,
      signal,
    );
    if (etag === 'unchanged' && before !== undefined && file !== null) return { file, sha256: before.sha256 };
    const taken = await unpack(target, label, folder, parts, signal);
    if (etag !== null) remember(url, { etag, sha256: taken.sha256 });
    return taken;
  }

  function remember(url: string, tar: KnownTar): void {
    known.set(url, tar);
    const [oldest] = known.keys();
    if (known.size > limits.remembered && oldest !== undefined) known.delete(oldest);
  }

  return {
    take: async (source, signal) => {
      await mkdir(parts.scratchFolder, { recursive: true });
      const folder = await mkdtemp(path.join(parts.scratchFolder, 'weights-'));
      try {
        switch (source.kind) {
          case 'url':
            return await fromUrl(source.url, folder, signal);
          case 'file':
            return await unpack(source.path, source.name, folder, parts, signal);
          case 'data': {
            const target = path.join(folder, 'weights.tar');
            await writeFile(target, bytesOf(source.text));
            return await unpack(target, 'data', folder, parts, signal);
          }
        }
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
    civitai: (model) => newestVersion(model, parts.fetch),
  };
}

/** Returns the ETag, or `unchanged` when the host still has what `etag` names. */
async function download(
  url: string,
  target: string,
  etag: string | null,
  fetch: GuardedFetch,
  signal: AbortSignal,
): Promise<string | null> {
  try {
    const response = await fetch(url, {
      maxBytes: limits.bytes,
      timeoutMs: limits.downloadMs,
      statuses: [200, 304],
      signal,
      ...(etag === null ? {} : { headers: { 'if-none-match': etag } }),
    });
    if (response.status === 304) return 'unchanged';
    await pipeline(response.body, createWriteStream(target));
    return response.header('etag');
  } catch (error) {
    signal.throwIfAborted();
    throw explainDownload({ label: shownPath(url), isOnHub: false }, error);
  }
}

async function unpack(
  tar: string,
  label: string,
  folder: string,
  { blobs }: WeightsParts,
  signal: AbortSignal,
): Promise<TakenWeights> {
  const target = path.join(folder, 'lora.safetensors');
  const found = await extractOnly(tar, target, label);
  if (found !== 1)
    throw invalid(
      label,
      found === 0 ? 'holds no .safetensors file' : `holds ${found} .safetensors files, where one is taken`,
    );
  const { sha256 } = await blobs.put({ path: target }, 'application/octet-stream');
  const file = await blobs.locate(sha256, signal);
  if (file === null) throw invalid(label, 'could not be kept');
  return { file, sha256 };
}

/** The first LoRA in it goes to `target`. Returns how many there are. */
async function extractOnly(tar: string, target: string, label: string): Promise<number> {
  const entries = extract();
  const packed = createReadStream(tar);
  const reading = (await isGzip(tar)) ? pipeline(packed, createGunzip(), entries) : pipeline(packed, entries);
  reading.catch(() => {});
  let [found, bytes] = [0, 0];
  try {
    for await (const entry of entries) {
      const { name, type, size = 0 } = entry.header;
      bytes += size;
      if (bytes > limits.bytes) throw invalid(label, 'unfolds to more than 4 GB');
      const isLora = type === 'file' && /\.safetensors$/i.test(name) && !/(^|\/)\._/.test(name);
      if (isLora) found++;
      if (isLora && found === 1) await pipeline(entry, createWriteStream(target));
      else entry.resume();
    }
    await reading;
    return found;
  } catch (error) {
    packed.destroy();
    if (error instanceof DarkroomError || (error instanceof Error && 'syscall' in error)) throw error;
    throw invalid(label, 'is no tar file that can be read');
  }
}

async function isGzip(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const { buffer } = await handle.read({ buffer: Buffer.alloc(2), position: 0 });
    return buffer.toString('latin1') === '\x1f\x8b';
  } finally {
    await handle.close();
  }
}

function bytesOf(text: string): Buffer {
  const [head = '', content] = text.split(',', 2);
  if (content === undefined || !/;base64$/i.test(head))
    throw invalid('data', 'is not base64: send data:application/x-tar;base64,…');
  return Buffer.from(content, 'base64');
}

const invalid = (label: string, why: string): DarkroomError =>
  new DarkroomError('LORA_INVALID', `The weights "${label}" cannot be used: the archive ${why}.`, {
    details: { path: label },
  });

const civitaiModel = z.looseObject({
  modelVersions: z.array(z.looseObject({ id: z.int() })).min(1),
});

/** Versions come newest first. */
async function newestVersion(model: string, fetch: GuardedFetch): Promise<string> {
  try {
    const response = await fetch(`https://civitai.com/api/v1/models/${model}`, {
      maxBytes: 16 * 2 ** 20,
      timeoutMs: 30_000,
    });
    const { modelVersions } = civitaiModel.parse(
      JSON.parse(Buffer.from(await readBody(response)).toString()),
    );
    return `https://civitai.com/api/download/models/${modelVersions[0]?.id}`;
  } catch (error) {
    throw explainDownload({ label: `civitai.com/models/${model}`, isOnHub: false }, error);
  }
}
