import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { isClutter } from './archive-name.ts';
import { type Gathered, type IntakeLimits, refuseSet } from './set-file.ts';

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'ENOENT') return 'it is not there, or something in it has just gone';
  if (code === 'ENOTDIR') return 'it is a file';
  if (code === 'EACCES') return 'the server may not look into it';
  return String(code ?? error);
}

/** The files of a folder of this machine, at any depth, where they are. Links are not followed. */
export async function walkFolder(folder: string, limits: IntakeLimits): Promise<Gathered> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    throw refuseSet(
      `The folder "${folder}" cannot be read: ${reasonOf(error)}. Name one that is there, with pictures in it.`,
    );
  });
  const found: Gathered = { files: [], problems: [] };
  let bytes = 0;
  for (const entry of entries) {
    const file = path.join(entry.parentPath, entry.name);
    const name = path.relative(folder, file).split(path.sep).join('/');
    if (entry.isDirectory() || isClutter(name)) continue;
    if (!entry.isFile()) {
      found.problems.push({
        name,
        problem: 'It is a link or no file.',
        fix: 'Put the file itself into the folder.',
      });
      continue;
    }
    bytes += (await stat(file)).size;
    found.files.push({ name, path: file });
    if (found.files.length > limits.files || bytes > limits.bytes)
      throw refuseSet(
        `The folder "${path.basename(folder)}" has more than ${limits.files} files or ${limits.bytes / 10 ** 9} GB. Send fewer.`,
      );
  }
  found.files.sort((a, b) => (a.name < b.name ? -1 : 1));
  return found;
}
