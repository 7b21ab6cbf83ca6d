import { mkdtemp, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { model as flux } from '../../src/catalog/models/flux.ts';
import { root } from './paths.ts';

/** A model whose pipeline hangs, runs out of memory or raises when its prompt says so. */
export const misbehavingModel = {
  ...flux,
  id: 'misbehaving',
  label: 'A model that misbehaves',
  pipeline: { ...flux.pipeline, class: 'MisbehavingPipeline', module: 'misbehaving' },
};

/** Environment of a server that has it. */
export async function misbehavingEnvironment(): Promise<Record<string, string>> {
  const catalog = await mkdtemp(path.join(os.tmpdir(), 'darkroom-catalog-'));
  await writeFile(path.join(catalog, `${misbehavingModel.id}.json`), JSON.stringify(misbehavingModel));
  return { CATALOG_PATH: catalog, PYTHONPATH: path.join(root, 'tests', 'support', 'misbehaving') };
}
