import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pino from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { plainSentence } from '../../errors/sentence.ts';
import {
  type Engine,
  OutOfTime,
  type RenderOutcome,
  type RenderTask,
  type TrainReport,
  type TrainTask,
} from '../engine.ts';
import { engineTiming, systemClock } from '../engine-timing.ts';
import { createDeviceSlot } from '../pool/device-slot.ts';
import { trainCommandOf } from '../testing/golden-training.ts';
import { scriptedPlan, scriptedSpawn, scriptedTask } from '../testing/scripted-spawn.ts';
import { checkpointsOf, type LaunchOptions, launchEngine } from './launch-engine.ts';
import { createProcessEngine, type ProcessEngineOptions } from './process-engine.ts';

const config = {
  // An interpreter is not looked for in PATH until it is spawned, and here it never is.
  DARKROOM_PYTHON: 'python3',
  MODEL_CACHE_DIR: undefined,
  HF_TOKEN: undefined,
  MAX_RESIDENT_MODELS: 1,
  ADAPTER_CACHE_MB: 16,
};

let scratch = '';
let engines: Engine[] = [];
let lines: string[] = [];
const log = pino({ level: 'debug' }, { write: (line) => lines.push(line) });

/** An engine on the scripted process; `script` says how that starts. */
function engineOf(
  script = '',
  more: Partial<ProcessEngineOptions> = {},
  launching: Partial<LaunchOptions> = {},
): Engine {
  const spawn = scriptedSpawn({ ENGINE_SCRIPT: script, ENGINE_STARTS: path.join(scratch, 'starts') });
  const options = { config, log, spawn, ...launching };
  const engine = createProcessEngine({
    device: 'cpu:1',
    share: { hostBytes: null, threads: null },
    config,
    log,
    launch: () => launchEngine(options),
    checkpoints: checkpointsOf(options),
    ...more,
  });
  engines.push(engine);
  return engine;
}

/** As the worker does it: each waits for its turn at the device. */
function inTurn(engine: Engine): (task: RenderTask) => Promise<RenderOutcome> {
  const slot = createDeviceSlot('cpu', engine);
  return async (task) => {
    const turn = await slot.take(task.signal).catch(() => null);
    if (turn === null) return { kind: 'canceled' };
    return engine.render(task).finally(turn.end);
  };
}
const starts = () => readFileSync(path.join(scratch, 'starts'), 'utf8').trim().split('\n').map(Number);
const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};
const gone = (pid: number) => vi.waitFor(() => expect(isAlive(pid)).toBe(false), 10_000);

beforeEach(async () => {
  scratch = await mkdtemp(path.join(tmpdir(), 'darkroom-engine-'));
  lines = [];
});
afterEach(async () => {
  await Promise.all(engines.map((engine) => engine.stop()));
  engines = [];
  await rm(scratch, { recursive: true });
});

test('a job reports in order and is done; the status follows it', async () => {
  const engine = engineOf();
  expect(engine.status()).toMatchObject({ state: 'starting', restarts: 0, versions: {}, device: null });
  expect(await engine.ready()).toMatchObject({ state: 'ready', reason: null, versions: { scripted: '1' } });
  const states: string[] = [];
  const task = scriptedTask(scratch, ['ok', 'ok'], { calls: [1] });
  task.onReport = (report) => {
    task.reports.push(report);
    states.push(engine.status().state);
  };
  const timings = { load_seconds: 1, adapters_seconds: 2, render_seconds: 3 };
  expect(await engine.render(task)).toEqual({ kind: 'done', timings, peakBytes: 3 });
  expect(task.reports.map((report) => report.type)).toEqual(['progress', 'progress', 'progress', 'frame']);
  expect(task.reports.at(-1)).toMatchObject({ call: 1, width: 4, height: 2 });
  expect(new Set(states)).toEqual(new Set(['busy']));
  const status = engine.status();
  expect(status).toMatchObject({ state: 'ready', loads: 1, memory: { peak_bytes: 3 } });
  expect(status.resident).toHaveLength(1);
});

