/**
 * Opt-in: the trainer itself, from the checkout at AI_TOOLKIT_PATH, beside the engine, for every model id, both dtypes and
 * each kind of network. `npm test` has the pictures of such a run instead (`tests/trainer-goldens.test.ts`).
 */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { tinyFixtures } from '../harness/tiny-fixtures.ts';
import { type Compared, compareWithTrainer } from './compare-with-trainer.ts';
import { equal } from './keep-goldens.ts';
import { runTrainer, trainedModels } from './run-trainer.ts';

const trainer = process.env.AI_TOOLKIT_PATH;

test.skipIf(trainer === undefined).each(await trainedModels())(
  '%s renders what the trainer previews',
  async (model) => {
    const { checkpoints } = await tinyFixtures();
    const out = await mkdtemp(path.join(os.tmpdir(), 'darkroom-trainer-'));
    try {
      const { failed } = await runTrainer(path.resolve(trainer ?? ''), checkpoints, out, [model]);
      expect(failed).toEqual({});
      const { runs } = await compareWithTrainer(checkpoints, out);
      expect(runs.length).toBeGreaterThan(1);
      expect(runs.filter((run) => !equal(run) && !isKnown(run))).toEqual([]);
    } finally {
      await rm(out, { recursive: true });
    }
  },
  900_000,
);

/** MiniMax-H3 has layers of 8 bits, which the trainer multiplies as such and the engine does not: docs/fidelity.md. */
function isKnown({ model, prompts = [] }: Compared): boolean {
  return model === 'minimax_h3' && prompts.every((distance) => 'levels' in distance && distance.levels <= 4);
}
