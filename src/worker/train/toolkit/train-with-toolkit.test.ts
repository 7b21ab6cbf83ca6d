/** Trainings by a checkout that stands in for ai-toolkit: what is told of them, and what becomes of the ways in which they go wrong. */
import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { python, root } from '../../../../tests/harness/paths.ts';
import { loadCatalog } from '../../../catalog/load-catalog.ts';
import type { TrainReport } from '../../../engines/engine.ts';
import { buildTrainingPlan } from '../../../training/build-training-plan.ts';
import { chooseEngine } from '../../../training/choose-engine.ts';
import type { TrainingPlan } from '../../../training/training-plan.ts';
import { unsaidTraining } from '../../../training/training-request.ts';
import { toolkitConfig } from './toolkit-config.ts';
import { layOutSet, type ToolkitFolder, toolkitFolder, writeConfig } from './toolkit-folder.ts';
import { startToolkit } from './toolkit-process.ts';
import { type Leaving, trainWithToolkit } from './train-with-toolkit.ts';

const job = '01testjob';
/** As it is, ai-toolkit would fill in a variable of its environment. */
const trigger = ['zorp $', 'HOME}'].join('{');
const catalog = await loadCatalog([]);

function planOf(id: string, steps: number): TrainingPlan {
  const entry = catalog.get(id);
  if (entry === undefined) throw new Error(`There is no ${id}.`);
  return buildTrainingPlan({
    entry,
    engine: chooseEngine(entry, { engine: 'ai-toolkit' }, true),
    name: 'mine',
    drawSeed: () => 7,
    request: { ...unsaidTraining, steps, saveEvery: 10, triggerWord: trigger },
    items: ['a', 'b'].map((letter) => ({
      label: letter,
      sha256: letter.repeat(64),
      width: 512,
      height: 512,
      caption: `${letter} thing`,
      controls: [],
    })),
    settings: { decodesInTiles: () => false },
  }).plan;
}

let checkout: string;
let folder: ToolkitFolder;
const plan = planOf('hidream', 30);

beforeEach(async () => {
  const place = await mkdtemp(path.join(os.tmpdir(), 'darkroom-toolkit-'));
  checkout = path.join(place, 'checkout');
  await cp(path.join(root, 'tests', 'fixtures', 'ai-toolkit'), checkout, { recursive: true });
  folder = toolkitFolder(path.join(place, job), job);
  await mkdir(folder.root);
  const picture = path.join(place, 'picture.png');
  await writeFile(picture, 'a picture');
  const controls = await layOutSet(folder, plan.items, async () => picture);
  const { toolkit } = plan;
  if (toolkit === undefined) throw new Error('The plan is not for ai-toolkit.');
  await writeConfig(
    folder,
    toolkitConfig(
      { ...plan, toolkit },
      {
        job,
        trainingFolder: folder.root,
        pictures: folder.pictures,
        controls,
        quantize: false,
        database: folder.database,
        device: 'cpu',
        nameOrPath: 'a/b',
        sampleControls: [],
      },
    ),
  );
});
afterEach(() => rm(path.dirname(checkout), { recursive: true, force: true }));

interface Told {
  reports: TrainReport[];
  samples: string[];
  lives: number;
}

interface Order {
  leaving?: Leaving;
  doneEpochs?: readonly number[];
  /** Called with each report. */
  onReport?: (report: TrainReport, run: { stop(): void; save(): void }) => void;
}

async function train(behaviour: object, { leaving = 'stop', doneEpochs = [], onReport }: Order = {}) {
  await writeFile(path.join(checkout, 'behave.json'), JSON.stringify(behaviour));
  const told: Told = { reports: [], samples: [], lives: 0 };
  const stop = new AbortController();
  const run = trainWithToolkit({
    job,
    plan,
    folder,
    doneEpochs,
    signal: stop.signal,
    leaving: () => leaving,
    start: () =>
      startToolkit(folder, { path: checkout, python, spawn }, { ...process.env, AITK_JOB_ID: job }),
    onReport: (report) => {
      told.reports.push(report);
      onReport?.(report, { stop: () => stop.abort(), save: () => run.save() });
    },
    onSample: ({ step, index }) => void told.samples.push(`${step}_${index}`),
    onLife: () => {
      told.lives += 1;
    },
    timing: { look: 50, save: 5_000, stop: 3_000, interrupt: 500 },
  });
  return { outcome: await run.outcome, ...told };
}

const epochs = ({ reports }: Told) =>
  reports.flatMap((report) => (report.type === 'checkpoint' ? [report.step] : []));
const atStep = (least: number) => (report: TrainReport) => report.type === 'step' && report.step >= least;

test('it is told how far it is, and of each epoch with its samples', async () => {
  const told = await train({});
  expect(told.outcome).toEqual({ kind: 'done', peakBytes: 0 });
  expect(epochs(told)).toEqual([10, 20, 30]);
  expect(told.samples.toSorted()).toEqual(['10_0', '10_1', '20_0', '20_1', '30_0', '30_1']);
  const steps = told.reports.filter((report) => report.type === 'step');
  expect(steps.at(-1)).toMatchObject({ step: 30, total: 30, lr: 2e-4, loss: expect.closeTo(1 / 30) });
  expect(told.reports.flatMap((report) => (report.type === 'stage' ? [report.stage] : []))).toContain(
    'training',
  );
  const [epoch] = told.reports.filter((report) => report.type === 'checkpoint');
  expect(epoch?.files).toEqual([
    { part: 'main', file: path.join(folder.output, `${job}_000000010.safetensors`) },
  ]);
});

