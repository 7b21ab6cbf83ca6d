import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { takeOverState } from './take-over-state.ts';

let root: string;
let warnings: string[];
beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'darkroom-takeover-'));
  warnings = [];
});
afterEach(() => rm(root, { recursive: true }));

const folderOf = (job: string): string => path.join(root, job);

async function leaveState(job: string, step: number): Promise<string> {
  const name = `state-${String(step).padStart(9, '0')}.safetensors`;
  await mkdir(folderOf(job), { recursive: true });
  await writeFile(path.join(folderOf(job), name), `state of ${job}`);
  return name;
}

const takeOver = (job: { step: number; attempts: number; continues?: string; before?: number }) =>
  takeOverState({
    job: {
      id: 'own',
      attempts: job.attempts,
      task: { engine: 'builtin', ...(job.continues === undefined ? {} : { continues: job.continues }) },
    },
    row: { step: job.step },
    folderOf,
    find: async () => (job.before === undefined ? null : { step: job.before }),
    warn: (message) => void warnings.push(message),
  });

test('a training whose state is on another machine begins again here, and says so', async () => {
  await takeOver({ step: 40, attempts: 2 });
  expect(warnings).toEqual([expect.stringMatching(/not on this machine: it begins again, and 40 steps/)]);
});

test('one that begins, and one whose state is here, warn of nothing', async () => {
  await takeOver({ step: 0, attempts: 1 });
  await leaveState('own', 40);
  await takeOver({ step: 40, attempts: 2 });
  expect(warnings).toEqual([]);
});

test('one that continues another takes its newest state, and cannot begin where that is not', async () => {
  await expect(takeOver({ step: 60, attempts: 1, continues: 'other', before: 60 })).rejects.toMatchObject({
    code: 'TRAINING_FAILED',
  });
  await leaveState('other', 30);
  const newest = await leaveState('other', 60);
  await takeOver({ step: 60, attempts: 1, continues: 'other', before: 60 });
  expect(await readdir(folderOf('own'))).toEqual([newest]);
});
