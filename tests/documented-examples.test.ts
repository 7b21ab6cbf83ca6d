/** The examples of the README and of the model pages, run as they are written, on another port. */
import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { acceptedSchema } from '../src/http/native/schemas/response-schema.ts';
import { call, outcome } from './harness/client.ts';
import { demo } from './harness/demo.ts';
import { node, root } from './harness/paths.ts';
import { contrast, decode } from './harness/pictures.ts';
import { runOrThrow } from './harness/run-program.ts';
import { sharedServer } from './harness/shared-server.ts';

const server = sharedServer();

/** The fenced shell blocks of a page that hold `command`. */
async function shellBlocks(page: string, command: string): Promise<string[]> {
  const text = await readFile(path.join(root, page), 'utf8');
  const blocks = [...text.matchAll(/^```(?:sh|bash)\n(.*?)^```/gms)].map(([, block = '']) => block);
  const found = blocks.filter((block) => block.includes(command));
  if (found.length === 0) throw new Error(`${page} has no shell example with ${command}`);
  return found;
}

/** Runs the `curl` of a block, which may have other commands in front of it. */
async function runCurl(block: string): Promise<ReturnType<typeof acceptedSchema.parse>> {
  const script = block.slice(block.indexOf('curl ')).replaceAll('http://localhost:8000', server.url);
  const { stdout } = await runOrThrow('sh', ['-c', script]);
  return acceptedSchema.parse(JSON.parse(stdout));
}

test('the request of the README renders a picture', async () => {
  for (const file of demo.loras) await copyFile(file, path.join(server.loras, path.basename(file)));
  for (const block of await shellBlocks('README.md', '/v1/inference')) {
    const accepted = await runCurl(block);
    expect(accepted.warnings).toEqual([]);
    const ended = await outcome(server, accepted.request_id);
    expect(ended).toMatchObject({ status: 'succeeded', warnings: [] });
    expect(contrast(await decode(ended.outputs.images[0]?.file_path ?? ''))).toBeGreaterThan(15);
  }
});

test('the command of the README renders a picture without a server', async () => {
  const [block = ''] = await shellBlocks('README.md', 'darkroom.mjs render');
  const line = block.split('\n').find((text) => text.includes('darkroom.mjs render')) ?? '';
  const folder = await mkdtemp(path.join(os.tmpdir(), 'darkroom-render-'));
  const file = path.join(folder, 'apple.png');
  const script = line.replace('./bin/darkroom.mjs', `${node} src/main.ts`).replace('apple.png', file);
  const env = { DARKROOM_DATA: folder, OMP_NUM_THREADS: '1', DEVICE: 'cpu' };
  await runOrThrow('sh', ['-c', script], { cwd: root, env });
  expect(contrast(await decode(file))).toBeGreaterThan(15);
  await rm(folder, { recursive: true });
});

test('the request for tiny checkpoints renders a video', async () => {
  for (const block of await shellBlocks('tests/README.md', '/v1/inference')) {
    const accepted = await runCurl(block);
    const ended = await outcome(server, accepted.request_id);
    expect(ended).toMatchObject({ status: 'succeeded', warnings: [] });
    expect(ended.outputs.videos[0]).toMatchObject({ width: 64, height: 64, num_frames: 5 });
  }
});

describe.each(['flux', 'sdxl'])('the page of %s', (model) => {
  test('has a request that is accepted without a warning', async () => {
    const form = model === 'flux' ? 'ai_toolkit' : 'kohya';
    const lora = path.join(server.loras, model, `${form}.safetensors`);
    await copyFile(lora, path.join(server.loras, 'my_lora.safetensors'));
    for (const block of await shellBlocks(`docs/models/${model}.md`, '/v1/inference')) {
      const accepted = await runCurl(block);
      // At its default size it would take a minute even with a tiny checkpoint.
      await call(server, 'POST', `/v1/requests/${accepted.request_id}/cancel`);
      expect(accepted.warnings).toEqual([]);
      await outcome(server, accepted.request_id);
    }
  });
});
