import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { trainCommandOf } from '../engines/testing/golden-training.ts';
import { type TrainingPlan, trainingPlanSchema } from './training-plan.ts';

/** The plan of the golden command, as it is stored: without what only one machine knows. */
function storedPlan(): TrainingPlan {
  const { plan } = trainCommandOf(readFileSync(path.join('protocol', 'command.train.json'), 'utf8'));
  const {
    path: _path,
    dtype: _dtype,
    offload: _offload,
    quantization: _quantization,
    ...pipeline
  } = plan.pipeline;
  const { adapter_path: _adapter, ...method } = plan.method;
  const items = plan.items.map(({ file: _file, ...item }) => ({
    ...item,
    controls: item.controls.map(({ sha256 }) => sha256),
  }));
  const samples = plan.samples.map((call) => ({ ...call, images: {} }));
  return { ...plan, pipeline, method, items, samples };
}

test('a stored plan names files by their hashes alone', () => {
  const plan = storedPlan();
  expect(trainingPlanSchema.parse(plan)).toEqual(plan);
  const [item] = plan.items;
  expect(trainingPlanSchema.safeParse({ ...plan, items: [{ ...item, file: '/tmp/a.png' }] }).success).toBe(
    false,
  );
  expect(trainingPlanSchema.safeParse({ ...plan, items: [] }).success).toBe(false);
  expect(
    trainingPlanSchema.safeParse({ ...plan, settings: { ...plan.settings, save_steps: [] } }).success,
  ).toBe(false);
});
