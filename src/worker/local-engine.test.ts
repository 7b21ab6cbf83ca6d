import { createHash } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { samplePlan } from '../../tests/support/sample-job.ts';
import { loadCatalog } from '../catalog/load-catalog.ts';
import type { RenderTask } from '../engines/engine.ts';
import { createStandInEngine } from '../engines/stand-in-engine.ts';
import { plainSentence } from '../errors/sentence.ts';
import type { SharedFiles } from '../files/shared-files.ts';
import { createValuesReader } from '../loras/file/check-values.ts';
import { createFileHasher } from '../loras/file/hash-file.ts';
import { peftPair, safetensorsBytes } from '../loras/file/safetensors.fixture.ts';
import { startFileHost } from '../loras/sources/file-host.fixture.ts';
import { createRemoteLoras } from '../loras/sources/remote-loras.ts';
import { createCheckFit } from '../loras/sources/resolve-lora.ts';
import { pipelineKey } from '../render/pipeline-spec.ts';
import type { RenderPlan } from '../render/plan.ts';
import { createGuardedFetch } from '../security/guarded-fetch.ts';
import { shareFiles } from './hand-over-files.ts';
import { createLocalEngine } from './local-engine.ts';
import { type LocalParts, localizePlan } from './localize-plan.ts';
import { removeSharedInputs } from './remove-shared-inputs.ts';

const catalog = await loadCatalog();
const signal = new AbortController().signal;
let folder: string;
const inFolder = (...parts: string[]): string => path.join(folder, ...parts);

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'darkroom-local-'));
  for (const name of ['shared', 'server', 'loras', 'scratch']) await mkdir(inFolder(name));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Shared files in a folder: what a network file system would be. */
function sharedFolder(): SharedFiles {
  const at = (name: string): string => inFolder('shared', encodeURIComponent(name));
  const names = new Map<string, Date>();
  return {
    offer: async (name, file) => {
      await copyFile(file, at(name));
      names.set(name, new Date());
    },
    fetch: async (name, target) => {
      if (!names.has(name)) return false;
      await copyFile(at(name), target);
      return true;
    },
    async *list(start) {
      for (const [name, changedAt] of names) if (name.startsWith(start)) yield { name, changedAt };
    },
    remove: async (name) => void names.delete(name),
  };
}

const parts = (shared: SharedFiles | null): LocalParts => ({
  catalog,
  settings: {
    locate: (repository) => (repository.startsWith('sample/') ? `/here/${repository}` : null),
    weightsOf: () => ({ dtype: 'bfloat16', offload: 'model', quantization: 'fp8' }),
  },
  folders: { base: inFolder('loras'), allowed: [] },
  cacheFolder: inFolder('cache'),
  shared,
  hashFile: createFileHasher(),
  remote: createRemoteLoras({
    folder: inFolder('cache'),
    fetch: createGuardedFetch({ allow: ['127.0.0.1'] }),
    readValues: createValuesReader(),
    hub: { endpoint: 'https://hub.invalid', token: null },
    ...{ maxBytes: 1e6, timeoutMs: 10_000, pause: async () => {} },
  }),
  checkFit: createCheckFit(() => null),
});

async function planWithFiles(): Promise<RenderPlan> {
  const plan = samplePlan();
  const lora = inFolder('server', 'style.safetensors');
  await writeFile(lora, 'weights');
  const picture = inFolder('server', 'control_0_0.png');
  await writeFile(picture, 'picture');
  const sha256 = createHash('sha256').update('weights').digest('hex');
  const adapter = { name: 'style.safetensors', file: lora, sha256, component: 'transformer', scale: 1 };
  const image = { files: [picture], list: false, resize: null };
  const calls = plan.calls.map((call) => ({ ...call, images: { image } }));
  return { ...plan, pipeline: { ...plan.pipeline, path: '/elsewhere' }, adapters: [adapter], calls };
}

const removeServer = (): Promise<void> => rm(inFolder('server'), { recursive: true });
const taskOf = (plan: RenderPlan) => ({
  ...{ job: 'job', plan, scratch: inFolder('scratch'), signal, onReport: () => {} },
});

/** What the engine is told of the demo to read the names in a LoRA. */
const ofTheModel = { family: 'flux', targets: ['transformer', 'text_encoder', 'text_encoder_2'] };

test('where the files are, only the checkpoint and how it is held become those of this machine', async () => {
  const plan = await planWithFiles();
  expect(await localizePlan(taskOf(plan), parts(null))).toEqual({
    ...plan,
    adapters: plan.adapters.map((adapter) => ({ ...adapter, ...ofTheModel })),
    pipeline: {
      ...plan.pipeline,
      path: '/here/sample/demo',
      dtype: 'bfloat16',
      offload: 'model',
      quantization: { kind: 'fp8', components: ['transformer'] },
    },
  });
});

test('files of another machine come by the shared files, a LoRA once for all jobs', async () => {
  const shared = sharedFolder();
  const plan = await planWithFiles();
  await shareFiles({ id: 'job', plan }, shared);
  await removeServer();
  const local = await localizePlan(taskOf(plan), parts(shared));
  expect(await readFile(local.adapters[0]?.file ?? '', 'utf8')).toBe('weights');
  expect(local.calls[0]?.images.image?.files).toEqual([inFolder('scratch', 'control_0_0.png')]);
  await shared.remove(`loras/${plan.adapters[0]?.sha256}.safetensors`);
  expect((await localizePlan(taskOf(plan), parts(shared))).adapters).toEqual(local.adapters);
});

