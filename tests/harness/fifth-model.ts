import { mkdtemp, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { model as flux } from '../../src/catalog/models/flux.ts';

export const fifthModel = {
  ...flux,
  id: 'flux_squared',
  label: 'A fifth model',
  description: 'FLUX.1 with other defaults.',
  defaults: { ...flux.defaults, sample_steps: 3, guidance_scale: 2.5, width: 64, height: 64 },
};

/** A folder for CATALOG_PATH with the entry as its only file: that is all it takes to add a model. */
export async function writeFifthModel(): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'darkroom-catalog-'));
  await writeFile(path.join(folder, `${fifthModel.id}.json`), JSON.stringify(fifthModel));
  return folder;
}
