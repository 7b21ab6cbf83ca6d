import { readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import type { Config } from '../config.ts';

/** Where the hub's client keeps a repository on this machine. */
export function hubCacheFolder(
  repository: string,
  { MODEL_CACHE_DIR }: Pick<Config, 'MODEL_CACHE_DIR'>,
  environment: Record<string, string | undefined> = process.env,
): string {
  const home = environment.HF_HOME ?? path.join(homedir(), '.cache', 'huggingface');
  const cache = MODEL_CACHE_DIR ?? environment.HF_HUB_CACHE ?? path.join(home, 'hub');
  return path.join(cache, `models--${repository.replace('/', '--')}`);
}

/**
 * Whether a repository is in the hub's cache on this machine, whole as far as the names of its files tell: a snapshot, and no file
 * that is still on its way (huggingface_hub, “Understand caching”).
 */
export async function isInHubCache(
  repository: string,
  config: Pick<Config, 'MODEL_CACHE_DIR'>,
  environment: Record<string, string | undefined> = process.env,
): Promise<boolean> {
  const folder = hubCacheFolder(repository, config, environment);
  const names = (inside: string): Promise<string[]> => readdir(path.join(folder, inside)).catch(() => []);
  const [snapshots, blobs] = await Promise.all([names('snapshots'), names('blobs')]);
  return snapshots.length > 0 && !blobs.some((name) => name.endsWith('.incomplete'));
}
