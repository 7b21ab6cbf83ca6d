/** Predictions of Replicate's API without a safety checker, and with one that flags the first of two pictures. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { python, root } from './harness/paths.ts';
import { runOrThrow } from './harness/run-program.ts';
import { type Server, startServer } from './harness/server.ts';

const predictionSchema = z.object({
  status: z.string(),
  output: z.array(z.string()).nullable(),
  error: z.string().nullable(),
  logs: z.string(),
  urls: z.object({ get: z.url() }),
});
const seeds = { seed: 11, num_outputs: 2 };
let server: Server;
let folder: string;

beforeAll(async () => {
  const parent = await mkdtemp(path.join(tmpdir(), 'darkroom-checker-'));
  folder = path.join(parent, 'checker');
  server = await startServer({ env: { SAFETY_CHECKER: folder } });
});
afterAll(async () => {
  await server?.remove();
  await rm(path.dirname(folder), { recursive: true, force: true });
});

async function predict(input: object): Promise<z.output<typeof predictionSchema>> {
  const answer = await fetch(`${server.url}/replicate/v1/models/darkroom/demo/predictions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      input: { prompt: 'a red apple', num_inference_steps: 4, output_format: 'png', ...input },
    }),
  });
  const { urls } = predictionSchema.parse(await answer.json());
  const read = async () => predictionSchema.parse(await (await fetch(urls.get)).json());
  await expect.poll(async () => (await read()).status, { timeout: 120_000 }).toMatch(/succeeded|failed/);
  return read();
}

test('pictures are checked where there is a checker, and those that it flags are left out', async () => {
  const unchecked = await predict(seeds);
  expect(unchecked).toMatchObject({ status: 'succeeded', output: [expect.any(String), expect.any(String)] });
  expect(unchecked.logs).toContain('No safety checker is installed');

  const pictures = (unchecked.output ?? []).map((_, index) => path.join(server.data, `${index}.png`));
  for (const [index, url] of (unchecked.output ?? []).entries())
    await writeFile(pictures[index] ?? '', Buffer.from(await (await fetch(url)).arrayBuffer()));
  const script = path.join(root, 'tests', 'support', 'tiny_safety_checker.py');
  await runOrThrow(python, [script, folder, ...pictures]);

  const checked = await predict(seeds);
  expect(checked.status).toBe('succeeded');
  expect(checked.output).toEqual([expect.stringMatching(/\/out-1\.png/)]);
  expect(checked.logs).toContain('NSFW content detected in image 0: left out.');
  expect(checked.logs).toContain('Safety checker: nothing found in image 1.');

  const flagged = await predict({ seed: 11 });
  expect(flagged).toMatchObject({ status: 'failed', output: null });
  expect(flagged.error).toContain('NSFW content detected');

  const disabled = await predict({ seed: 11, disable_safety_checker: true });
  expect(disabled).toMatchObject({ status: 'succeeded', output: [expect.any(String)] });
  expect(disabled.logs).not.toMatch(/safety|NSFW/i);
});
