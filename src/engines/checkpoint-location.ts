import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { Config } from '../config.ts';
import { packageRoot } from '../python/package-root.ts';

/**
 * Folder of a checkpoint on this machine outside the hub cache: bundled with the package, else CHECKPOINTS_PATH/owner/name.
 * Null when there is none, or only an empty or unrelated folder: then the hub is asked.
 */
export function locateCheckpoint(
  repository: string,
  bundled: string | undefined,
  config: Pick<Config, 'CHECKPOINTS_PATH'>,
): string | null {
  const own = bundled === undefined ? null : path.join(packageRoot(), bundled);
  if (own !== null && holdsWeights(own)) return own;
  if (config.CHECKPOINTS_PATH === undefined) return null;
  const folder = path.join(config.CHECKPOINTS_PATH, ...repository.split('/'));
  return holdsWeights(folder) ? folder : null;
}

/** A pipeline has model_index.json; a repository that only lends a component has a config or weights, here or one folder in. */
function holdsWeights(folder: string): boolean {
  if (existsSync(path.join(folder, 'model_index.json'))) return true;
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.some((entry) =>
      entry.isDirectory()
        ? readdirSync(path.join(folder, entry.name)).some(isTelling)
        : isTelling(entry.name),
    );
  } catch {
    return false;
  }
}

const isTelling = (name: string): boolean => name === 'config.json' || name.endsWith('.safetensors');