test('jobs that come together run one after the other, first come first served', async () => {
  const engine = engineOf();
  const render = inTurn(engine);
  const order: string[] = [];
  const tasks = ['a', 'b', 'c'].map((job) =>
    scriptedTask(scratch, ['ok'], { job, onReport: (report) => order.push(`${job} ${report.type}`) }),
  );
  await Promise.all(tasks.map(async (task) => order.push(`${task.job} ${(await render(task)).kind}`)));
  expect(order.filter((line) => line.endsWith('done'))).toEqual(['a done', 'b done', 'c done']);
  expect(order.indexOf('a done')).toBeLessThan(order.indexOf('b progress'));
  expect(order.indexOf('b done')).toBeLessThan(order.indexOf('c progress'));
});

test('a second job at once is a fault of the caller', async () => {
  const engine = engineOf();
  const first = engine.render(scriptedTask(scratch, ['ok']));
  await expect(engine.render(scriptedTask(scratch, ['ok']))).rejects.toThrow('one job at a time');
  expect(await first).toMatchObject({ kind: 'done' });
});

test('lines in pieces, noise, foreign jobs and an endless line harm nothing', async () => {
  const engine = engineOf();
  const task = scriptedTask(scratch, ['fragments', 'noise']);
  expect(await engine.render(task)).toMatchObject({ kind: 'done' });
  const warnings = task.reports.flatMap((report) => (report.type === 'warning' ? [report.message] : []));
  expect(warnings).toEqual(['snow ☃ fox 🦊']);
  expect(lines.join('')).toContain('on stdout is only log');
  expect(lines.join('')).toContain('was not understood: not JSON');
  expect(lines.join('')).toContain('A report over 8388608 bytes was skipped.');
  expect(starts()).toHaveLength(1);
});

test('a listener that throws does not stop the job', async () => {
  const task = scriptedTask(scratch, ['ok'], {
    onReport: () => {
      throw new Error('listener');
    },
  });
  expect(await engineOf().render(task)).toMatchObject({ kind: 'done' });
});

test('the process sees no secrets, no hub, and nothing on its command line', async () => {
  const secrets = {
    HF_TOKEN: 'hf_x',
    API_KEYS: 'k1',
    DATABASE_URL: 'postgres://u:p@h',
    AWS_SECRET_ACCESS_KEY: 'a',
  };
  const engine = engineOf(
    '',
    {},
    {
      environment: { ...process.env, ...secrets, MY_SETTING: 'kept' },
      config: { ...config, HF_TOKEN: 'hf_x', MODEL_CACHE_DIR: '/models' },
    },
  );
  const task = scriptedTask(scratch, ['environment']);
  await engine.render(task);
  const seen = plainSentence(task.reports.find((report) => report.type === 'warning')?.message ?? '');
  for (const secret of ['hf_x', 'k1', 'u:p@h', 'ACCESS_KEY']) expect(seen).not.toContain(`"${secret}`);
  expect(JSON.parse(seen)).toMatchObject({
    MY_SETTING: 'kept',
    HF_HUB_OFFLINE: '1',
    HF_HUB_CACHE: '/models',
    PYTHONUNBUFFERED: '1',
    TOKENIZERS_PARALLELISM: 'false',
  });
  expect(lines.join('')).not.toMatch(/hf_x|hf_y/);
});

test.each([
  ['exit', /ended with exit code 3\. Its last words: .*File "pipeline.py"/],
  ['die', /was killed \(SIGKILL\); often that is the system out of memory/],
  ['close', /was killed/],
])('a process that goes by %s takes one job with it, and the next one runs', async (prompt, message) => {
  const engine = engineOf();
  const render = inTurn(engine);
  const [crashed, next] = await Promise.all([
    render(scriptedTask(scratch, [prompt])),
    render(scriptedTask(scratch, ['ok'])),
  ]);
  expect(crashed).toEqual({ kind: 'crashed', message: expect.stringMatching(message) });
  expect(JSON.stringify(crashed)).not.toContain('someone/private');
  expect(next).toMatchObject({ kind: 'done' });
  expect(engine.status()).toMatchObject({ state: 'ready', restarts: 1 });
  const [first = 0, second = 0] = starts();
  expect(engine.status().pid).toBe(second);
  await gone(first);
});

