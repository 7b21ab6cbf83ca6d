import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { z } from 'zod';
import { defineModel, type ModelEntry } from './define-model.ts';

/** Every model by id, in the order of the ids. */
export type Catalog = ReadonlyMap<string, ModelEntry>;

const moduleSchema = z.looseObject({ model: z.unknown() });

/**
 * Read every entry of `models/` and of further folders (CATALOG_PATH). An entry is a `.ts` or `.js` file that
 * exports `model`, or the same object as `.json`. A later folder wins over an earlier one on the same id.
 *
 * Throws an Error that names the file and the fields when an entry is not right: a server must not start with half a
 * catalog.
 */
export async function loadCatalog(moreFolders: readonly string[] = []): Promise<Catalog> {
  const own = path.join(path.dirname(fileURLToPath(import.meta.url)), 'models');
  const folders = await Promise.all([own, ...moreFolders].map(readFolder));
  const entries = new Map(folders.flat().map((entry) => [entry.id, entry]));
  return new Map([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));
}

async function readFolder(folder: string): Promise<ModelEntry[]> {
  const names = await readdir(folder);
  const files = names
    .filter((name) => /\.(ts|js|json)$/.test(name) && !/\.(test|d)\.[tj]s$/.test(name))
    .sort();
  return Promise.all(files.map((name) => readEntry(path.join(folder, name))));
}

async function readEntry(file: string): Promise<ModelEntry> {
  const definition = file.endsWith('.json')
    ? JSON.parse(await readFile(file, 'utf8'))
    : moduleSchema.parse(await import(pathToFileURL(file).href)).model;
  try {
    return defineModel(definition);
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    throw new Error(`The catalog entry ${file} is not right:\n${z.prettifyError(error)}`, { cause: error });
  }
}
