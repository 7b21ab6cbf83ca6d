import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { planFilesIn, storeIn } from '../../../tests/support/plan-files.ts';
import { samplePlan } from '../../../tests/support/sample-job.ts';
import { plainSentence } from '../../errors/sentence.ts';
import type { FileStore } from '../../files/file-store.ts';
import { peftPair, safetensorsBytes } from '../../loras/file/header/safetensors.fixture.ts';
import { startFileHost } from '../../loras/sources/file-host.fixture.ts';
import { type EnginePlan, pipelineOfResident, residentKey } from '../../render/engine-plan.ts';
import { pipelineKey } from '../../render/pipeline-spec.ts';
import type { RenderPlan } from '../../render/plan.ts';
import { type PlanFiles, type ResolveTask, resolvePlan } from './resolve-plan.ts';

const signal = new AbortController().signal;
const hashOf = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');
const lora = { name: 'style.safetensors', sha256: hashOf('weights'), component: 'transformer', scale: 1 };
const picture = hashOf('picture');
let folder: string;
let store: FileStore;
const inFolder = (...parts: string[]): string => path.join(folder, ...parts);

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'darkroom-resolve-'));
  for (const name of ['loras', 'scratch']) await mkdir(inFolder(name));
  store = storeIn(folder);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** One LoRA, and a picture in each of two calls. */
function planWithFiles(): RenderPlan {
  const plan = samplePlan({ calls: 2 });
  const image = { pictures: [picture], list: false, resize: null };
  return { ...plan, adapters: [lora], calls: plan.calls.map((call) => ({ ...call, images: { image } })) };
}

const resolve = (
  plan: RenderPlan,
  more: Partial<ResolveTask> = {},
  files: PlanFiles = planFilesIn(folder, store),
): Promise<EnginePlan> =>
  resolvePlan(
    { job: 'job', plan, scratch: inFolder('scratch'), signal, hfToken: null, onReport: () => {}, ...more },
    files,
  );

/** A store as other machines have it: nothing in it has a path on this one. */
const elsewhere = (): FileStore => ({
  ...store,
  isShared: true,
  fetch: async (key, target) => {
    const found = await store.fetch(key, '', signal);
    if (found === null) return null;
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, await readFile(found));
    return target;
  },
});

test('identities become paths of this machine, and weights are held as it is set', async () => {
  await writeFile(inFolder('loras', 'style.safetensors'), 'weights');
  await store.put(`blobs/${picture}`, Buffer.from('picture'), 'image/png');
  const plan = planWithFiles();
  const files = [store.locate(`blobs/${picture}`)];
  expect(await resolve(plan)).toEqual({
    pipeline: {
      ...plan.pipeline,
      path: '/here/sample/demo',
      dtype: 'bfloat16',
      offload: 'model',
      quantization: { kind: 'fp8', components: ['transformer'] },
    },
    adapters: [
      {
        ...lora,
        file: inFolder('loras', 'style.safetensors'),
        family: 'flux',
        targets: ['transformer', 'text_encoder', 'text_encoder_2'],
      },
    ],
    calls: plan.calls.map((call) => ({ ...call, images: { image: { files, list: false, resize: null } } })),
  });
});

test('what another machine has comes from the store, a LoRA once for all jobs', async () => {
  await store.put(`blobs/${lora.sha256}`, Buffer.from('weights'), 'application/octet-stream');
  await store.put(`blobs/${picture}`, Buffer.from('picture'), 'image/png');
  const phases: string[] = [];
  const onReport: ResolveTask['onReport'] = (report) => {
    if (report.type === 'progress') phases.push(report.phase);
  };
  const files = planFilesIn(folder, elsewhere());
  const resolved = await resolve(planWithFiles(), { onReport }, files);
  expect(await readFile(resolved.adapters[0]?.file ?? '', 'utf8')).toBe('weights');
  expect(resolved.calls.map(({ images }) => images.image?.files)).toEqual([
    [inFolder('scratch', `${picture}.png`)],
    [inFolder('scratch', `${picture}.png`)],
  ]);
  // Whoever renders is told, so that others have the device meanwhile.
  expect(phases).toEqual(['downloading']);
  await store.remove(`blobs/${lora.sha256}`);
  expect((await resolve(planWithFiles(), { onReport }, files)).adapters).toEqual(resolved.adapters);
  expect(phases).toEqual(['downloading']);
});

test('what is missing is told: a LoRA that changed, one that is not here, a picture', async () => {
  await expect(resolve(planWithFiles())).rejects.toMatchObject({ code: 'LORA_NOT_FOUND' });
  await writeFile(inFolder('loras', 'style.safetensors'), 'other weights');
  await expect(resolve(planWithFiles())).rejects.toThrow(/changed after the request was accepted/);
  for (const pictures of [[picture], ['control_0_0']]) {
    const [call] = planWithFiles().calls;
    const image = { pictures, list: false, resize: null };
    const calls = call === undefined ? [] : [{ ...call, images: { image } }];
    await expect(resolve({ ...planWithFiles(), adapters: [], calls })).rejects.toMatchObject({
      code: 'CONTROL_IMAGE_INVALID',
    });
  }
});

test('a LoRA of a URL is downloaded; one that changed meanwhile is checked anew and told of', async () => {
  const host = await startFileHost();
  try {
    const [before, later] = ['1', '2'].map((step) =>
      safetensorsBytes(peftPair('transformer.single_transformer_blocks.0.proj_mlp', 8, 32), { step }),
    );
    const foreign = safetensorsBytes(peftPair('diffusion_model.blocks.0.self_attn.q', 8, 8));
    const url = `${host.origin}/a.safetensors`;
    const messages: string[] = [];
    const download = async (content: Buffer = foreign, version: string): Promise<EnginePlan> => {
      host.files.set('/a.safetensors', { content });
      const adapter = { ...lora, name: url, sha256: null, source: { url, version } };
      const onReport: ResolveTask['onReport'] = (report) => {
        if (report.type === 'warning') messages.push(plainSentence(report.message));
      };
      return resolve({ ...samplePlan(), adapters: [adapter] }, { onReport });
    };
    const etag = `"${createHash('sha1')
      .update(before ?? '')
      .digest('hex')
      .slice(0, 16)}"`;
    const sha256 = hashOf(before ?? '');
    expect((await download(before, etag)).adapters).toMatchObject([
      { name: url, sha256, file: inFolder('cache', `${sha256}.safetensors`) },
    ]);
    expect(messages).toEqual([]);
    await download(later, 'an older version');
    expect(messages).toEqual([expect.stringContaining('changed at its host after the request')]);
    await expect(download(foreign, 'an older version still')).rejects.toMatchObject({
      code: 'LORA_INCOMPATIBLE',
    });
  } finally {
    await host.stop();
  }
});

test('a pipeline has one key on all machines; what an engine holds is told apart by how', async () => {
  const { pipeline } = await resolve(samplePlan());
  const elsewhere = { ...pipeline, path: null };
  expect(pipelineKey(elsewhere)).toBe(pipelineKey(samplePlan().pipeline));
  expect(residentKey(elsewhere)).toBe(residentKey(pipeline));
  expect(residentKey({ ...pipeline, dtype: 'float16' })).not.toBe(residentKey(pipeline));
  expect(pipelineOfResident(residentKey(pipeline))).toBe(pipelineKey(samplePlan().pipeline));
});
