import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { readHeader } from './read-header.ts';

/** Weight matrices of a component: flat module name to [outputs, inputs]. */
export type BaseModules = ReadonlyMap<string, readonly [number, number]>;

/**
 * Names and widths of every weight of a component in a local checkpoint, from the headers of its safetensors files. Null
 * when the folder is not there or holds none, as before a download. Results are kept by folder and change time.
 */
export function createBaseModuleReader(): (folder: string) => Promise<BaseModules | null> {
  const cache = new Map<string, { changed: number; modules: BaseModules | null }>();
  return async (folder) => {
    const changed = await stat(folder).then(
      (facts) => facts.mtimeMs,
      () => null,
    );
    if (changed === null) return null;
    const known = cache.get(folder);
    if (known?.changed === changed) return known.modules;
    const modules = await readFolder(folder);
    cache.set(folder, { changed, modules });
    return modules;
  };
}

async function readFolder(folder: string): Promise<BaseModules | null> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.safetensors'));
  if (files.length === 0) return null;
  const headers = await Promise.all(files.map((name) => readHeader(path.join(folder, name), name)));
  const weights = headers.flatMap((header) =>
    header.tensors.filter((tensor) => tensor.name.endsWith('.weight')),
  );
  return new Map(
    weights.map(({ name, shape }) => [
      name.slice(0, -'.weight'.length).replaceAll('.', '_'),
      [shape[0] ?? 0, shape[1] ?? 0] as const,
    ]),
  );
}
