/** Each model by itself: a form whose every field a request takes, and how it stands on this machine. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestApp, type TestApp } from '../../app.fixture.ts';
import { createInferenceSchema, promptSchema } from '../schemas/request-schema.ts';

let server: TestApp;
let cache: string;
beforeAll(async () => {
  cache = await mkdtemp(path.join(tmpdir(), 'darkroom-hub-'));
  server = await openTestApp({ MODEL_CACHE_DIR: cache });
});
afterAll(async () => {
  await server.close();
  await rm(cache, { recursive: true });
});

const read = async (model: string) => (await server.app.inject(`/v1/models/${model}`)).json();

test('every field of every form is one of a request, and its default is taken there', async () => {
  const request = createInferenceSchema({ maxPrompts: 1 });
  for (const model of server.catalog.keys()) {
    const { form } = await read(model);
    for (const [name, field] of Object.entries<{ default?: unknown; 'x-hint'?: string }>(form.properties)) {
      const known = { ...request.shape, ...promptSchema.shape };
      expect(Object.keys(known), `${model} ${name}`).toContain(name);
      expect(field['x-hint'], `${model} ${name}`).toBeTruthy();
      const schema = Object.entries(known).find(([field]) => field === name)?.[1];
      if (field.default !== undefined && schema !== undefined)
        expect(schema.safeParse(field.default).success, `${model} ${name}`).toBe(true);
    }
  }
});

test.each([
  ['flux', { guidance_scale: { default: 4 } }, ['neg', 'num_frames', 'sampler']],
  ['sd15', { image: { 'x-hint': 'picture' }, mask_image: {}, strength: { default: 0.8 } }, ['num_frames']],
  ['sdxl', { sampler: { default: 'ddpm' }, guidance_rescale: { default: 0 } }, ['num_frames']],
  [
    'wan22_14b_i2v',
    { ctrl_img: { 'x-hint': 'picture' }, num_frames: { 'x-step': 4, 'x-offset': 1 } },
    ['sampler'],
  ],
])('the form of %s', async (model, has, hasNot) => {
  const { form } = await read(model);
  expect(form.properties).toMatchObject(has);
  for (const name of hasNot) expect(form.properties).not.toHaveProperty(name);
});

test('pictures that a model needs are required, and sides of LoRAs where it has them', async () => {
  expect((await read('flux_kontext')).form.required).toEqual(['prompt', 'ctrl_img']);
  expect((await read('wan22_14b_t2v')).form.properties.loras.items.required).toEqual(['path', 'transformer']);
});

test('a model says whether it is here, fits, and is loaded', async () => {
  expect((await read('demo')).state).toEqual({
    installed: true,
    missing_bytes: 0,
    fits: true,
    loaded: false,
  });
  expect((await read('flux')).state).toMatchObject({ installed: false, missing_bytes: expect.any(Number) });
  await mkdir(path.join(cache, 'models--black-forest-labs--FLUX.1-dev', 'snapshots', 'abc'), {
    recursive: true,
  });
  expect((await read('flux')).state).toMatchObject({ installed: true, missing_bytes: 0 });
  const answer = await server.app.inject('/v1/models/flx');
  expect([answer.statusCode, answer.json().error.code]).toEqual([400, 'MODEL_NOT_FOUND']);
  expect((await server.app.inject('/v1/models/%00')).json().error.code).toBe('MODEL_NOT_FOUND');
});
