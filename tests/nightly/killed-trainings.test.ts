/** Twenty trainings whose engine is killed somewhere: each ends in the bits of one that nothing disturbed. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { engineFolder, python } from '../harness/paths.ts';

test('a training that is killed at any moment ends in the same bits', async () => {
  const { stdout } = await promisify(execFile)(
    python,
    ['-m', 'pytest', '-q', 'tests/test_training.py', '-k', 'killed'],
    { cwd: engineFolder, env: { ...process.env, KILLS: '20' } },
  );
  expect(stdout).toContain('20 passed');
}, 1_800_000);