test('a process that falls silent in a job is killed, and the next job runs', async () => {
  const timing = { ...engineTiming, pingEvery: 30, silenceAtWork: 3000, silence: 10_000 };
  const engine = engineOf('', { timing });
  const hung = await engine.render(scriptedTask(scratch, ['hang']));
  expect(hung).toEqual({
    kind: 'crashed',
    message: expect.stringMatching(/no sign of life for \d s and was killed/),
  });
  expect(await engine.render(scriptedTask(scratch, ['ok']))).toMatchObject({ kind: 'done' });
  await gone(starts()[0] ?? 0);
});

test('a job that answers pings may take its time', async () => {
  const timing = { ...engineTiming, pingEvery: 100, silenceAtWork: 3000, silence: 3000 };
  const engine = engineOf('', { timing });
  const task = scriptedTask(scratch, ['wait']);
  await engine.ready();
  const outcome = engine.render(task);
  await new Promise((resolve) => setTimeout(resolve, 4000));
  task.abort();
  expect(await outcome).toEqual({ kind: 'canceled' });
  expect(starts()).toHaveLength(1);
});

test('a job fails without harm to the process', async () => {
  const engine = engineOf();
  expect(await engine.render(scriptedTask(scratch, ['fail', 'ok']))).toEqual({
    kind: 'failed',
    code: 'RENDER_FAILED',
    message: 'It is broken.',
    retryable: false,
  });
  expect(await engine.render(scriptedTask(scratch, ['ok']))).toMatchObject({ kind: 'done' });
  expect(starts()).toHaveLength(1);
});

test('two jobs in a row without memory replace the process; one does not', async () => {
  const engine = engineOf();
  for (const prompt of ['oom', 'ok', 'oom']) await engine.render(scriptedTask(scratch, [prompt]));
  expect(starts()).toHaveLength(1);
  await engine.render(scriptedTask(scratch, ['oom']));
  expect(await engine.render(scriptedTask(scratch, ['ok']))).toMatchObject({ kind: 'done' });
  expect(starts()).toHaveLength(2);
});

test('a running job stops when it is canceled, and the process stays', async () => {
  const engine = engineOf();
  const task = scriptedTask(scratch, ['wait']);
  task.onReport = () => task.abort();
  expect(await engine.render(task)).toEqual({ kind: 'canceled' });
  expect(await engine.render(scriptedTask(scratch, ['ok']))).toMatchObject({ kind: 'done' });
  expect(starts()).toHaveLength(1);
});

test('a canceled job that does not stop is killed, and another process starts at once', async () => {
  const timing = { ...engineTiming, cancelGrace: 50, firstBackoff: 3_600_000, longestBackoff: 3_600_000 };
  const engine = engineOf('', { timing });
  const task = scriptedTask(scratch, ['stubborn']);
  task.onReport = () => task.abort();
  expect(await engine.render(task)).toEqual({ kind: 'canceled' });
  expect(await engine.render(scriptedTask(scratch, ['ok']))).toMatchObject({ kind: 'done' });
  await gone(starts()[0] ?? 0);
});

test('a job that hangs past its time is killed sooner than one that was canceled', async () => {
  const engine = engineOf('', { timing: { ...engineTiming, cancelGrace: 3_600_000, outOfTimeGrace: 50 } });
  const timeUp = new AbortController();
  const task = scriptedTask(scratch, ['stubborn'], { signal: timeUp.signal });
  task.onReport = () => timeUp.abort(new OutOfTime());
  expect(await engine.render(task)).toEqual({ kind: 'canceled' });
  await gone(starts()[0] ?? 0);
});

