import path from 'node:path';
import { expect, test } from 'vitest';
import { node, root } from './harness/paths.ts';
import { runOrThrow, runProgram } from './harness/run-program.ts';

const script = path.join(root, 'scripts', 'chaos.ts');

test.each([
  ['the server is killed', ['--rounds', '3', '--jobs', '60', '--seed', '3']],
  [
    'the server and its engine are killed',
    ['--rounds', '1', '--jobs', '12', '--seed', '2', '--engine', 'python'],
  ],
])(
  'what was acknowledged ends once and whole, however often %s',
  async (_name, options) => {
    const { stdout } = await runOrThrow(node, [script, ...options]);
    expect(stdout).toContain('Nothing lost, nothing twice.');
  },
  400_000,
);

test('an option that is no good is named', async () => {
  const { code, stderr } = await runProgram(node, [script, '--jobs', 'many']);
  expect(code).toBe(2);
  expect(stderr).toContain('--jobs takes a whole number above 0, not "many".');
});
