import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { planFilesIn, storeIn } from '../../tests/support/plan-files.ts';
import { sampleJob } from '../../tests/support/sample-job.ts';
import type { Database } from '../database/database.ts';
import { openMemoryDatabase } from '../database/open-database.ts';
import type { Engine, RenderOutcome, RenderTask } from '../engines/engine.ts';
import { createDeviceSlot } from '../engines/pool/device-slot.ts';
import { createStandInEngine, gradient } from '../engines/stand-in-engine.ts';
import { createFrameEncoder } from '../files/encode/encode-frame.ts';
import type { FileStore } from '../files/file-store.ts';
import type { Job } from '../jobs/job.ts';
import type { JobEvent } from '../jobs/job-event.ts';
import { type Jobs, openJobs } from '../jobs/open-jobs.ts';
import { kinds } from '../server/kinds.ts';
import { createRenderRunner } from './render/render-runner.ts';
import { runWorker } from './run-worker.ts';

const log = pino({ level: 'silent' });
const clock = (): Date => new Date();
let database: Database;
let jobs: Jobs;
let folder = '';
let count = 0;
let stopWorker: () => Promise<void> = async () => {};

beforeAll(async () => {
  database = await openMemoryDatabase();
  const config = { MAX_QUEUE: 1000, MODEL_SWITCH_SECONDS: 60 };
  jobs = await openJobs({ database, kinds, config, clock, newId: () => 'worker-test', log });
});
afterAll(async () => {
  await jobs.close();
  await database.close();
});
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'darkroom-worker-'));
});
afterEach(async () => {
  await stopWorker();
  rmSync(folder, { recursive: true, force: true });
});

const newId = (): string => {
  count += 1;
  return `job-${count}`;
};

interface Setup {
  engine?: Engine;
  /** Of further devices. */
  more?: Engine[];
  files?: FileStore;
  timeoutSeconds?: number;
}

function start({
  engine = createStandInEngine({ millisecondsPerStep: 5 }),
  more = [],
  files = storeIn(folder),
  timeoutSeconds = 3600,
}: Setup = {}): void {
  const stop = new AbortController();
  const runnerOn = (engine: Engine) =>
    createRenderRunner({
      engine,
      files,
      tokens: { find: async () => null, forget: () => {} },
      planFiles: planFilesIn(folder, files),
      hostBytes: 2 ** 40,
      encode: createFrameEncoder({ config: {}, log }),
      config: { INFERENCE_TIMEOUT: timeoutSeconds },
      observeRender: () => {},
    });
  const running = runWorker(
    {
      jobs,
      observe: () => {},
      config: {
        scratchFolder: path.join(folder, 'scratch'),
        trainingsFolder: path.join(folder, 'trainings'),
        KEEP_STATE_DAYS: 7,
      },
      clock,
      log,
      signal: stop.signal,
    },
    [engine, ...more].map((device, index) => ({
      runners: { render: runnerOn(device) },
      slot: createDeviceSlot(`cpu:${index}`, device),
      engine: device,
    })),
  );
  stopWorker = async () => {
    stop.abort();
    await running;
  };
}

/** An engine that does something else for the first renders, then renders. */
function engineThat(...first: ((task: RenderTask, engine: Engine) => Promise<RenderOutcome>)[]): Engine {
  const engine = createStandInEngine({ millisecondsPerStep: 5 });
  return { ...engine, render: (task) => first.shift()?.(task, engine) ?? engine.render(task) };
}

async function eventsOf(id: string): Promise<JobEvent[]> {
  const events: JobEvent[] = [];
  for await (const event of jobs.events(id, 0, AbortSignal.timeout(20_000))) events.push(event);
  return events;
}

async function ended(id: string): Promise<Job> {
  await eventsOf(id);
  const job = await jobs.get(id);
  if (job === null) throw new Error(`no job ${id}`);
  return job;
}

const scratchLeft = (): string[] =>
  existsSync(path.join(folder, 'scratch')) ? readdirSync(path.join(folder, 'scratch')) : [];

test('a job is rendered prompt by prompt, kept, told about and cleaned up after', async () => {
  start();
  const id = newId();
  await jobs.accept(sampleJob(id, { calls: 3 }));
  const events = await eventsOf(id);
  const job = await ended(id);
  expect(job).toMatchObject({ state: 'succeeded', attempts: 1, versions: { engine: 'stand-in' } });
  expect(job.outputs.map(({ index, key }) => ({ index, key }))).toEqual(
    [0, 1, 2].map((index) => ({ index, key: `jobs/${id}/${id}_output_${index}.png` })),
  );
  for (const output of job.outputs) {
    const bytes = await readFile(storeIn(folder).locate(output.key));
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(output.sha256);
    expect(bytes.byteLength).toBe(output.bytes);
    const pixels = await sharp(bytes).removeAlpha().raw().toBuffer();
    expect(pixels.equals(gradient({ seed: output.seed, width: 64, height: 64, num_frames: 1 }))).toBe(true);
  }
  expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 1));
  expect(events.map(({ type }) => type).filter((type) => type !== 'progress')).toEqual([
    'queued',
    'started',
    'output',
    'output',
    'output',
    'ended',
  ]);
  const fractions = events.flatMap((event) => (event.type === 'progress' ? [event.progress.fraction] : []));
  expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
  await stopWorker();
  expect(scratchLeft()).toEqual([]);
});