test('a job that waits for its turn, or comes canceled, never reaches the process', async () => {
  const engine = engineOf();
  const running = scriptedTask(scratch, ['wait']);
  const [waiting, canceled] = [scriptedTask(scratch, ['ok']), scriptedTask(scratch, ['ok'])];
  canceled.abort();
  const outcomes = [running, waiting, canceled].map(inTurn(engine));
  running.onReport = () => waiting.abort();
  expect(await outcomes[1]).toEqual({ kind: 'canceled' });
  expect(await outcomes[2]).toEqual({ kind: 'canceled' });
  running.abort();
  expect(await outcomes[0]).toEqual({ kind: 'canceled' });
  expect([...waiting.reports, ...canceled.reports]).toEqual([]);
});

test.each([
  ['fatal', /The engine cannot work: No module named 'torch'/],
  ['old', /speaks protocol 0, this server another.*npm run setup/],
  ['dies', /exit code 1\. Its last words: .*libtorch\.so/],
])('a process that starts %s is unavailable with the reason, and tried again', async (script, reason) => {
  const engine = engineOf(script, { timing: { ...engineTiming, firstBackoff: 1, longestBackoff: 20 } });
  const waiting = engine.render(scriptedTask(scratch, ['ok']));
  await expect(engine.ready()).rejects.toMatchObject({
    code: 'ENGINE_UNAVAILABLE',
    message: expect.stringMatching(reason),
  });
  expect(await waiting).toMatchObject({ kind: 'failed', code: 'ENGINE_UNAVAILABLE', retryable: true });
  expect(engine.status()).toMatchObject({ state: 'unavailable', reason: expect.stringMatching(reason) });
  const before = starts().length;
  await vi.waitFor(() => expect(starts().length).toBeGreaterThan(before + 1), 10_000);
  expect(engine.status().state).toBe('unavailable');
});

test('a missing interpreter is unavailable and says what to run', async () => {
  const engine = engineOf('', {}, { config: { ...config, DARKROOM_PYTHON: '/nowhere/python' } });
  await expect(engine.ready()).rejects.toMatchObject({
    code: 'ENGINE_UNAVAILABLE',
    message: expect.stringContaining('npm run setup'),
  });
  expect(engine.status()).toMatchObject({ state: 'unavailable', pid: null });
});

test('a file that is no program is unavailable too', async () => {
  const file = path.join(scratch, 'python');
  await writeFile(file, 'not a program');
  const engine = engineOf('', {}, { config: { ...config, DARKROOM_PYTHON: file }, spawn });
  await expect(engine.ready()).rejects.toMatchObject({
    code: 'ENGINE_UNAVAILABLE',
    message: expect.stringContaining('did not start'),
  });
});

test('two early deaths are forgiven: who waits gets the third process', async () => {
  const engine = engineOf('dies twice', { timing: { ...engineTiming, firstBackoff: 1 } });
  expect(await engine.render(scriptedTask(scratch, ['ok']))).toMatchObject({ kind: 'done' });
  expect(engine.status().restarts).toBe(2);
});

test('the back-off doubles to its limit, and starts over after a process that ended a job', async () => {
  const delays: number[] = [];
  const clock = {
    now: systemClock.now,
    after: (milliseconds: number, run: () => void) => {
      if (milliseconds > 1000) return systemClock.after(milliseconds, run);
      delays.push(milliseconds);
      return systemClock.after(1, run);
    },
  };
  const timing = { ...engineTiming, longestBackoff: 800 };
  const engine = engineOf('', { clock, timing });
  for (let round = 0; round < 4; round++) await engine.render(scriptedTask(scratch, ['exit']));
  await engine.render(scriptedTask(scratch, ['ok']));
  await engine.render(scriptedTask(scratch, ['exit']));
  await engine.ready();
  expect(delays).toEqual([200, 400, 800, 800, 200]);
});

