import { describe, expect, test } from 'vitest';
import { loadCatalog } from '../catalog/load-catalog.ts';
import { DarkroomError } from '../errors/darkroom-error.ts';
import { buildTrainingPlan } from './build-training-plan.ts';
import { chooseEngine } from './choose-engine.ts';
import { trainingPlanSchema } from './training-plan.ts';
import { type TrainingRequest, unsaidTraining } from './training-request.ts';
import type { TrainingItem } from './training-set.ts';

const catalog = await loadCatalog([]);
const entryOf = (id: string) => {
  const entry = catalog.get(id);
  if (entry === undefined) throw new Error(`There is no ${id}.`);
  return entry;
};

const item = (index: number, more: Partial<TrainingItem> = {}): TrainingItem => ({
  label: `${index}.png`,
  sha256: String(index).padStart(64, '0'),
  width: 1024,
  height: 1024,
  caption: `thing ${index}`,
  controls: [],
  ...more,
});
const items = (count: number, more: Partial<TrainingItem> = {}) =>
  Array.from({ length: count }, (_, index) => item(index, more));

function build(id: string, request: Partial<TrainingRequest>, set: TrainingItem[] = items(4)) {
  const entry = entryOf(id);
  const engine = chooseEngine(entry, { engine: request.engine ?? 'auto' }, true);
  return buildTrainingPlan({
    entry,
    engine,
    items: set,
    name: 'mine',
    drawSeed: () => 7,
    request: { ...unsaidTraining, ...request },
    settings: { decodesInTiles: () => false },
  });
}

function refusal(run: () => unknown): DarkroomError {
  try {
    run();
  } catch (error) {
    if (error instanceof DarkroomError) return error;
    throw error;
  }
  throw new Error('It was built.');
}

test('a model of videos is trained on pictures and shows one', () => {
  expect(build('wan21_1b', {}).plan.samples.map((call) => call.num_frames)).toEqual([1, 1]);
});

test('what is not said is as the model has it, and the plan is complete', () => {
  const { plan } = build('demo', { triggerWord: 'x' });
  expect(trainingPlanSchema.parse(plan)).toEqual(plan);
  expect(plan.settings).toMatchObject({
    steps: 100,
    batch_size: 4,
    learning_rate: 1e-3,
    seed: 7,
    trigger: 'x',
    preserve: { kind: 'class', prompt: '', weight: 1 },
  });
  expect(build('demo', {}).plan.settings.preserve).toBeNull();
  expect(plan.settings.save_steps).toEqual([10, 20, 30, 40, 50, 60, 70, 80, 90, 100]);
  expect(plan.samples.map(({ prompt, seed }) => [prompt, seed])).toEqual([
    ['x thing 0', 42],
    ['x thing 1', 43],
  ]);
});

describe('steps', () => {
  test.each([
    ['demo', 1, 100],
    ['demo', 30, 150],
    ['demo', 500, 200],
    ['flux', 12, 1200],
  ])('of %s with %d pictures: %d', (id, count, steps) => {
    expect(build(id, {}, items(count)).plan.settings.steps).toBe(steps);
  });

  test('of epochs: every so many, and the last always', () => {
    const { settings } = build('demo', { steps: 25, saveEvery: 10, sampleEvery: 100 }).plan;
    expect(settings).toMatchObject({ save_steps: [10, 20, 25], sample_steps: [25] });
  });
});

test('captions are those of the set, one for all, or none', () => {
  const captions = (request: Partial<TrainingRequest>) =>
    build('demo', request, [item(0), item(1, { caption: null })]).plan.items.map(({ caption }) => caption);
  expect(captions({})).toEqual(['thing 0', '']);
  expect(
    captions({ captions: { ...unsaidTraining.captions, mode: 'template', text: 'a [trigger]' } }),
  ).toEqual(['a [trigger]', 'a [trigger]']);
  expect(captions({ captions: { ...unsaidTraining.captions, mode: 'none' } })).toEqual(['', '']);
});

