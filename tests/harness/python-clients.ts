import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { python } from './paths.ts';
import { runOrThrow } from './run-program.ts';

/**
 * Versions of one package, which no environment holds side by side: each lies in a folder of its own, and what they need besides is
 * among the packages of the tests.
 */
const requirements = { one: 'replicate==1.0.7', two: 'replicate==2.0.0b4' } as const;

export type PythonClient = keyof typeof requirements;

const cache = path.join(os.homedir(), '.cache', 'darkroom-clients');

/** The folder of a client, for PYTHONPATH. Installed once for this machine; whoever does so at the same moment keeps the first. */
export async function pythonClient(name: PythonClient): Promise<string> {
  const requirement = requirements[name];
  const folder = path.join(cache, requirement);
  if (existsSync(folder)) return folder;
  await mkdir(cache, { recursive: true });
  const draft = await mkdtemp(path.join(cache, 'draft-'));
  const quiet = ['--quiet', '--disable-pip-version-check', '--no-input'];
  await runOrThrow(python, ['-m', 'pip', 'install', ...quiet, '--no-deps', '--target', draft, requirement]);
  await rename(draft, folder).catch(async (error: unknown) => {
    await rm(draft, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  });
  return folder;
}

/** Part of the set-up, since the tests themselves need no network. */
export async function installPythonClients(): Promise<void> {
  await pythonClient('one');
  await pythonClient('two');
}
