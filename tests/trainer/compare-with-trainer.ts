import path from 'node:path';
import { z } from 'zod';
import { python, root } from '../harness/paths.ts';
import { runOrThrow } from '../harness/run-program.ts';

const distanceSchema = z.union([
  z.strictObject({
    /** The largest difference, of 255. */
    levels: z.int(),
    /** The share of the values that differ at all. */
    moved: z.number(),
    mean: z.number(),
  }),
  /** A picture of another size: how many values it has, and how many the trainer's. */
  z.strictObject({ values: z.int(), wanted: z.int() }),
]);

/** What the comparison of one run found, as `compare.py` prints it: a distance for each prompt. */
export const comparedSchema = z.object({
  name: z.string(),
  model: z.string(),
  dtype: z.enum(['float32', 'bfloat16']),
  network: z.looseObject({ type: z.string() }).nullable(),
  /** What the trainer ran on. */
  libraries: z.record(z.string(), z.string()),
  prompts: z.array(distanceSchema).optional(),
  error: z.string().optional(),
});
export type Compared = z.output<typeof comparedSchema>;

/** DEVICE, which both sides of the comparison compute on, for their environment. Without it that is the CPU. */
export const whereToCompute = (): Record<string, string> =>
  process.env.DEVICE === undefined ? {} : { DEVICE: process.env.DEVICE };

/** Renders runs of the trainer with the engine, all that are in `folder` or those named, and measures the distance. */
export async function compareWithTrainer(
  checkpoints: string,
  folder: string,
  names: readonly string[] = [],
): Promise<{ numerics: string; runs: Compared[] }> {
  const program = path.join(root, 'tests', 'trainer', 'compare.py');
  const { stdout } = await runOrThrow(python, [program, checkpoints, folder, ...names], {
    env: { HF_HUB_OFFLINE: '1', ...whereToCompute() },
  });
  const [first = '', ...lines] = stdout.trim().split('\n');
  const { numerics } = z.object({ numerics: z.string() }).parse(JSON.parse(first));
  return { numerics, runs: lines.map((line) => comparedSchema.parse(JSON.parse(line))) };
}
