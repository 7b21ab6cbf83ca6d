/**
 * The promise, held against pictures that the trainer's own code made of the tiny checkpoints (`tests/trainer`): the engine
 * gives the same for the same request, LoRA files of the trainer's own networks among them.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { root } from './harness/paths.ts';
import { tinyFixtures } from './harness/tiny-fixtures.ts';
import { type Compared, compareWithTrainer } from './trainer/compare-with-trainer.ts';

const folder = path.join(root, 'tests', 'trainer', 'goldens');
const names = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);
const golden = z
  .object({ numerics: z.string() })
  .parse(JSON.parse(readFileSync(path.join(folder, 'made.json'), 'utf8')));

let runs: Map<string, Compared>;
let sameArithmetic: boolean;

beforeAll(async () => {
  const { checkpoints } = await tinyFixtures();
  const found = await compareWithTrainer(checkpoints, folder);
  runs = new Map(found.runs.map((run) => [run.name, run]));
  sameArithmetic = found.numerics === golden.numerics;
}, 600_000);

test.each(names)('%s is the trainer’s picture', (name) => {
  const run = runs.get(name);
  expect(run?.error).toBeUndefined();
  expect(run?.prompts).toHaveLength(promptsOf(name));
  for (const distance of run?.prompts ?? []) expect(distance).toSatisfy(near(name));
});

/**
 * One level in a value of a thousand is what machines differ by in float32, and in bfloat16 where their sums are the same.
 * Where they are not, bfloat16 says only that the picture is not another one.
 */
function near(name: string) {
  const [levels, moved, mean] =
    sameArithmetic || name.endsWith('-float32') ? [1, 0.001, 0.001] : [255, 1, 2.5];
  return (found: NonNullable<Compared['prompts']>[number]): boolean =>
    'levels' in found && found.levels <= levels && found.moved <= moved && found.mean <= mean;
}

function promptsOf(name: string): number {
  return readdirSync(path.join(folder, name)).filter((file) => file.endsWith('.png')).length;
}