test('a silent start ends too', async () => {
  const timing = { ...engineTiming, pingEvery: 20, silenceAtWork: 300, firstBackoff: 1 };
  const engine = engineOf('silent', { timing });
  await expect(engine.ready()).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
});

test('stop ends the process and answers whoever waits', async () => {
  const engine = engineOf();
  const running = scriptedTask(scratch, ['wait']);
  const { promise: isRunning, resolve } = Promise.withResolvers<void>();
  running.onReport = () => resolve();
  const outcome = engine.render(running);
  await isRunning;
  await engine.stop();
  expect(await outcome).toEqual({ kind: 'canceled' });
  expect(await engine.render(scriptedTask(scratch, ['ok']))).toEqual({ kind: 'canceled' });
  await expect(engine.ready()).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
  expect(engine.status()).toMatchObject({ state: 'stopped', pid: null });
  expect(starts().map(isAlive)).toEqual([false]);
});

test('a process that ignores shutdown and SIGTERM is killed by stop', async () => {
  const engine = engineOf('stays', { timing: { ...engineTiming, stopGrace: 100 } });
  await engine.ready();
  await engine.stop();
  expect(starts().map(isAlive)).toEqual([false]);
});

test('stop in the middle of a start, and stop twice, end well', async () => {
  const engine = engineOf('silent');
  void engine.stop();
  await engine.stop();
  expect(engine.status().state).toBe('stopped');
  const started = existsSync(path.join(scratch, 'starts')) ? starts() : [];
  expect(started.filter(isAlive)).toEqual([]);
});

test('what the engine logs while a job runs names the job', async () => {
  const engine = engineOf();
  const task = scriptedTask(scratch, ['log']);
  await engine.render(task);
  const line = lines.map((text) => JSON.parse(text)).find(({ msg }) => msg === 'It got warm.');
  expect(line).toMatchObject({ level: 40, job: task.job });
});

/** A training of two steps on the scripted engine. */
function training(name: string): TrainTask & { reports: TrainReport[]; abort: () => void } {
  const { plan } = trainCommandOf(readFileSync(path.join('protocol', 'command.train.json'), 'utf8'));
  const controller = new AbortController();
  const reports: TrainReport[] = [];
  return {
    job: `job_${name}`,
    plan: {
      ...plan,
      name,
      pipeline: scriptedPlan().pipeline,
      settings: { ...plan.settings, steps: 2, save_steps: [2] },
    },
    folder: scratch,
    scratch,
    cache: { folder: scratch, bytes: 0 },
    doneEpochs: [],
    signal: controller.signal,
    onReport: (report) => reports.push(report),
    reports,
    abort: () => controller.abort(),
  };
}

test('a training reports its stages, steps and checkpoints, and is done', async () => {
  const engine = engineOf();
  const task = training('tok');
  const run = engine.train(task);
  await expect(engine.render(scriptedTask(scratch, ['ok']))).rejects.toThrow('one job at a time');
  expect(await run.outcome).toEqual({ kind: 'done', peakBytes: 3 });
  expect(task.reports.map(({ type }) => type)).toEqual(['stage', 'step', 'step', 'checkpoint']);
  run.yield();
  expect(await engine.render(scriptedTask(scratch, ['ok']))).toMatchObject({ kind: 'done' });
});

test('a training that is told to yield, before its process is ready too, leaves the device to others', async () => {
  const engine = engineOf();
  const early = engine.train(training('waits'));
  early.yield();
  expect(await early.outcome).toEqual({ kind: 'yielded', step: 1 });
  const task = training('waits');
  const run = engine.train(task);
  run.save();
  await vi.waitFor(() => expect(task.reports.map(({ type }) => type)).toContain('checkpoint'));
  task.abort();
  expect(await run.outcome).toEqual({ kind: 'canceled' });
  expect(engine.status().restarts).toBe(0);
});
