import path from 'node:path';
import { z } from 'zod';
import { engineFolder, python, root } from '../tests/harness/paths.ts';
import { runOrThrow } from '../tests/harness/run-program.ts';
import type { Measurement } from './print-table.ts';
import { milliseconds, ratio } from './statistics.ts';

const resultSchema = z.object({
  hotswap: z.number(),
  fuse: z.number(),
  merge: z.number(),
  exact: z.boolean(),
  parameters: z.number(),
});

/** LoRA to LoRA on a FLUX-shaped transformer of 71 M parameters: our merge, diffusers' hotswap, diffusers' fuse. */
export async function measureLoraSwitch(rounds: number): Promise<Measurement> {
  const rows: string[][] = [];
  for (const dtype of ['float32', 'bfloat16']) {
    const args = [path.join(root, 'bench', 'lora_switch.py'), '--rounds', String(rounds), '--dtype', dtype];
    const { stdout } = await runOrThrow(python, args, {
      cwd: engineFolder,
      env: { PYTHONPATH: engineFolder, OMP_NUM_THREADS: '1' },
    });
    const result = resultSchema.parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''));
    rows.push([
      dtype,
      milliseconds(result.hotswap),
      milliseconds(result.fuse),
      milliseconds(result.merge),
      ratio(result.hotswap / result.merge),
      ratio(result.fuse / result.merge),
      result.exact ? 'yes' : 'NO',
    ]);
  }
  return {
    title: `LoRA switch: 71 M parameters, rank 16 on every linear, median of ${rounds}`,
    baseline:
      'hotswap leaves the LoRA unmerged, and every step pays for it; fuse and merge cost nothing per step',
    head: [
      'weights',
      'hotswap',
      'unfuse + fuse',
      'merge (ours)',
      'hotswap / ours',
      'fuse / ours',
      'bytes exact after all',
    ],
    rows,
  };
}
