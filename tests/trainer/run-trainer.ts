import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { python, root } from '../harness/paths.ts';
import { runOrThrow } from '../harness/run-program.ts';
import { whereToCompute } from './compare-with-trainer.ts';

const madeSchema = z.object({
  stand_ins: z.array(z.string()),
  numerics: z.string(),
  /** Null where both sides computed on the CPU. */
  gpu: z.strictObject({ card: z.string(), torch: z.string() }).nullable(),
});

export interface TrainerRuns {
  /** What the trainer ran on, and which of its packages were not there and not needed. */
  made: z.output<typeof madeSchema>;
  /** Why a model did not run, by id. */
  failed: Record<string, string>;
}

/**
 * The trainer's own previews of these models, in `out`: one folder for each run, with what was asked for, the pictures and
 * the LoRA. It is the checkout at AI_TOOLKIT_PATH, on the Python of its own environment: AI_TOOLKIT_PYTHON, or `venv` in
 * the checkout, or else ours.
 */
export async function runTrainer(
  trainer: string,
  checkpoints: string,
  out: string,
  models: readonly string[],
): Promise<TrainerRuns> {
  const program = path.join(root, 'tests', 'trainer', 'run_trainer.py');
  await runOrThrow(trainerPython(trainer), [program, trainer, checkpoints, out, ...models], {
    env: whereToCompute(),
  });
  const made = madeSchema.parse(JSON.parse(await readFile(path.join(out, 'made.json'), 'utf8')));
  const errors = (await readdir(out)).filter((name) => name.endsWith('.error'));
  const failed = await Promise.all(
    errors.map(async (name) => {
      const text = await readFile(path.join(out, name), 'utf8');
      return [path.basename(name, '.error'), text.trim().split('\n').at(-1) ?? ''] as const;
    }),
  );
  return { made, failed: Object.fromEntries(failed) };
}

/** Every model id that the trainer has previews of. */
export async function trainedModels(): Promise<string[]> {
  const print = 'import json, models; print(json.dumps(list(models.TRAINED)))';
  const { stdout } = await runOrThrow(python, ['-c', print], { cwd: path.join(root, 'tests', 'trainer') });
  return z.array(z.string()).parse(JSON.parse(stdout));
}

export function trainerPython(trainer: string): string {
  if (process.env.AI_TOOLKIT_PYTHON !== undefined) return process.env.AI_TOOLKIT_PYTHON;
  const own = path.join(trainer, 'venv', 'bin', 'python');
  return existsSync(own) ? own : python;
}