test('what is not used, and what is thin in the set, is warned of', () => {
  const { warnings } = build('demo', { minSnrGamma: 5, warmupSteps: 10, alpha: 8 }, [
    item(0, { width: 100, height: 90, caption: null, controls: [{ sha256: 'c', width: 1, height: 1 }] }),
  ]);
  expect(warnings.join('\n')).toMatch(
    /SNR weighting[\s\S]*warm-up[\s\S]*alpha = rank \(16\)[\s\S]*one picture[\s\S]*fewer pixels than 128×128[\s\S]*no caption and are trained on no text[\s\S]*takes none/,
  );
});

test('a model that edits is trained on pairs, and its samples show those of the set', () => {
  const control = { sha256: 'c'.repeat(64), width: 512, height: 512 };
  const { plan } = build('flux_kontext', {}, items(2, { controls: [control] }));
  expect(plan.items.map(({ controls }) => controls)).toEqual([[control.sha256], [control.sha256]]);
  expect(
    plan.samples.flatMap(({ images }) => Object.values(images).flatMap(({ pictures }) => pictures)),
  ).toEqual([control.sha256, control.sha256]);
  const error = refusal(() => build('flux_kontext', {}));
  expect(error).toMatchObject({ code: 'DATASET_INVALID' });
  expect(error.details?.files).toHaveLength(4);
});

describe('who trains', () => {
  type Engine = TrainingRequest['engine'];
  test.each<[id: string, engine: Engine, hasToolkit: boolean, name: string]>([
    ['flux', 'auto', true, 'builtin'],
    ['flux', 'builtin', false, 'builtin'],
    ['flux', 'ai-toolkit', true, 'ai-toolkit'],
    ['hidream', 'auto', true, 'ai-toolkit'],
    ['wan22_14b_t2v', 'ai-toolkit', true, 'ai-toolkit'],
  ])('of %s, where "%s" is asked for: %s, %s', (id, engine, hasToolkit, name) => {
    expect(chooseEngine(entryOf(id), { engine }, hasToolkit).name).toBe(name);
  });

  test.each<[id: string, engine: Engine, hasToolkit: boolean, why: RegExp]>([
    ['hidream', 'auto', false, /AI_TOOLKIT_PATH names no checkout.*import its folder/],
    ['hidream', 'builtin', true, /ai-toolkit does: choose "ai-toolkit"/],
    ['hidream', 'builtin', false, /does not train LoRAs of hidream/],
    ['flux', 'ai-toolkit', false, /AI_TOOLKIT_PATH names no checkout.*choose "builtin"/],
    ['demo', 'ai-toolkit', true, /ai-toolkit does not train LoRAs of demo.*choose "builtin"/],
  ])('of %s, where "%s" is asked for and %s: nobody', (id, engine, hasToolkit, why) => {
    const error = refusal(() => chooseEngine(entryOf(id), { engine }, hasToolkit));
    expect(error).toMatchObject({ code: 'TRAINING_UNSUPPORTED', message: expect.stringMatching(why) });
  });

  test('ai-toolkit trains every model but those that it does not know, or knows in another layout', () => {
    const without = [...catalog.values()].filter(({ training }) => training?.ai_toolkit === undefined);
    expect(without.map(({ id }) => id)).toEqual(['demo', 'flux2_diffusers', 'flux_schnell']);
  });

  test('a plan for ai-toolkit says what ai-toolkit calls the model', () => {
    const { plan, warnings } = build('hidream', {
      layers: 'x',
      alpha: 8,
      lrScheduler: 'cosine',
      warmupSteps: 9,
    });
    expect(trainingPlanSchema.parse(plan)).toEqual(plan);
    expect(plan).toMatchObject({ method: null, toolkit: { arch: 'hidream' }, settings: { alpha: 8 } });
    expect(warnings.join('\n')).toMatch(/keeps the device[\s\S]*expression for layers[\s\S]*warm-up/);
  });
});

test('values that do not go together are refused', () => {
  expect(refusal(() => build('demo', { layers: '(' })).message).toContain('is no regular expression: "("');
  expect(build('demo', { layers: '(?P<block>double)|(?i)single' }).plan.settings.layers).toContain(
    'P<block>',
  );
  expect(refusal(() => build('demo', { preserve: 'class' })).message).toMatch(
    /trigger word and the word of the class/,
  );
});
