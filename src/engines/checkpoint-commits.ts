/** Which bytes of a checkpoint were loaded: the commit of each repository that a pipeline has parts of. */
import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Config } from '../config.ts';
import type { EnginePipeline } from '../render/engine-plan.ts';
import { hubCacheFolder } from './hub-cache.ts';

/** By repository. One that is nowhere on this machine is missing. */
export type CommitsOf = (pipeline: EnginePipeline) => Promise<Record<string, string>>;

interface Part {
  repository: string;
  revision: string;
  /** Folder or file outside the hub cache. */
  path: string | null;
}

const isCommit = (text: string): boolean => /^[0-9a-f]{40}$/.test(text);

export function createCommitsOf(config: Pick<Config, 'MODEL_CACHE_DIR'>): CommitsOf {
  return async (pipeline) => {
    const parts: Part[] = [
      ...(pipeline.assembled === true ? [] : [pipeline]),
      ...Object.values(pipeline.components).filter((part) => part !== null),
    ];
    const found = await Promise.all(
      parts.map(async (part) => [part.repository, await commitOf(part, config)] as const),
    );
    return Object.fromEntries(
      found.flatMap(([repository, commit]) => (commit === null ? [] : [[repository, commit]])),
    );
  };
}

function commitOf(part: Part, config: Pick<Config, 'MODEL_CACHE_DIR'>): Promise<string | null> {
  return part.path === null ? cachedCommit(part, config) : folderCommit(part.path);
}

/** As the cache is laid out: `refs/<revision>` holds the commit of a branch or tag. */
async function cachedCommit(
  { repository, revision }: Part,
  config: Pick<Config, 'MODEL_CACHE_DIR'>,
): Promise<string | null> {
  if (isCommit(revision)) return revision;
  const reference = path.join(hubCacheFolder(repository, config), 'refs', ...revision.split('/'));
  const text = (await readFile(reference, 'utf8').catch(() => '')).trim();
  return isCommit(text) ? text : null;
}

/** A folder that the hub's client has filled says which commit it is; of any other the names and sizes of its files are all. */
async function folderCommit(folder: string): Promise<string | null> {
  const metadata = path.join(folder, '.cache', 'huggingface', 'download');
  for (const name of await filesIn(metadata)) {
    if (!name.endsWith('.metadata')) continue;
    const [first = ''] = (await readFile(path.join(metadata, name), 'utf8').catch(() => '')).split('\n');
    if (isCommit(first.trim())) return first.trim();
  }
  const own = (await filesIn(folder)).filter((name) => !name.startsWith('.'));
  const sizes = await Promise.all(
    own.map(async (name) => {
      const facts = await stat(path.join(folder, name)).catch(() => null);
      return `${name} ${facts?.size ?? 0}`;
    }),
  );
  if (sizes.length === 0) return null;
  return `files:${createHash('sha256').update(sizes.join('\n')).digest('hex').slice(0, 24)}`;
}

async function filesIn(folder: string): Promise<string[]> {
  const facts = await stat(folder).catch(() => null);
  if (facts?.isFile() === true) return [''];
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
}
