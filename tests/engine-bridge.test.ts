/** The bridge with the real Python side under it: that the two agree, and how they part. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pino from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseConfig } from '../src/config.ts';
import type { Engine } from '../src/engines/engine.ts';
import { machineShare } from '../src/engines/machine-share.ts';
import { checkpointsOf, launchEngine } from '../src/engines/process/launch-engine.ts';
import { createProcessEngine } from '../src/engines/process/process-engine.ts';
import { scriptedTask } from '../src/engines/testing/scripted-spawn.ts';
import { isAlive } from './harness/engine-process.ts';

let scratch = '';
let engine: Engine;
const lines: string[] = [];

beforeAll(async () => {
  scratch = await mkdtemp(path.join(tmpdir(), 'darkroom-bridge-'));
  const config = parseConfig({ DEVICE: 'cpu', DARKROOM_PYTHON: process.env.DARKROOM_PYTHON });
  const log = pino({ level: 'debug' }, { write: (line: string) => lines.push(line) });
  engine = createProcessEngine({
    device: 'cpu',
    share: machineShare('cpu', ['cpu']),
    config,
    log,
    launch: () => launchEngine({ config, log }),
    checkpoints: checkpointsOf({ config, log }),
  });
});
afterAll(async () => {
  await engine.stop();
  await rm(scratch, { recursive: true });
});

test('the engine becomes ready and says what it is', async () => {
  const status = await engine.ready();
  expect(status).toMatchObject({ state: 'ready', device: { type: 'cpu', dtype: 'float32' }, resident: [] });
  expect(status.versions).toMatchObject({
    torch: expect.stringContaining('2.'),
    diffusers: expect.any(String),
  });
});

test('a checkpoint that is not there ends the job, not the process', async () => {
  const { pid } = engine.status();
  const task = scriptedTask(scratch, ['a fox']);
  const plan = { ...task.plan, pipeline: { ...task.plan.pipeline, path: path.join(scratch, 'none') } };
  expect(await engine.render({ ...task, plan })).toMatchObject({
    kind: 'failed',
    code: 'MODEL_FILES_MISSING',
    message: expect.stringContaining('tests/scripted'),
  });
  expect(engine.status()).toMatchObject({ state: 'ready', pid, restarts: 0 });
});

test('a killed engine is replaced by one that works', async () => {
  const { pid } = engine.status();
  process.kill(pid ?? 0, 'SIGKILL');
  await expect.poll(() => engine.status().restarts, { timeout: 10_000 }).toBe(1);
  expect(engine.status().reason).toMatch(/SIGKILL/);
  expect(await engine.ready()).toMatchObject({ state: 'ready', reason: null });
});

test('a stopped engine leaves no process and no line that was not understood', async () => {
  const { pid } = engine.status();
  await engine.stop();
  expect(await isAlive(pid ?? 0)).toBe(false);
  expect(lines.join('')).not.toContain('not understood');
});
