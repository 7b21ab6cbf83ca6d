/**
 * The contents of a new database. Making them, by initdb and all migrations, takes seconds of processor time; they are the same each
 * time, so they are kept as an archive in the user's cache folder, one for each version of PGlite and of the migrations, and new
 * databases start as copies of it. Where the cache folder cannot be used, each new database is made from nothing.
 */
import { createHash } from 'node:crypto';
import { createWriteStream, existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { zstdCompress, zstdDecompress } from 'node:zlib';
import type { PGlite } from '@electric-sql/pglite';
import environmentPaths from 'env-paths';
import { extract } from 'tar-stream';
import { ulid } from 'ulid';
import { migrations } from './migrations-folder.ts';

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

/** Whether one is kept. */
export const hasNewDatabase = async (): Promise<boolean> => existsSync(await archiveFile());

/** The tar archive of a new database; null when none is kept, or what is kept cannot be read. */
export async function readNewDatabase(): Promise<Buffer<ArrayBuffer> | null> {
  try {
    return Buffer.from(await decompress(await readFile(await archiveFile())));
  } catch {
    return null;
  }
}

/** Keeps a database in which nothing is stored yet as what new ones start from. A cache folder that cannot be written is no error. */
export async function keepNewDatabase(client: PGlite): Promise<void> {
  await client.exec('checkpoint');
  const archive = Buffer.from(await (await client.dumpDataDir('none')).arrayBuffer());
  try {
    const file = await archiveFile();
    const part = `${file}.${ulid()}`;
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(part, await compress(archive), { mode: 0o600 });
    await rename(part, file);
  } catch {}
}

/**
 * Unpacks an archive beside `folder` and puts it there whole, so that a process that dies meanwhile leaves no half database.
 * `check` throws when the folder is another process's by now.
 */
export async function unpackNewDatabase(
  archive: Buffer,
  folder: { path: string; check: () => void },
): Promise<void> {
  const beside = `${folder.path}.new`;
  await rm(beside, { recursive: true, force: true });
  await mkdir(beside, { recursive: true, mode: 0o700 });
  const entries = extract();
  Readable.from([archive]).pipe(entries);
  for await (const entry of entries) {
    const target = path.join(beside, entry.header.name);
    if (entry.header.type === 'directory') await mkdir(target, { recursive: true, mode: 0o700 });
    else await pipeline(entry, createWriteStream(target, { mode: 0o600 }));
    entry.resume();
  }
  folder.check();
  // An empty one may be there.
  await rmdir(folder.path).catch(() => {});
  await rename(beside, folder.path);
}

/** Named by what decides its contents. */
async function archiveFile(): Promise<string> {
  const { migrationsFolder } = migrations;
  const library = createRequire(import.meta.url).resolve('@electric-sql/pglite');
  const scripts = (await readdir(migrationsFolder)).filter((name) => name.endsWith('.sql')).sort();
  const hash = createHash('sha256');
  hash.update(await readFile(path.join(path.dirname(library), '..', 'package.json')));
  for (const name of scripts) hash.update(await readFile(path.join(migrationsFolder, name)));
  const name = `${hash.digest('hex').slice(0, 16)}.tar.zst`;
  return path.join(environmentPaths('darkroom', { suffix: '' }).cache, 'databases', name);
}
