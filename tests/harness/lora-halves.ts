import path from 'node:path';
import type { LoraItem } from './requests.ts';
import { readSafetensors, writeSafetensors } from './safetensors-file.ts';

/** What stands behind the module's name in a key: the part of the change. */
const part = /\.(lora_(A|B|down|up|magnitude_vector)|alpha|lokr|hada|dora|diff).*$/;

/**
 * Two files under `root` with every second module of a LoRA each, and so with changes of different weights: together they
 * are the whole, to the last bit. `stem` is their path without `_0.safetensors`.
 */
export async function halves(lora: LoraItem, root: string, stem: string): Promise<LoraItem[]> {
  const { tensors, metadata } = await readSafetensors(path.resolve(root, lora.path));
  const modules = [...new Set([...tensors.keys()].map((key) => key.replace(part, '')))];
  return Promise.all(
    [0, 1].map(async (half) => {
      const file = `${stem}_${half}.safetensors`;
      const chosen = new Set(modules.filter((_, index) => index % 2 === half));
      const kept = [...tensors].filter(([key]) => chosen.has(key.replace(part, '')));
      await writeSafetensors(path.join(root, file), { tensors: new Map(kept), metadata });
      return { ...lora, path: file };
    }),
  );
}
