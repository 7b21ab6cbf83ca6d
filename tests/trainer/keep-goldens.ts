import { cp, mkdir, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { root } from '../harness/paths.ts';
import type { Compared } from './compare-with-trainer.ts';

const goldens = path.join(root, 'tests', 'trainer', 'goldens');

/** Of each model: its LoRA in float32 and its pictures in bfloat16. Other networks are kept of all that have them. */
const left = /-(plain-float32|lora-bfloat16)$/;

/** Models that bring control pictures to a megapixel, whatever is asked for, take a minute for each run. */
const slow = /^qwen_image_edit(_plus_2511-.*|.*-plain-bfloat16)$/;

/** In bytes. Models that make a megapixel whatever is asked for are left to the opt-in test. */
const largest = 450_000;

/** Keep the trainer's pictures of the runs that the engine equals, and what they were made of, for `npm test`. */
export async function keepGoldens(out: string, runs: readonly Compared[]): Promise<void> {
  await mkdir(goldens, { recursive: true });
  for (const name of await readdir(out))
    if (/^(control_\d\.png|made\.json)$/.test(name)) await cp(path.join(out, name), path.join(goldens, name));
  for (const run of runs) {
    const folder = path.join(goldens, run.name);
    await rm(folder, { recursive: true, force: true });
    const made = path.join(out, run.name);
    if (equal(run) && !left.test(run.name) && !slow.test(run.name) && (await sizeOf(made)) < largest)
      await cp(made, folder, { recursive: true });
  }
}

async function sizeOf(folder: string): Promise<number> {
  const files = await Promise.all((await readdir(folder)).map((name) => stat(path.join(folder, name))));
  return files.reduce((sum, { size }) => sum + size, 0);
}

/** No prompt is further away than one level in a thousandth of its values. */
export function equal(run: Compared): boolean {
  return (
    (run.prompts ?? []).every(
      (distance) => 'levels' in distance && distance.levels <= 1 && distance.moved <= 0.001,
    ) && run.error === undefined
  );
}