test('finished prompts stay when a later one fails', async () => {
  start({
    engine: engineThat(async (task, engine) => {
      await engine.render({ ...task, calls: [0] });
      return { kind: 'failed', code: 'OUT_OF_MEMORY', message: 'no memory', retryable: true };
    }),
  });
  const id = newId();
  await jobs.accept(sampleJob(id, { calls: 2 }));
  const job = await ended(id);
  expect(job).toMatchObject({ state: 'failed', error: { code: 'OUT_OF_MEMORY', message: 'no memory' } });
  expect(job.outputs.map(({ index }) => index)).toEqual([0]);
});

test('after a crash only what is missing is rendered again', async () => {
  const rendered: number[][] = [];
  const engine = engineThat(async (task, real) => {
    rendered.push(task.calls);
    await real.render({ ...task, calls: [0, 1] });
    return { kind: 'crashed', message: 'killed by SIGKILL' };
  });
  start({
    engine: {
      ...engine,
      render: (task) => {
        if (rendered.length > 0) rendered.push(task.calls);
        return engine.render(task);
      },
    },
  });
  const id = newId();
  await jobs.accept(sampleJob(id, { calls: 4 }));
  const job = await ended(id);
  expect(job).toMatchObject({ state: 'succeeded', attempts: 2 });
  expect(rendered).toEqual([
    [0, 1, 2, 3],
    [2, 3],
  ]);
  expect(job.outputs).toHaveLength(4);
});

test('a job that crashes the engine twice fails and says why', async () => {
  const crash = async (): Promise<RenderOutcome> => ({ kind: 'crashed', message: 'killed by SIGKILL' });
  start({ engine: engineThat(crash, crash) });
  const id = newId();
  await jobs.accept(sampleJob(id));
  const job = await ended(id);
  expect(job).toMatchObject({ state: 'failed', attempts: 2, error: { code: 'ENGINE_CRASHED' } });
  expect(job.error?.message).toContain('died 2 times while rendering this request: killed by SIGKILL');
  await stopWorker();
  expect(scratchLeft()).toEqual([]);
});

test('a running job is canceled, keeps its finished prompts, and the next one runs', async () => {
  start({ engine: createStandInEngine({ millisecondsPerStep: 20 }) });
  const id = newId();
  const next = newId();
  await jobs.accept(sampleJob(id, { calls: 200 }));
  await jobs.accept(sampleJob(next));
  for await (const event of jobs.events(id, 0, AbortSignal.timeout(20_000))) {
    if (event.type === 'output') await jobs.cancel(id);
  }
  const job = await ended(id);
  expect(job.state).toBe('canceled');
  expect(job.outputs.length).toBeGreaterThan(0);
  expect(job.outputs.length).toBeLessThan(200);
  expect((await ended(next)).state).toBe('succeeded');
});

test('a job that runs longer than INFERENCE_TIMEOUT fails', async () => {
  start({ engine: createStandInEngine({ millisecondsPerStep: 20 }), timeoutSeconds: 0.2 });
  const id = newId();
  await jobs.accept(sampleJob(id, { calls: 500 }));
  expect(await ended(id)).toMatchObject({ state: 'failed', error: { code: 'TIMEOUT' } });
});

test('a full disk is told as such', async () => {
  const store = storeIn(folder);
  const full: FileStore = {
    ...store,
    put: () => Promise.reject(Object.assign(new Error('write failed'), { code: 'ENOSPC' })),
  };
  start({ files: full });
  const id = newId();
  await jobs.accept(sampleJob(id, { calls: 50 }));
  expect(await ended(id)).toMatchObject({ state: 'failed', outputs: [], error: { code: 'STORAGE_FULL' } });
});

test('an engine that throws fails the job without its text, and the worker goes on', async () => {
  start({ engine: engineThat(() => Promise.reject(new Error('secret path'))) });
  const [id, next] = [newId(), newId()];
  await jobs.accept(sampleJob(id));
  await jobs.accept(sampleJob(next));
  expect((await ended(id)).error).toMatchObject({ code: 'INTERNAL' });
  expect((await ended(id)).error?.message).not.toContain('secret');
  expect((await ended(next)).state).toBe('succeeded');
});

