/**
 * The LoRA files of this machine: all that lie in the LoRA folder and in the others that are allowed, with what they say of
 * themselves, and those that are added. A file is read whole once, for its hash; until then it has none.
 */
import { randomUUID } from 'node:crypto';
import { copyFile, link, mkdir, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import pLimit from 'p-limit';
import { DarkroomError } from '../errors/darkroom-error.ts';
import type { Sentence } from '../errors/sentence.ts';
import { rememberUnchanged } from './file/hash-file.ts';
import { describeLora, type LoraFacts, loraFacts } from './file/inspect-lora.ts';
import type { ReadValues } from './file/values/check-values.ts';
import { refuseBadValue } from './file/values/lora-values.ts';
import { readAlphas } from './file/values/read-alphas.ts';
import { type LoraFolders, locateLora } from './sources/locate-lora.ts';

export interface LibraryFile {
  /** What a request names it by: relative to the LoRA folder, or absolute. */
  path: string;
  file: string;
  changedAt: Date;
  bytes: number;
  /** In hex; null until it has been read. */
  sha256: string | null;
  /** From its header. Null for a file that is no LoRA; `problem` says why. */
  facts: LoraFacts | null;
  problem: Sentence | null;
}

export interface LoraLibrary {
  /** Sorted by path. Waits a moment for hashes that are not known yet, and goes on reading when it has answered. */
  list(): Promise<LibraryFile[]>;
  /** Throws LORA_NOT_FOUND. */
  find(sha256: string): Promise<LibraryFile & { sha256: string; facts: LoraFacts }>;
  /**
   * Copies a file into the folder of uploads, under a name made of this one; a file with the same bytes stays where it is. Throws
   * LORA_INVALID for what is no LoRA, and leaves nothing then.
   */
  add(file: string, name: string): Promise<LibraryFile & { sha256: string; facts: LoraFacts }>;
}

const hashWaitMs = 1_500;
const mostDepth = 8;
const mostFiles = 10_000;
const readAtOnce = 4;
const uploadsFolder = 'uploads';

export function createLoraLibrary({
  folders,
  readValues,
}: {
  folders: LoraFolders;
  readValues: ReadValues;
}): LoraLibrary {
  const inspect = rememberUnchanged(inspectHeader);
  const hashes = new Map<string, { mark: string; sha256: string }>();
  const reading = pLimit(1);
  const looking = pLimit(readAtOnce);

  async function look(shown: string): Promise<LibraryFile | null> {
    const file = await locateLora(shown, folders).catch(() => null);
    const found = file === null ? null : await stat(file).catch(() => null);
    if (file === null || found === null) return null;
    const about = { path: shown, file, changedAt: found.mtime, bytes: found.size };
    const known = hashes.get(file);
    const sha256 = known?.mark === markOf(found) ? known.sha256 : null;
    try {
      return { ...about, sha256, facts: await inspect(file, shown), problem: null };
    } catch (error) {
      if (!(error instanceof DarkroomError)) throw error;
      return { ...about, sha256, facts: null, problem: error.sentence };
    }
  }

  async function hash({ file, path: shown }: LibraryFile): Promise<string | null> {
    const found = await stat(file).catch(() => null);
    const values = found === null ? null : await readValues(file, shown).catch(() => null);
    if (found === null || values === null) return null;
    hashes.set(file, { mark: markOf(found), sha256: values.sha256 });
    return values.sha256;
  }

  async function all(): Promise<LibraryFile[]> {
    const shown: string[] = [];
    for await (const one of walk(folders)) shown.push(one);
    const files = await Promise.all(shown.map((one) => looking(() => look(one))));
    return files.filter((file) => file !== null).sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  /** With hashes, as far as they are known by then. */
  async function hashed(waitMs: number): Promise<LibraryFile[]> {
    const files = await all();
    const unknown = files.filter(({ sha256, facts }) => sha256 === null && facts !== null);
    if (unknown.length === 0) return files;
    const work = Promise.all(unknown.map((file) => reading(() => hash(file))));
    const { promise: over, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, waitMs);
    await Promise.race([work, over]);
    clearTimeout(timer);
    return files.map((file) => ({ ...file, sha256: file.sha256 ?? hashes.get(file.file)?.sha256 ?? null }));
  }

  async function byHash(sha256: string): Promise<Known | null> {
    const files = await hashed(0);
    const isIt = (file: LibraryFile): boolean => file.sha256 === sha256;
    const found = files.find(isIt) ?? (await hashed(hashWaitMs * 20)).find(isIt);
    return found === undefined ? null : asKnown(found);
  }

  return {
    list: () => hashed(hashWaitMs),
    find: async (sha256) => {
      const found = await byHash(sha256);
      if (found !== null) return found;
      throw new DarkroomError(
        'LORA_NOT_FOUND',
        `No LoRA file of this server has the SHA-256 ${sha256}. List the files for those that there are.`,
      );
    },
    add: async (file, name) => {
      // The header first: a file that is no LoRA must cost next to nothing.
      await inspectHeader(file);
      const values = await readValues(file, name);
      refuseBadValue(values, name);
      const { sha256 } = values;
      const there = (await hashed(hashWaitMs)).find((one) => one.sha256 === sha256);
      const known = there === undefined ? null : asKnown(there);
      if (known !== null) return known;
      const shown = await place(file, name, sha256, folders);
      const added = await look(shown);
      if (added === null || added.facts === null)
        throw new Error(`The LoRA that was put at ${shown} is not there.`);
      hashes.set(added.file, { mark: markOf(await stat(added.file)), sha256 });
      return { ...added, sha256, facts: added.facts };
    },
  };
}

async function inspectHeader(file: string): Promise<LoraFacts> {
  const described = await describeLora(file);
  return loraFacts(described, path.basename(file), await readAlphas(file, described.tensors));
}

type Known = LibraryFile & { sha256: string; facts: LoraFacts };

function asKnown({ sha256, facts, ...file }: LibraryFile): Known | null {
  return sha256 === null || facts === null ? null : { ...file, sha256, facts };
}

const markOf = ({ size, mtimeMs, ino }: { size: number; mtimeMs: number; ino: number }): string =>
  `${size}:${mtimeMs}:${ino}`;

/** Paths of `.safetensors` files, as requests name them. Links are followed where a request may follow them. */
async function* walk({ base, allowed }: LoraFolders): AsyncGenerator<string> {
  let count = 0;
  for (const root of [base, ...allowed]) {
    for await (const file of walkFolder(root, mostDepth)) {
      count += 1;
      if (count > mostFiles) return;
      yield root === base ? path.relative(base, file).split(path.sep).join('/') : file;
    }
  }
}

async function* walkFolder(folder: string, depth: number): AsyncGenerator<string> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const file = path.join(folder, entry.name);
    if (entry.name.startsWith('.')) continue;
    if (entry.isDirectory() && depth > 0) yield* walkFolder(file, depth - 1);
    else if (!entry.isDirectory() && entry.name.toLowerCase().endsWith('.safetensors')) yield file;
  }
}

/** Never over a file that is there. Returns the path that requests name it by. */
async function place(file: string, name: string, sha256: string, { base }: LoraFolders): Promise<string> {
  const stem = path
    .parse(name.replaceAll('\\', '/'))
    .name.replaceAll(/[^\w.-]+/g, '_')
    .replace(/^[._]+/, '');
  const shown = `${uploadsFolder}/${stem.slice(0, 80) || 'lora'}-${sha256.slice(0, 8)}.safetensors`;
  const target = path.join(base, shown);
  await mkdir(path.dirname(target), { recursive: true });
  // Copied beside the target first, since it may be on another disk, then linked, which fails where a file is.
  const aside = path.join(path.dirname(target), `.${randomUUID()}.part`);
  try {
    await copyFile(file, aside);
    await link(aside, target);
  } finally {
    await rm(aside, { force: true });
  }
  return shown;
}
