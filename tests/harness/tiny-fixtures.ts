import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { engineFolder, python } from './paths.ts';
import { runOrThrow } from './run-program.ts';

export interface TinyFixtures {
  /** For CHECKPOINTS_PATH. */
  checkpoints: string;
  /** `<model>/<form>.safetensors`. */
  loras: string;
}

const keptForMs = 7 * 24 * 3600 * 1000;

/**
 * The tiny checkpoints and LoRAs of every model id, built once per state of the builders and kept in the user's cache
 * folder. Test files that build at the same time do the work twice and keep the first result.
 */
export async function tinyFixtures(): Promise<TinyFixtures> {
  const cache = path.join(os.homedir(), '.cache', 'darkroom-tests');
  const folder = path.join(cache, await hashSources(path.join(engineFolder, 'tiny_checkpoints')));
  if (!existsSync(folder)) await build(cache, folder);
  await utimes(folder, new Date(), new Date());
  return { checkpoints: path.join(folder, 'checkpoints'), loras: path.join(folder, 'loras') };
}

async function hashSources(folder: string): Promise<string> {
  const hash = createHash('sha256');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.py')).sort();
  for (const name of [
    ...names.map((file) => path.join(folder, file)),
    path.join(engineFolder, 'pyproject.toml'),
  ])
    hash.update(path.basename(name)).update(await readFile(name));
  return hash.digest('hex').slice(0, 16);
}

async function build(cache: string, folder: string): Promise<void> {
  await mkdir(cache, { recursive: true });
  await removeUnused(cache);
  const draft = await mkdtemp(path.join(cache, 'draft-'));
  const [out, loras] = [path.join(draft, 'checkpoints'), path.join(draft, 'loras')];
  await runOrThrow(python, ['-m', 'tiny_checkpoints', '--out', out, '--loras', loras], {
    cwd: engineFolder,
  });
  await rename(draft, folder).catch(async (error: unknown) => {
    await rm(draft, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  });
}

/** Removes what the builders made of earlier sources and no test has used for a week. */
async function removeUnused(cache: string): Promise<void> {
  for (const name of await readdir(cache)) {
    const entry = path.join(cache, name);
    if (Date.now() - (await stat(entry)).mtimeMs > keptForMs) await rm(entry, { recursive: true });
  }
}
