import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { TensorFacts } from '../header/parse-header.ts';
import { readHeader } from '../header/read-header.ts';
import { flatModuleName } from '../parse-lora-key.ts';
import type { Shape } from './change-shape.ts';

/** The shapes of a module's weight and bias; `bare` is that of a parameter which stands alone. */
export interface BaseModule {
  weight: Shape | null;
  bias: Shape | null;
  bare: Shape | null;
}

/** Modules of a component by flat name. */
export type BaseModules = ReadonlyMap<string, BaseModule>;

/**
 * Names and shapes of everything in a component of a local checkpoint, from the headers of its safetensors files. Null when the
 * folder is not there or holds none, as before a download. Results are kept by folder and change time.
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
  return baseModules(headers.flatMap((header) => header.tensors));
}

export function baseModules(tensors: readonly Pick<TensorFacts, 'name' | 'shape'>[]): BaseModules {
  const modules = new Map<string, BaseModule>();
  for (const { name, shape } of tensors) {
    const [, owner = name, attribute] = /^(.+)\.(weight|bias)$/.exec(name) ?? [];
    const flat = flatModuleName(owner);
    const module = modules.get(flat) ?? { weight: null, bias: null, bare: null };
    modules.set(flat, module);
    module[attribute === 'weight' || attribute === 'bias' ? attribute : 'bare'] = shape;
  }
  return modules;
}