test('the set is laid out, and nothing in the configuration is taken for a variable', async () => {
  const names = await readdir(folder.pictures);
  expect(names.toSorted()).toEqual(['0001.png', '0001.txt', '0002.png', '0002.txt']);
  expect(await readFile(path.join(folder.pictures, '0002.txt'), 'utf8')).toBe('b thing');
  const text = await readFile(folder.config, 'utf8');
  expect(text).not.toContain('$');
  expect(JSON.parse(text).config.process[0].trigger_word).toBe(trigger);
});

test('an older checkout is followed by its progress bar', async () => {
  const told = await train({ silent: true });
  expect(told.outcome.kind).toBe('done');
  expect(epochs(told)).toEqual([10, 20, 30]);
  expect(told.reports.findLast((report) => report.type === 'step')).toMatchObject({
    lr: 1e-4,
    loss: expect.closeTo(1 / 30, 3),
  });
});

describe('a stop', () => {
  test('to pause writes a file first, and the next run goes on from there', async () => {
    const paused = await train(
      { step_seconds: 0.1 },
      { leaving: 'save', onReport: (report, run) => atStep(3)(report) && run.stop() },
    );
    expect(paused.outcome).toEqual({ kind: 'canceled' });
    const [saved = 0] = epochs(paused);
    expect(saved).toBeGreaterThan(3);
    expect(saved).toBeLessThan(30);
    const resumed = await train({}, { doneEpochs: epochs(paused) });
    expect(resumed.outcome.kind).toBe('done');
    expect(epochs(resumed)).toEqual([10, 20, 30].filter((step) => step > saved));
    expect(await readFile(folder.log, 'utf8')).toContain(`Found step ${saved}`);
  });

  test('of the server leaves the process to the next one, which adopts it', async () => {
    const left = await train(
      { step_seconds: 0.05 },
      { leaving: 'leave', onReport: (report, run) => atStep(3)(report) && run.stop() },
    );
    expect(left.outcome).toEqual({ kind: 'canceled' });
    const adopted = await train({}, { doneEpochs: epochs(left) });
    expect(adopted.outcome.kind).toBe('done');
    expect([...epochs(left), ...epochs(adopted)]).toEqual([10, 20, 30]);
    expect((await readFile(folder.log, 'utf8')).match(/Found step/g)).toHaveLength(1);
  });

  test('comes through where the process does not listen', async () => {
    const told = await train(
      { hang_at: 5 },
      { leaving: 'kill', onReport: (report, run) => atStep(5)(report) && run.stop() },
    );
    expect(told.outcome).toEqual({ kind: 'canceled' });
  });
});

test('one more epoch is made when it is asked for', async () => {
  let asked = false;
  const told = await train(
    { step_seconds: 0.05 },
    {
      onReport: (report, run) => {
        if (asked || !atStep(2)(report)) return;
        asked = true;
        run.save();
      },
    },
  );
  expect(told.outcome.kind).toBe('done');
  expect(epochs(told)).toHaveLength(4);
});

describe('a process that', () => {
  test.each([
    ['is killed', { kill_at: 15 }, [10]],
    ['is killed while it writes a file', { truncate_at: 20 }, [10]],
  ])('%s goes on from its last whole file', async (_, behaviour, kept) => {
    const crashed = await train(behaviour);
    expect(crashed.outcome).toMatchObject({ kind: 'crashed', message: expect.stringContaining('SIGKILL') });
    expect(epochs(crashed)).toEqual(kept);
    const again = await train(behaviour, { doneEpochs: epochs(crashed) });
    expect(again.outcome.kind).toBe('done');
    expect([...epochs(crashed), ...epochs(again)]).toEqual([10, 20, 30]);
  });

  test('fails fails the training', async () => {
    const told = await train({ error_at: 12, error: 'unknown arch in /home/me/models/x.py' });
    expect(told.outcome).toMatchObject({
      kind: 'failed',
      code: 'TRAINING_FAILED',
      message: 'ai-toolkit failed: unknown arch in x.py',
    });
    expect(epochs(told)).toEqual([10]);
  });

  test('loses its loss is stopped', async () => {
    const told = await train({ nan_from: 12, step_seconds: 0.05 });
    expect(told.outcome).toMatchObject({ kind: 'failed', code: 'TRAINING_DIVERGED' });
    expect(epochs(told)).toEqual([10]);
  });

  test('had ended while nobody looked is done', async () => {
    await train({});
    const told = await train({ error_at: 1, error: 'It was started again.' });
    expect(told.outcome.kind).toBe('done');
    expect(epochs(told)).toEqual([10, 20, 30]);
  });

  test('cannot be started says so', async () => {
    await expect(
      startToolkit(folder, { path: checkout, python: '/no/such/python', spawn }, {}),
    ).rejects.toMatchObject({
      code: 'TRAINING_FAILED',
      message: expect.stringContaining('AI_TOOLKIT_PYTHON'),
    });
    await expect(
      startToolkit(folder, { path: checkout, python: undefined, spawn }, {}),
    ).rejects.toMatchObject({
      message: expect.stringContaining('no venv'),
    });
  });
});