test('a LoRA of the same name and bytes in the own folder is taken, one with other bytes is not', async () => {
  const plan = await planWithFiles();
  await removeServer();
  await mkdir(inFolder('server'));
  await writeFile(inFolder('server', 'control_0_0.png'), 'picture');
  const own = inFolder('loras', 'style.safetensors');
  await writeFile(own, 'weights');
  expect((await localizePlan(taskOf(plan), parts(null))).adapters[0]?.file).toBe(own);
  await writeFile(own, 'other weights');
  await expect(localizePlan(taskOf(plan), parts(null))).rejects.toMatchObject({ code: 'LORA_NOT_FOUND' });
});

test('what arrives with other bytes than it is named by is refused, and gone from the shared files', async () => {
  const shared = sharedFolder();
  const plan = await planWithFiles();
  await writeFile(inFolder('server', 'style.safetensors'), 'changed');
  await shareFiles({ id: 'job', plan }, shared);
  await removeServer();
  await expect(localizePlan(taskOf(plan), parts(shared))).rejects.toThrow(/changed after the request/);
  const names: string[] = [];
  for await (const { name } of shared.list('')) names.push(name);
  expect(names).toEqual(['inputs/job/control_0_0.png']);
});

test('a LoRA of a URL is downloaded here; one that changed meanwhile is checked anew and told of', async () => {
  const host = await startFileHost();
  try {
    const [before, later] = ['1', '2'].map((step) =>
      safetensorsBytes(peftPair('transformer.single_transformer_blocks.0.proj_mlp', 8, 32), { step }),
    );
    const foreign = safetensorsBytes(peftPair('diffusion_model.blocks.0.self_attn.q', 8, 8));
    const url = `${host.origin}/a.safetensors`;
    const local = parts(null);
    const messages: string[] = [];
    const prepare = async (content: Buffer | undefined, version: string): Promise<RenderPlan> => {
      host.files.set('/a.safetensors', { content: content ?? foreign });
      const plan = await planWithFiles();
      const rest = { component: 'transformer', scale: 1, source: { url, version } };
      const adapters = [{ name: url, file: '', sha256: '', ...rest }];
      const onReport: RenderTask['onReport'] = (report) => {
        if (report.type === 'warning') messages.push(plainSentence(report.message));
      };
      return localizePlan({ ...taskOf({ ...plan, adapters }), onReport }, local);
    };
    const etag = `"${createHash('sha1')
      .update(before ?? '')
      .digest('hex')
      .slice(0, 16)}"`;
    const [adapter] = (await prepare(before, etag)).adapters;
    expect(adapter).toEqual({
      ...{ name: url, component: 'transformer', scale: 1, ...ofTheModel },
      file: inFolder('cache', `${adapter?.sha256}.safetensors`),
      sha256: createHash('sha256')
        .update(before ?? '')
        .digest('hex'),
    });
    expect(messages).toEqual([]);
    await prepare(later, 'an older version');
    expect(messages).toEqual([expect.stringContaining('changed at its host after the request')]);
    await expect(prepare(foreign, 'an older version still')).rejects.toMatchObject({
      code: 'LORA_INCOMPATIBLE',
    });
  } finally {
    await host.stop();
  }
});

test('an engine tells what it holds by the keys of the plans; what cannot be found ends the job, not the worker', async () => {
  const engine = createLocalEngine(createStandInEngine({ millisecondsPerStep: 0 }), {
    ...parts(null),
    hostBytes: 2 ** 40,
  });
  const plan = await planWithFiles();
  const task = { ...taskOf(plan), calls: [0], previewEvery: 0 };
  expect(await engine.render(task)).toMatchObject({ kind: 'done' });
  expect(engine.status().resident).toEqual([pipelineKey(plan.pipeline)]);
  await removeServer();
  expect(await engine.render(task)).toMatchObject({ kind: 'failed', code: 'LORA_NOT_FOUND' });
  await engine.stop();
});

test('shared inputs go with their jobs, and those of requests that never became one after an hour', async () => {
  const shared = sharedFolder();
  const plan = await planWithFiles();
  for (const id of ['ended', 'waiting', 'unknown'])
    await shareFiles({ id, plan: { ...plan, adapters: [] } }, shared);
  const jobs = {
    states: async () =>
      new Map([
        ['ended', 'succeeded' as const],
        ['waiting', 'queued' as const],
      ]),
  };
  const jobsLeft = async (now: Date): Promise<string[]> => {
    await removeSharedInputs({ shared, jobs, clock: () => now });
    const left: string[] = [];
    for await (const { name } of shared.list('inputs/')) left.push(name.split('/')[1] ?? '');
    return left;
  };
  expect(await jobsLeft(new Date())).toEqual(['waiting', 'unknown']);
  expect(await jobsLeft(new Date(Date.now() + 2 * 60 * 60 * 1000))).toEqual(['waiting']);
});
