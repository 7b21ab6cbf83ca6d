/**
 * Opt-in: the trainer itself, from the checkout at AI_TOOLKIT_PATH, beside the engine, for every model id, both dtypes and
 * each kind of network. `npm test` has the pictures of such a run instead (`tests/trainer-goldens.test.ts`).
 */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { tinyFixtures } from '../harness/tiny-fixtures.ts';
import { compareWithTrainer } from './compare-with-trainer.ts';
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
      expect(runs.filter((run) => !equal(run))).toEqual([]);
    } finally {
      await rm(out, { recursive: true });
    }
  },
  900_000,
);
