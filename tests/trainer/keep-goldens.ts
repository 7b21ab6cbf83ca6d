import { cp, mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { root } from '../harness/paths.ts';
import type { Compared } from './compare-with-trainer.ts';

const goldens = path.join(root, 'tests', 'trainer', 'goldens');

/** Of each model: its LoRA in float32 and its pictures in bfloat16. Other networks are kept of all that have them. */
const left = /-(plain-float32|lora-bfloat16)$/;

/** Keep the trainer's pictures of the runs that the engine equals, and what they were made of, for `npm test`. */
export async function keepGoldens(out: string, runs: readonly Compared[]): Promise<void> {
  await mkdir(goldens, { recursive: true });
  for (const name of await readdir(out))
    if (/^(control_\d\.png|made\.json)$/.test(name)) await cp(path.join(out, name), path.join(goldens, name));
  for (const run of runs) {
    const folder = path.join(goldens, run.name);
    await rm(folder, { recursive: true, force: true });
    if (equal(run) && !left.test(run.name)) await cp(path.join(out, run.name), folder, { recursive: true });
  }
}

/** No prompt is further away than one level in a thousandth of its values. */
export function equal(run: Compared): boolean {
  return (
    (run.prompts ?? []).every(
      (distance) => 'levels' in distance && distance.levels <= 1 && distance.moved <= 0.001,
    ) && run.error === undefined
  );
}
