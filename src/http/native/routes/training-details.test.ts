/** What a training would be before it is started, and what it is made of afterwards. */
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestApp, type TestApp } from '../../app.fixture.ts';

let server: TestApp;
let pictures: string[];
beforeAll(async () => {
  server = await openTestApp();
  pictures = await Promise.all(
    [120, 136].map(async (width) => {
      const noise = sharp({ create: { width, height: 128, channels: 3, background: '#246' } });
      return `data:image/png;base64,${(await noise.png().toBuffer()).toString('base64')}`;
    }),
  );
});
afterAll(() => server.close());

const body = (changes: object = {}) => ({
  base: 'demo',
  trigger_word: 'zorp',
  steps: 40,
  save_every: 10,
  gradient_accumulation: 2,
  ema_decay: 0.9,
  dataset: [{ image: pictures[0], caption: 'zorp cup', name: 'a.png' }, { image: pictures[1] }],
  ...changes,
});
const post = (url: string, payload: object) => server.app.inject({ method: 'POST', url, payload });

test('a dry run says what would be trained, and stores nothing', async () => {
  const answer = await post('/v1/trainings/dry-run', body());
  expect(answer.statusCode, answer.body).toBe(200);
  expect(answer.json()).toMatchObject({
    base: 'demo',
    pictures: 2,
    captions: 1,
    with_trigger: 1,
    steps: 40,
    epochs: 4,
    seconds: null,
    settings: { trigger_word: 'zorp', gradient_accumulation: 2, ema_decay: 0.9, rank: 16 },
  });
  expect(answer.json().sample_prompts[0]).toContain('zorp');
  expect((await server.app.inject('/v1/trainings')).json().trainings).toEqual([]);
  expect((await server.app.inject('/v1/registry/models')).json().models).toEqual([]);
});

test.each([
  ['no pictures', { dataset: [] }, 'DATASET_INVALID'],
  ['a picture that is none', { dataset: ['data:image/png;base64,AAAA'] }, 'DATASET_INVALID'],
  ['an unknown base', { base: 'none' }, 'MODEL_NOT_FOUND'],
  ['no base', { base: null }, 'INVALID_REQUEST'],
])('%s is refused by a dry run as by a start', async (_, changes, code) => {
  for (const url of ['/v1/trainings/dry-run', '/v1/trainings'])
    expect((await post(url, body(changes))).json().error.code, url).toBe(code);
});

test('a training tells its settings by the names that asked for them, its set and its samples', async () => {
  const { training_id: id } = (await post('/v1/trainings', body())).json();
  const details = (await server.app.inject(`/v1/trainings/${id}/details`)).json();
  expect(details).toMatchObject({
    settings: { steps: 40, trigger_word: 'zorp', gradient_accumulation: 2 },
    dataset: [
      { index: 0, name: 'a.png', caption: 'zorp cup', width: 120, height: 128 },
      { index: 1, caption: '', width: 136 },
    ],
    network_multiplier: 1,
  });
  expect(details.samples[0]).toMatchObject({ prompt: 'zorp cup', width: 128, height: 128 });
  const picture = await server.app.inject(`/v1/trainings/${id}/dataset/1`);
  expect(picture.headers['content-type']).toBe('image/webp');
  expect(await sharp(picture.rawPayload).metadata()).toMatchObject({ width: 136, height: 128 });
  for (const [index, status] of [
    ['2', 404],
    ['-1', 422],
    ['..%2f0', 422],
  ])
    expect((await server.app.inject(`/v1/trainings/${id}/dataset/${index}`)).statusCode).toBe(status);
  expect((await server.app.inject('/v1/trainings/nobody/details')).statusCode).toBe(404);
});

test('a training of another project does not exist, and nothing of it is told or changed', async () => {
  const { training_id: id } = (await post('/v1/trainings', body())).json();
  const make = async (payload: object, key = '') => {
    const headers = key === '' ? {} : { authorization: `Bearer ${key}` };
    return (await server.app.inject({ method: 'POST', url: '/v1/keys', payload, headers })).json().key;
  };
  const admin = await make({ name: 'owner', scope: 'admin' });
  const other = await make({ name: 'ben', scope: 'write', project: 'another' }, admin);
  const headers = { authorization: `Bearer ${other}` };
  for (const url of ['', '/details', '/loss', '/dataset/0', '/samples/1/0', '/events'])
    expect((await server.app.inject({ url: `/v1/trainings/${id}${url}`, headers })).statusCode, url).toBe(
      404,
    );
  for (const order of ['cancel', 'pause', 'resume', 'save', 'extend']) {
    const url = `/v1/trainings/${id}/${order}`;
    const answer = await server.app.inject({ method: 'POST', url, headers, payload: { steps: 1 } });
    expect(answer.statusCode, order).toBe(404);
  }
  expect((await server.app.inject({ url: '/v1/trainings', headers })).json().trainings).toEqual([]);
});
