/**
 * Opt-in: the trainer's own configuration classes, from the checkout at AI_TOOLKIT_PATH, read what Darkroom writes for a training of
 * every model that ai-toolkit trains.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import type { ModelEntry } from '../../src/catalog/define-model.ts';
import type { ToolkitModel } from '../../src/catalog/define-training.ts';
import { loadCatalog } from '../../src/catalog/load-catalog.ts';
import { buildTrainingPlan } from '../../src/training/build-training-plan.ts';
import { type TrainingRequest, unsaidTraining } from '../../src/training/training-request.ts';
import { toolkitConfig } from '../../src/worker/train/toolkit/toolkit-config.ts';
import { root } from '../harness/paths.ts';
import { runOrThrow } from '../harness/run-program.ts';
import { trainerPython } from './run-trainer.ts';

const trainer = process.env.AI_TOOLKIT_PATH;

const checkedSchema = z.object({
  problems: z.array(z.string()),
  name_or_path: z.string(),
  samples: z.int(),
  rank: z.int(),
  steps: z.int(),
  ema: z.number().nullable(),
});

/** All that a configuration may say. */
const request: TrainingRequest = {
  ...unsaidTraining,
  triggerWord: 'zorp',
  steps: 77,
  rank: 9,
  ema: 0.9,
  shuffleKept: 1,
  flip: true,
  preserve: 'class',
  preserveClass: 'dog',
  include: ['attn'],
  exclude: ['mlp'],
  lrScheduler: 'constant_with_warmup',
  warmupSteps: 5,
  minSnrGamma: 5,
};

function configOf(entry: ModelEntry, toolkit: ToolkitModel) {
  const count = entry.control_images.minimum;
  const controls = Array.from({ length: count }, () => ({ sha256: 'c'.repeat(64), width: 512, height: 512 }));
  const items = ['a', 'b'].map((label) => ({
    label,
    sha256: label.repeat(64),
    width: 512,
    height: 512,
    caption: label,
    controls,
  }));
  const { plan } = buildTrainingPlan({
    entry,
    request,
    items,
    engine: { name: 'ai-toolkit', model: toolkit },
    name: 'mine',
    drawSeed: () => 7,
    settings: { decodesInTiles: () => false },
  });
  const place = { job: 'job', trainingFolder: '/out', pictures: '/out/set', database: '/out/job.db' };
  return toolkitConfig(
    { ...plan, toolkit },
    {
      ...place,
      controls: count > 0 ? ['/out/control_1'] : [],
      sampleControls: plan.samples.map(() => (count > 0 ? ['/out/x.png'] : [])),
      device: 'cpu',
      nameOrPath: entry.checkpoint.repository,
      quantize: true,
    },
  );
}

test.skipIf(trainer === undefined)(
  'every block of every configuration is read, and nothing in it is passed over',
  async () => {
    const entries = [...(await loadCatalog([])).values()];
    const trained = entries.flatMap((entry) => {
      const toolkit = entry.training?.ai_toolkit;
      return toolkit === undefined ? [] : [{ entry, toolkit, config: configOf(entry, toolkit) }];
    });
    const folder = await mkdtemp(path.join(os.tmpdir(), 'darkroom-configs-'));
    try {
      const file = path.join(folder, 'configs.json');
      await writeFile(
        file,
        JSON.stringify(Object.fromEntries(trained.map(({ entry, config }) => [entry.id, config]))),
      );
      const checkout = path.resolve(trainer ?? '');
      const program = path.join(root, 'tests', 'trainer', 'check_configs.py');
      const { stdout } = await runOrThrow(trainerPython(checkout), [program, checkout, file]);
      const checked = z
        .record(z.string(), checkedSchema)
        .parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''));
      expect(Object.keys(checked)).toHaveLength(trained.length);
      for (const { entry, toolkit } of trained)
        expect([entry.id, checked[entry.id]]).toEqual([
          entry.id,
          {
            problems: [],
            name_or_path: entry.checkpoint.repository,
            samples: 2,
            rank: toolkit.network.linear ?? 9,
            steps: 77,
            ema: 0.9,
          },
        ]);
    } finally {
      await rm(folder, { recursive: true });
    }
  },
  300_000,
);
