import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Entry, getFileNameLowLevel, open, type ZipFile } from 'yauzl';
import { isClutter, nameProblem, plainPath } from './archive-name.ts';
import { type FileProblem, refuseSet, type SetFile } from './set-file.ts';
import type { Unpacking } from './unpacking.ts';

const readable: readonly number[] = [0, 8];
const fileKind = 0o170000;
const symbolicLink = 0o120000;
const pack = 'Pack the pictures themselves into a plain zip file.';

/** Throws DATASET_INVALID for what is no zip file, or too much of one. */
export async function unpackZip(archive: SetFile, unpacking: Unpacking): Promise<void> {
  const zip = await openZip(archive);
  try {
    for (const { entry, file } of await listZip(zip, archive, unpacking))
      await unpackEntry(zip, entry, file, unpacking);
  } finally {
    zip.close();
  }
}

interface Listed {
  entry: Entry;
  file: SetFile;
}

const damaged = ({ name }: SetFile, error: unknown): Error =>
  refuseSet(
    `"${name}" is no zip file that can be read (${error instanceof Error ? error.message : String(error)}). ${pack}`,
  );

function openZip(archive: SetFile): Promise<ZipFile> {
  // Names are looked at here: a bad one is a problem of its file, not of the archive.
  const options = { lazyEntries: true, autoClose: false, decodeStrings: false, validateEntrySizes: true };
  return new Promise((resolve, reject) => {
    open(archive.path, options, (error, zip) => {
      if (error !== null) reject(damaged(archive, error));
      else resolve(zip);
    });
  });
}

/** Every entry is counted as its header announces it, before the first is unpacked; none comes out larger than that. */
function listZip(zip: ZipFile, archive: SetFile, unpacking: Unpacking): Promise<Listed[]> {
  return new Promise((resolve, reject) => {
    const listed: Listed[] = [];
    zip.on('error', (error) => reject(damaged(archive, error)));
    zip.on('end', () => resolve(listed));
    zip.on('entry', (entry: Entry) => {
      try {
        const file = lookAt(entry, unpacking);
        if (file !== null) listed.push({ entry, file });
        zip.readEntry();
      } catch (error) {
        reject(error);
      }
    });
    zip.readEntry();
  });
}

function lookAt(entry: Entry, unpacking: Unpacking): SetFile | null {
  const { generalPurposeBitFlag, fileNameRaw, extraFields } = entry;
  const name = plainPath(getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, false));
  if (name.endsWith('/') || isClutter(name)) return null;
  const problem = entryProblem(name, entry);
  if (problem !== null) {
    unpacking.refuse(problem);
    return null;
  }
  unpacking.count(entry.uncompressedSize);
  return unpacking.next(name);
}

function entryProblem(name: string, entry: Entry): FileProblem | null {
  const problem = nameProblem(name);
  if (problem !== null) return { name, problem, fix: pack };
  if (((entry.externalFileAttributes >>> 16) & fileKind) === symbolicLink)
    return { name, problem: 'It is a link to another file.', fix: 'Pack the file itself.' };
  if (entry.isEncrypted())
    return { name, problem: 'It is encrypted.', fix: 'Pack the set without a password.' };
  if (!readable.includes(entry.compressionMethod))
    return { name, problem: 'It is packed in a way that is not read.', fix: pack };
  return null;
}

async function unpackEntry(
  zip: ZipFile,
  entry: Entry,
  file: SetFile,
  { gathered, refuse }: Unpacking,
): Promise<void> {
  try {
    await pipeline(await openEntry(zip, entry), createWriteStream(file.path, { flags: 'wx' }));
  } catch (error) {
    if (error instanceof Error && 'code' in error) throw error;
    gathered.files.splice(gathered.files.indexOf(file), 1);
    await rm(file.path, { force: true });
    refuse({ name: file.name, problem: 'Its data in the archive is damaged.', fix: 'Pack the set again.' });
  }
}

function openEntry(zip: ZipFile, entry: Entry): Promise<Readable> {
  return new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) => {
      if (error !== null) reject(error);
      else resolve(stream);
    });
  });
}
