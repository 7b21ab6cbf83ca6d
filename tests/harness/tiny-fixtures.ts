import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
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

/** Those that the tests here render; the Python tests build the others. */
const models = ['flux', 'flux_kontext', 'sdxl', 'wan21_1b'].flatMap((id) => ['--model', id]);

/**
 * The tiny checkpoints and LoRAs, built once per state of the builders and of the list above, and kept in the user's cache folder.
 * Test files that build at the same time do the work twice and keep the first result.
 */
export async function tinyFixtures(): Promise<TinyFixtures> {
  const cache = path.join(os.homedir(), '.cache', 'darkroom-tests');
  const folder = path.join(cache, await hashSources(path.join(engineFolder, 'tiny_checkpoints')));
  if (!existsSync(folder)) await build(cache, folder);
  return { checkpoints: path.join(folder, 'checkpoints'), loras: path.join(folder, 'loras') };
}

async function hashSources(folder: string): Promise<string> {
  const hash = createHash('sha256').update(models.join());
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
  const draft = await mkdtemp(path.join(cache, 'draft-'));
  const [out, loras] = [path.join(draft, 'checkpoints'), path.join(draft, 'loras')];
  await runOrThrow(python, ['-m', 'tiny_checkpoints', '--out', out, '--loras', loras, ...models], {
    cwd: engineFolder,
  });
  await rename(draft, folder).catch(async (error: unknown) => {
    await rm(draft, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  });
}
