/** Scenario's official Python SDK, unmodified and with its strict validation of answers, against a server with the real engine. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { python, root } from './harness/paths.ts';
import { contrast, decode } from './harness/pictures.ts';
import { runOrThrow } from './harness/run-program.ts';
import { sharedServer } from './harness/shared-server.ts';

const server = sharedServer();

test('every method of its models resources does what a user expects', async () => {
  const script = path.join(root, 'tests', 'clients', 'scenario_sdk_client.py');
  const lora = path.join(root, 'checkpoints', 'demo', 'loras', 'neon-glow.safetensors');
  const { stdout } = await runOrThrow(python, [script, server.url, lora]);
  const all = {
    new: {
      'batch answers its last': true,
      pairs: 1,
      tags: [['blue', 'flat'], ['blue']],
      example: true,
      described: true,
      images: true,
      inputs: true,
      name: 'Renamed',
      'copy of': true,
      bulk: true,
      gone: true,
      restored: 'new',
    },
    trained: {
      status: ['trained', 'trained'],
      jobs: ['success', 'success', 'success'],
      assets: ['8', '7'],
      'the LoRA shows': true,
      'a strength of 0 does not': true,
      download: ['success', 'PK'],
      'cancelled late': true,
    },
    trainings: {
      'dry run': [269, { creativeUnitsCost: 0, creativeUnitsDiscount: 0 }],
      stages: true,
      again: true,
      hint: true,
      status: ['trained', 'training-canceled'],
      epochs: ['000001', '000002'],
      render: 'success',
    },
    'not offered': { presets: [], refused: [404, 405] },
    lists: { public: true, own: true, jobs: true, collections: [] },
    'not called': [],
  };
  expect(JSON.parse(stdout)).toEqual(all);
}, 900_000);

test('the example of the documentation makes a picture', async () => {
  const page = await readFile(path.join(root, 'docs', 'scenario.md'), 'utf8');
  const example = /^```python\n(.*?)^```/ms.exec(page)?.[1] ?? '';
  const folder = await mkdtemp(path.join(os.tmpdir(), 'darkroom-scenario-'));
  const script = path.join(folder, 'example.py');
  await writeFile(script, example.replace('http://localhost:8000', server.url));
  await runOrThrow(python, [script], { cwd: folder });
  expect(contrast(await decode(await readFile(path.join(folder, 'apple.png'))))).toBeGreaterThan(15);
  await rm(folder, { recursive: true });
});
