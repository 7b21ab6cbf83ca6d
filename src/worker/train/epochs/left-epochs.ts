import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { CheckpointReport } from './keep-epoch.ts';

/**
 * Epochs that an earlier attempt wrote and nobody kept, in the order of their steps: those from before the newest state. The engine
 * goes on from there and makes that one and later ones itself. A file has its name only when it is whole.
 */
export async function leftEpochs(
  folder: string,
  name: string,
  known: readonly number[],
): Promise<CheckpointReport[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const newest = Math.max(...names.flatMap((file) => stepOf(file, 'state-')), 0);
  return names
    .flatMap((file) => stepOf(file, `${name}_`).map((step) => ({ step, file: path.join(folder, file) })))
    .filter(({ step }) => step < newest && !known.includes(step))
    .sort((a, b) => a.step - b.step)
    .map(({ step, file }) => ({ step, loss: null, files: [{ part: 'main', file }] }));
}

function stepOf(file: string, before: string): number[] {
  const digits = file.startsWith(before) ? file.slice(before.length).replace(/\.safetensors$/, '') : '';
  return /^\d{9}$/.test(digits) && file.endsWith('.safetensors') ? [Number(digits)] : [];
}