test('a worker that stops gives its job back, and another one ends it', async () => {
  start({ engine: createStandInEngine({ millisecondsPerStep: 20 }) });
  const id = newId();
  await jobs.accept(sampleJob(id, { calls: 20 }));
  for await (const event of jobs.events(id, 0, AbortSignal.timeout(20_000))) {
    if (event.type === 'output') break;
  }
  await stopWorker();
  const waiting = await jobs.get(id);
  expect(waiting).toMatchObject({ state: 'queued', attempts: 1 });
  expect(waiting?.outputs.length).toBeGreaterThan(0);
  start();
  const job = await ended(id);
  expect(job).toMatchObject({ state: 'succeeded', attempts: 2 });
  expect(job.outputs.map(({ index }) => index)).toEqual(Array.from({ length: 20 }, (_, index) => index));
});

test('jobs wait while there is no engine', async () => {
  const engine = createStandInEngine();
  let isUp = false;
  const coming: Engine = {
    ...engine,
    ready: () => (isUp ? engine.ready() : Promise.reject(new Error('no Python'))),
  };
  const id = newId();
  await jobs.accept(sampleJob(id));
  start({ engine: coming });
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(await jobs.get(id)).toMatchObject({ state: 'queued', attempts: 0 });
  isUp = true;
  expect(await ended(id)).toMatchObject({ state: 'succeeded', attempts: 1 });
});

test('previews and warnings reach the events', async () => {
  const preview = await sharp({ create: { width: 4, height: 4, channels: 3, background: 'red' } })
    .png()
    .toBuffer();
  start({
    engine: engineThat(async (task, engine) => {
      const file = path.join(task.scratch, 'preview.png');
      await sharp(preview).toFile(file);
      task.onReport({ type: 'preview', job: task.job, call: 0, step: 2, file, width: 4, height: 4 });
      task.onReport({ type: 'warning', job: task.job, message: 'a key fits nothing' });
      await new Promise((resolve) => setTimeout(resolve, 50));
      return engine.render(task);
    }),
  });
  const id = newId();
  await jobs.accept(sampleJob(id, { warnings: ['from the request'], steps: 40 }));
  const events = await eventsOf(id);
  const shown = events.find((event) => event.type === 'preview');
  expect(shown).toMatchObject({ call: 0, step: 2, width: 4 });
  expect(events).toContainEqual(expect.objectContaining({ type: 'warning', message: 'a key fits nothing' }));
  expect((await ended(id)).warnings).toEqual(['from the request', 'a key fits nothing']);
});

test('two devices render side by side', async () => {
  let running = 0;
  let most = 0;
  const counted = (): Engine => {
    const engine = createStandInEngine({ millisecondsPerStep: 20 });
    return {
      ...engine,
      render: async (task) => {
        running += 1;
        most = Math.max(most, running);
        return engine.render(task).finally(() => {
          running -= 1;
        });
      },
    };
  };
  start({ engine: counted(), more: [counted()] });
  const ids = [newId(), newId(), newId(), newId()];
  for (const id of ids) await jobs.accept(sampleJob(id, { calls: 3 }));
  const states = await Promise.all(ids.map(async (id) => (await ended(id)).state));
  expect(states).toEqual(ids.map(() => 'succeeded'));
  expect(most).toBe(2);
});

test('two devices keep different models, and each takes the jobs for its own', async () => {
  const engines = [
    createStandInEngine({ millisecondsPerStep: 1 }),
    createStandInEngine({ millisecondsPerStep: 1 }),
  ];
  start({ engine: engines[0] ?? createStandInEngine(), more: engines.slice(1) });
  for (let round = 0; round < 10; round += 1) {
    const ids = [newId(), newId()];
    const [first = '', second = ''] = ids;
    // At first nobody has a model: the second job has to come while the first one runs, or the same device may take both.
    const calls = round === 0 ? 8 : 1;
    await jobs.accept(sampleJob(first, { model: 'one', calls }));
    await jobs.accept(sampleJob(second, { model: 'two', calls }));
    await Promise.all(ids.map(ended));
  }
  expect(engines.map((engine) => engine.status().loads)).toEqual([1, 1]);
});

test('many jobs for one model are shared by all devices at once', async () => {
  const engines = [
    createStandInEngine({ millisecondsPerStep: 10 }),
    createStandInEngine({ millisecondsPerStep: 10 }),
  ];
  start({ engine: engines[0] ?? createStandInEngine(), more: engines.slice(1) });
  const warm = newId();
  await jobs.accept(sampleJob(warm));
  await ended(warm);
  const ids = Array.from({ length: 8 }, newId);
  await Promise.all(ids.map((id) => jobs.accept(sampleJob(id, { calls: 2 }))));
  await Promise.all(ids.map(ended));
  // The one that had no model at first did not wait until the other had done all.
  expect(engines.map((engine) => engine.status().loads)).toEqual([1, 1]);
});
