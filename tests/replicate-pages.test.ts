/** The examples of the pages about Replicate's API and about the three APIs, run as they are written, with the real engine. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { call, download, render } from './harness/client.ts';
import { demo } from './harness/demo.ts';
import { node, python, root } from './harness/paths.ts';
import { contrast, decode, difference } from './harness/pictures.ts';
import { pythonClient } from './harness/python-clients.ts';
import { runOrThrow } from './harness/run-program.ts';
import { sharedServer } from './harness/shared-server.ts';

const server = sharedServer();
const pageOf = (name: string): Promise<string> => readFile(path.join(root, 'docs', name), 'utf8');

test.each(['js', 'python'])('the first example in %s makes a picture', async (language) => {
  const page = await pageOf('replicate.md');
  const example = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'ms').exec(page)?.[1] ?? '';
  expect(example.split('\n').length).toBeLessThanOrEqual(11);
  // In the checkout, where the client of JavaScript is found.
  const folder = await mkdtemp(path.join(root, 'node_modules', '.darkroom-'));
  try {
    const script = path.join(folder, language === 'js' ? 'example.mjs' : 'example.py');
    await writeFile(script, example.replace('http://localhost:8000', server.url));
    const env = { PYTHONPATH: await pythonClient('one') };
    await runOrThrow(language === 'js' ? node : python, [script], { cwd: folder, env });
    expect(contrast(await decode(await readFile(path.join(folder, 'apple.png'))))).toBeGreaterThan(15);
  } finally {
    await rm(folder, { recursive: true });
  }
});

const imported = z.object({ model: z.string(), status: z.string() });

/** The LoRA of the examples, under a name of this run. */
async function importLora(slug: string): Promise<void> {
  const lora = demo.loras.find((file) => file.endsWith('neon-glow.safetensors'));
  const begun = await call(server, 'POST', '/v1/registry/import', {
    path: lora,
    base: 'demo',
    name: slug,
    slug,
  });
  const { import_id: id } = z.object({ import_id: z.string() }).parse(begun.body);
  for (;;) {
    const { status } = imported.parse((await call(server, 'GET', `/v1/registry/import/${id}`)).body);
    if (status === 'succeeded') return;
    if (status === 'failed') throw new Error('the import failed');
    await sleep(100);
  }
}

const scenarioJob = z.object({ job: z.object({ jobId: z.string(), status: z.string() }) });
const scenarioAssets = z.object({ job: z.object({ metadata: z.object({ assetIds: z.array(z.string()) }) }) });

async function fromScenario(url: string, body: unknown): Promise<Buffer[]> {
  const { jobId } = scenarioJob.parse((await call(server, 'POST', url, body)).body).job;
  for (;;) {
    const { body: now } = await call(server, 'GET', `/scenario/v1/jobs/${jobId}`);
    const { status } = scenarioJob.parse(now).job;
    if (status === 'failure') throw new Error(JSON.stringify(now));
    if (status !== 'success') {
      await sleep(100);
      continue;
    }
    const { assetIds } = scenarioAssets.parse(now).job.metadata;
    const assets = await Promise.all(assetIds.map((id) => call(server, 'GET', `/scenario/v1/assets/${id}`)));
    return Promise.all(
      assets.map(({ body: asset }) =>
        download(z.object({ asset: z.object({ url: z.string() }) }).parse(asset).asset.url),
      ),
    );
  }
}

async function fromReplicate(url: string, body: unknown): Promise<Buffer[]> {
  const answer = await call(server, 'POST', url, body, { prefer: 'wait' });
  const { output } = z.object({ output: z.array(z.string()) }).parse(answer.body);
  return Promise.all(output.map(download));
}

test('the same request in the words of the three APIs gives the same pixels', async () => {
  const slug = `glow-${process.pid}-${Date.now()}`;
  await importLora(slug);
  const page = (await pageOf('three-apis.md')).replaceAll('local/neon-glow', `local/${slug}`);
  const bodies = [...page.matchAll(/^```http\nPOST (\S+)\n\n(.*?)^```/gms)];
  const made = new Map<string, Buffer[]>();
  for (const [, url = '', body = ''] of bodies) {
    if (url.startsWith('/replicate')) made.set('replicate', await fromReplicate(url, body));
    else if (url.startsWith('/scenario')) made.set('scenario', await fromScenario(url, body));
    else made.set('native', (await render(server, body)).files);
  }
  const native = made.get('native') ?? [];
  expect(native).toHaveLength(2);
  for (const other of ['replicate', 'scenario'])
    for (const [index, picture] of native.entries()) {
      const same = made.get(other)?.[index] ?? Buffer.alloc(0);
      expect(difference(await decode(picture), await decode(same)), `${other} ${index}`).toBe(0);
    }
  expect(difference(await decode(native[0] ?? ''), await decode(native[1] ?? ''))).toBeGreaterThan(0);
});
