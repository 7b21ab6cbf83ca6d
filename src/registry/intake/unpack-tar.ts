import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract, type Header } from 'tar-stream';
import { DarkroomError } from '../../errors/darkroom-error.ts';
import { isClutter, nameProblem, plainPath } from './archive-name.ts';
import { type FileProblem, refuseSet, type SetFile } from './set-file.ts';
import type { Unpacking } from './unpacking.ts';

const kinds: Readonly<Record<string, string>> = {
  link: 'a link to another file',
  symlink: 'a link to another file',
  'character-device': 'a device',
  'block-device': 'a device',
  fifo: 'a pipe',
};

/** Throws DATASET_INVALID for what is no tar file, or too much of one. */
export async function unpackTar(archive: SetFile, isGzip: boolean, unpacking: Unpacking): Promise<void> {
  const entries = extract();
  const packed = createReadStream(archive.path);
  const reading = isGzip ? pipeline(packed, createGunzip(), entries) : pipeline(packed, entries);
  reading.catch(() => {});
  try {
    for await (const entry of entries) await unpackEntry(entry.header, entry, unpacking);
    await reading;
  } catch (error) {
    packed.destroy();
    if (error instanceof DarkroomError || isOfDisk(error)) throw error;
    throw refuseSet(
      `"${archive.name}" is no tar file that can be read (${error instanceof Error ? error.message : String(error)}). Pack the pictures again.`,
    );
  }
}

const isOfDisk = (error: unknown): boolean =>
  error instanceof Error && 'syscall' in error && typeof error.syscall === 'string';

async function unpackEntry(
  header: Header,
  content: AsyncIterable<unknown>,
  unpacking: Unpacking,
): Promise<void> {
  const name = plainPath(header.name);
  // Announced sizes are those of the data: a longer file would be read as the next header.
  unpacking.count(header.size ?? 0);
  const problem = header.type === 'directory' || isClutter(name) ? null : entryProblem(name, header);
  if (problem !== null) unpacking.refuse(problem);
  if (problem !== null || header.type === 'directory' || isClutter(name)) {
    for await (const _chunk of content);
    return;
  }
  await pipeline(content, createWriteStream(unpacking.next(name).path, { flags: 'wx' }));
}

function entryProblem(name: string, { type }: Header): FileProblem | null {
  const problem = nameProblem(name);
  if (problem !== null) return { name, problem, fix: 'Pack the pictures themselves.' };
  if (type === 'file' || type === 'contiguous-file') return null;
  return { name, problem: `It is ${kinds[type ?? ''] ?? 'no file'}.`, fix: 'Pack the file itself.' };
}
