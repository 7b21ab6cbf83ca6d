import path from 'node:path';
import { expect, test } from 'vitest';
import { node, root } from './harness/paths.ts';
import { runOrThrow } from './harness/run-program.ts';

test('what was acknowledged ends once and whole, however often the server is killed', async () => {
  const script = path.join(root, 'scripts', 'chaos.ts');
  const { stdout } = await runOrThrow(node, [script, '--rounds', '3', '--jobs', '60', '--seed', '3']);
  expect(stdout).toContain('Nothing lost, nothing twice.');
}, 400_000);
