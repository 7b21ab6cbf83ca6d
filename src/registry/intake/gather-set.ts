/** Whatever a set is sent as becomes files of this machine, under the names that its sender knows. */
import { createWriteStream } from 'node:fs';
import { mkdir, open, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { DarkroomError } from '../../errors/darkroom-error.ts';
import type { GuardedFetch } from '../../security/guarded-fetch.ts';
import { OutboundError } from '../../security/outbound-error.ts';
import { plainPath } from './archive-name.ts';
import { type FileProblem, type Gathered, type IntakeLimits, refuseSet, type SetFile } from './set-file.ts';
import { unpackTar } from './unpack-tar.ts';
import { unpackZip } from './unpack-zip.ts';
import { openUnpacking } from './unpacking.ts';
import { walkFolder } from './walk-folder.ts';

export type SetSource =
  /** A file that has been received: an archive, a picture, a caption. It may be gone afterwards. */
  | { kind: 'file'; name: string; path: string }
  /** A folder of this machine. */
  | { kind: 'folder'; path: string }
  /** `name` is null where the sender gave none: then that of the address is taken. */
  | { kind: 'url'; url: string; name?: string | null }
  /** A data URL or base64. `name` is null where the sender gave none. */
  | { kind: 'data'; text: string; name: string | null };

export interface GatherParts {
  fetch: GuardedFetch;
  limits: IntakeLimits;
  signal: AbortSignal;
}

const downloadMs = 30 * 60_000;

/** Files go into `folder`, which its caller makes and removes. Throws DATASET_INVALID. */
export async function gatherSet(
  sources: readonly SetSource[],
  folder: string,
  parts: GatherParts,
): Promise<Gathered> {
  const all: Gathered = { files: [], problems: [] };
  for (const [index, source] of sources.entries()) {
    const own = path.join(folder, `source_${index}`);
    await mkdir(own, { recursive: true });
    const { files, problems } = await gather(source, index, own, parts);
    all.files.push(...files);
    all.problems.push(...problems);
    if (all.files.length > parts.limits.files)
      throw refuseSet(
        `The set has more than ${parts.limits.files} files; ${parts.limits.pictures} pictures with their captions are taken. Send fewer.`,
      );
  }
  return all;
}

async function gather(
  source: SetSource,
  index: number,
  folder: string,
  parts: GatherParts,
): Promise<Gathered> {
  if (source.kind === 'folder') return walkFolder(source.path, parts.limits);
  const received = await receive(source, index, folder, parts);
  return 'problem' in received ? { files: [], problems: [received] } : unpack(received, folder, parts.limits);
}

async function receive(
  source: Exclude<SetSource, { kind: 'folder' }>,
  index: number,
  folder: string,
  parts: GatherParts,
): Promise<SetFile | FileProblem> {
  const target = path.join(folder, 'received');
  switch (source.kind) {
    case 'file':
      return { name: plainPath(source.name), path: source.path };
    case 'url':
      return download(source.url, source.name ?? null, target, parts);
    case 'data':
      return decode(source, index, target);
  }
}

async function download(
  url: string,
  given: string | null,
  target: string,
  { fetch, limits, signal }: GatherParts,
): Promise<SetFile | FileProblem> {
  const shown = url.split(/[?#]/)[0]?.slice(0, 200) ?? '';
  try {
    const response = await fetch(url, { maxBytes: limits.bytes, timeoutMs: downloadMs, signal });
    await pipeline(response.body, createWriteStream(target));
    const last = decodeURIComponent(new URL(response.url).pathname.split('/').at(-1) ?? '');
    const name = given ?? path.basename(response.disposition ?? (last === '' ? shown : last));
    return { name, path: target };
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    return {
      name: shown,
      problem: `It could not be fetched: ${error.message}`,
      fix: 'Send an http(s) address that answers with the file.',
    };
  }
}

async function decode(
  { text, name }: Extract<SetSource, { kind: 'data' }>,
  index: number,
  target: string,
): Promise<SetFile | FileProblem> {
  const comma = /^data:/i.test(text) ? text.indexOf(',') : -1;
  const shown = name ?? `picture ${index + 1}`;
  const isBase64 =
    (comma === -1 || /;base64$/i.test(text.slice(0, comma))) &&
    /^\s*[A-Za-z0-9+/_-][A-Za-z0-9+/_\s-]*={0,2}\s*$/.test(text.slice(comma + 1));
  if (!isBase64)
    return {
      name: shown,
      problem: 'It is neither an http(s) URL nor base64.',
      fix: 'Send a URL, or a data URL such as data:image/png;base64,…',
    };
  await writeFile(target, Buffer.from(text.slice(comma + 1), 'base64'));
  return { name: shown, path: target };
}

/** The files of an archive, or the file itself. */
async function unpack(file: SetFile, folder: string, limits: IntakeLimits): Promise<Gathered> {
  const kind = await archiveKind(file.path);
  if (kind === null) return { files: [file], problems: [] };
  const { size: bytes } = await stat(file.path);
  const inside = path.join(folder, 'unpacked');
  await mkdir(inside);
  const unpacking = openUnpacking({ name: file.name, bytes }, inside, limits);
  if (kind === 'zip') await unpackZip(file, unpacking);
  else await unpackTar(file, kind === 'tar.gz', unpacking);
  if (file.path.startsWith(folder)) await rm(file.path, { force: true });
  return unpacking.gathered;
}

/** 7-Zip, RAR, xz, bzip2 and Zstandard. */
const otherArchives = ['7z\xbc\xaf', 'Rar!', '\xfd7zXZ', 'BZh', '\x28\xb5\x2f\xfd'];

/** By its first bytes: the kind of archive, or null for any other file. Throws DATASET_INVALID for archives that are not read. */
async function archiveKind(file: string): Promise<'zip' | 'tar' | 'tar.gz' | null> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(512), position: 0 });
    const start = buffer.toString('latin1', 0, bytesRead);
    if (start.startsWith('PK\x03\x04') || start.startsWith('PK\x05\x06')) return 'zip';
    if (start.startsWith('\x1f\x8b')) return 'tar.gz';
    if (start.slice(257, 262) === 'ustar') return 'tar';
    if (!otherArchives.some((bytes) => start.startsWith(bytes))) return null;
    throw new DarkroomError(
      'DATASET_INVALID',
      'The set is an archive of a kind that is not read. Pack the pictures as zip, tar or tar.gz.',
    );
  } finally {
    await handle.close();
  }
}
