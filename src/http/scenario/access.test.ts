/** Who may do what, and how refusals read. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { adminKey, basic, openScenarioApp, picture, type ScenarioApp } from './scenario-app.fixture.ts';

let api: ScenarioApp;
let mine: string;
let theirs: string;
let model: string;

beforeAll(async () => {
  api = await openScenarioApp();
  mine = await api.keyOf('mine');
  theirs = await api.keyOf('theirs');
  const body = { name: 'Theirs', type: 'flux.1-lora', baseModelId: 'model_demo' };
  model = (await api.told(200, 'model', 'POST', '/models', { body, key: theirs })).model.id;
});
afterAll(() => api.close());

test.each([
  ['Basic with any name', { authorization: basic(adminKey) }, 200],
  ['a bearer', { authorization: `Bearer ${adminKey}` }, 200],
  ['no key', {}, 401],
  ['a wrong key', { authorization: basic('dk_wrong') }, 401],
  ['another scheme', { authorization: 'Digest x' }, 401],
])('%s', async (_, headers, status) => {
  const answer = await api.ask('GET', '/models', { key: null, headers });
  expect(answer.statusCode).toBe(status);
  if (status === 401) {
    expect(answer.headers['www-authenticate']).toMatch(/^Basic realm="Darkroom"/);
    expect(answer.json()).toMatchObject({ name: 'UnauthorizedError', reason: expect.any(String) });
  }
});

test('a key that may only read changes nothing', async () => {
  const key = await api.keyOf('mine', 'read');
  await api.told(200, 'models', 'GET', '/models', { key });
  expect((await api.refused(403, 'POST', '/models', { body: {}, key })).name).toBe('ForbiddenError');
});

describe('what is of another project', () => {
  test('is not found', async () => {
    const asset = await api.upload('red', theirs);
    const own = (await api.told(200, 'model', 'POST', '/models', { body: {}, key: mine })).model.id;
    const as = { key: mine };
    await api.refused(404, 'GET', `/models/${model}`, as);
    await api.refused(404, 'PUT', `/models/${model}`, { body: { name: 'Mine now' }, ...as });
    await api.refused(404, 'DELETE', `/models/${model}`, as);
    await api.refused(404, 'POST', `/models/${model}/copy`, { body: {}, ...as });
    await api.refused(404, 'PUT', `/models/${model}/tags`, { body: { add: ['x'] }, ...as });
    await api.refused(404, 'GET', `/assets/${asset}`, as);
    await api.refused(404, 'GET', `/assets/${asset}/file`, as);
    await api.refused(404, 'PUT', `/assets/${asset}`, { body: { name: 'x' }, ...as });
    await api.refused(404, 'POST', `/models/${own}/training-images`, { body: { assetId: asset }, ...as });
    await api.refused(404, 'PUT', `/models/${own}/examples`, { body: { assetIds: [asset] }, ...as });
    await api.refused(404, 'PUT', `/models/${own}`, { body: { thumbnail: asset }, ...as });
    const { models } = await api.told(200, 'bulk', 'POST', '/models/get-bulk', {
      body: { modelIds: [model, own] },
      ...as,
    });
    expect(models.map((one: { id: string }) => one.id)).toEqual([own]);
    expect((await api.told(200, 'models', 'GET', '/models', as)).models).toHaveLength(1);
  });

  test('is refused where the project is named', async () => {
    await api.refused(403, 'GET', '/models?projectId=proj_theirs', { key: mine });
    await api.refused(403, 'POST', '/models?projectId=proj_theirs', { body: {}, key: mine });
    await api.told(200, 'models', 'GET', '/models?projectId=proj_mine', { key: mine });
  });

  test('can be read, and not changed, where it is shared', async () => {
    await api.told(200, 'model', 'PUT', `/models/${model}`, { body: { privacy: 'public' }, key: theirs });
    await api.told(200, 'model', 'GET', `/models/${model}`, { key: mine });
    await api.refused(403, 'PUT', `/models/${model}`, { body: { name: 'Mine now' }, key: mine });
    const before = (await api.told(200, 'assets', 'GET', '/assets', { key: mine })).assets.length;
    const body = { data: await picture('red'), name: 'x.png' };
    await api.refused(403, 'POST', `/models/${model}/training-images`, { body, key: mine });
    expect((await api.told(200, 'assets', 'GET', '/assets', { key: mine })).assets).toHaveLength(before);
    const { models } = await api.told(200, 'models', 'GET', '/models?privacy=public&pageSize=500', {
      key: mine,
    });
    expect(models.map((one: { id: string }) => one.id)).toEqual(
      expect.arrayContaining(['model_flux', model]),
    );
    await api.told(200, 'model', 'PUT', `/models/${model}`, { body: { privacy: 'private' }, key: theirs });
  });

  test('is an admin’s to see, who acts in one project by naming it', async () => {
    await api.told(200, 'model', 'GET', `/models/${model}`);
    await api.refused(404, 'GET', `/models/${model}?projectId=proj_mine`);
    const { models } = await api.told(200, 'models', 'GET', '/models?projectId=proj_theirs');
    expect(models.map((one: { id: string }) => one.id)).toEqual([model]);
    const made = await api.told(200, 'model', 'POST', '/models?projectId=proj_mine', { body: {} });
    expect(made.model.ownerId).toBe('proj_mine');
    await api.refused(400, 'POST', '/models?projectId=proj_nobody', { body: {} });
  });

  test('changes hands by someone who acts in both', async () => {
    const path = `/models/${model}/transfer`;
    await api.refused(403, 'POST', path, { body: { destinationProjectId: 'proj_mine' }, key: theirs });
    await api.refused(400, 'POST', path, { body: {} });
    await api.refused(400, 'POST', path, { body: { destinationProjectId: 'proj_nobody' } });
    const body = { destinationProjectId: 'proj_mine' };
    const moved = await api.told(200, 'model', 'POST', `${path}?projectId=proj_theirs`, { body });
    expect(moved.model).toMatchObject({ id: model, ownerId: 'proj_mine' });
    await api.refused(404, 'GET', `/models/${model}`, { key: theirs });
    await api.told(200, 'model', 'POST', `${path}`, { body: { destinationProjectId: 'proj_theirs' } });
  });
});

test('a link to a file works without a key, until it is altered', async () => {
  const asset = await api.upload('blue', mine);
  const { url } = (await api.told(200, 'asset', 'GET', `/assets/${asset}`, { key: mine })).asset;
  const link = new URL(url);
  const fetched = await api.app.inject({ url: link.pathname + link.search, headers: { range: 'bytes=0-7' } });
  expect([fetched.statusCode, fetched.headers['content-type']]).toEqual([206, 'image/png']);
  expect(fetched.rawPayload).toEqual(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'));
  const altered = await api.app.inject({ url: `${link.pathname.replace(asset, 'asset_x')}${link.search}` });
  expect(altered.statusCode).toBe(403);
});

describe('a request that is not right', () => {
  const cases: Record<string, [number, 'GET' | 'POST' | 'PUT' | 'DELETE', string, unknown?]> = {
    'no JSON': [400, 'POST', '/models', '{"name": '],
    'a list for a body': [400, 'POST', '/models', []],
    'a name that is too long': [400, 'POST', '/models', { name: 'x'.repeat(65) }],
    'a name of spaces': [400, 'POST', '/models', { name: '  ' }],
    'NUL in a name': [400, 'POST', '/models', { name: 'a\0b' }],
    'half a surrogate pair': [400, 'POST', '/models', '{"name": "\\ud800"}'],
    'a type that there is not': [400, 'POST', '/models', { type: 'flux.9-lora' }],
    'a type that is not offered': [400, 'POST', '/models', { type: 'elevenlabs-voice' }],
    'a base of another family': [400, 'POST', '/models', { type: 'flux.1-lora', baseModelId: 'model_sdxl' }],
    'a custom model without a base': [400, 'POST', '/models', { type: 'custom' }],
    'a composition of nothing': [400, 'POST', '/models', { type: 'flux.1-composition' }],
    'a composition of what there is not': [
      404,
      'POST',
      '/models',
      { type: 'flux.1-composition', concepts: [{ modelId: 'model_nobody', scale: 1 }] },
    ],
    'a concept that is too strong': [
      400,
      'POST',
      '/models',
      { concepts: [{ modelId: 'model_x', scale: 3 }] },
    ],
    'a collection': [404, 'POST', '/models', { collectionIds: ['collection_x'] }],
    'a base model to change': [403, 'PUT', '/models/model_flux', { name: 'x' }],
    'a base model to delete': [403, 'DELETE', '/models/model_flux'],
    'a base model to transfer': [
      403,
      'POST',
      '/models/model_flux/transfer',
      { destinationProjectId: 'proj_mine' },
    ],
    'a model that there is not': [404, 'GET', '/models/model_nobody'],
    'an id that is none': [404, 'GET', '/models/%00'],
    'a page that is too large': [400, 'GET', '/models?pageSize=501'],
    'a token of nobody': [400, 'GET', '/models?paginationToken=x'],
    'a status that there is not': [400, 'GET', '/models?status=draft'],
    'type and types': [400, 'GET', '/models?type=flux.1-lora&types=flux.1'],
    'a direction without a date': [400, 'GET', '/models?sortBy=score&sortDirection=asc'],
    'a date of another order': [400, 'GET', '/models?updatedAfter=2026-01-01T00:00:00Z'],
    'an action that there is not': [400, 'POST', '/jobs/job_x/action', { action: 'pause' }],
    'a job that there is not': [404, 'GET', '/jobs/job_x'],
    'no picture': [400, 'POST', '/assets', { name: 'x' }],
    'text as a picture': [
      400,
      'POST',
      '/assets',
      { name: 'x.png', image: Buffer.from('hello there').toString('base64') },
    ],
    'a link to the inside': [
      400,
      'POST',
      '/assets',
      { name: 'x.png', image: 'http://169.254.169.254/latest' },
    ],
    'an asset that there is not': [404, 'PUT', '/assets/asset_nobody/tags', { add: ['x'] }],
    'too many assets': [
      400,
      'POST',
      '/assets/get-bulk',
      { assetIds: Array.from({ length: 201 }, () => 'asset_x') },
    ],
    'no assets to delete': [400, 'DELETE', '/assets', {}],
    'a route that there is not': [404, 'GET', '/moddels'],
    'a method that does not work': [405, 'PUT', '/models'],
    'a guide to prompts': [404, 'GET', '/models/model_flux/prompt-guide'],
    'a preset to make': [405, 'POST', '/models/model_flux/presets', {}],
    'a prompt of nothing': [400, 'POST', '/generate/custom/model_demo', {}],
    'a model to render that there is not': [404, 'POST', '/generate/custom/model_nobody', { prompt: 'x' }],
    'an epoch of a base model': [
      400,
      'POST',
      '/generate/custom/model_demo',
      { prompt: 'x', modelEpoch: '1' },
    ],
    'strengths for nothing': [
      400,
      'POST',
      '/generate/custom/model_demo',
      { prompt: 'x', lorasScale: [1, 1] },
    ],
    'a width of words': [400, 'POST', '/generate/custom/model_demo', { prompt: 'x', width: 'wide' }],
    'an edit without a picture': [400, 'POST', '/generate/custom/model_flux_kontext', { prompt: 'x' }],
    'a picture of nobody': [
      404,
      'POST',
      '/generate/custom/model_flux_kontext',
      { prompt: 'x', image: 'asset_x' },
    ],
    'a size that is not right': [
      400,
      'POST',
      '/generate/txt2img',
      { modelId: 'model_demo', prompt: 'x', width: 65 },
    ],
    'no model': [400, 'POST', '/generate/txt2img', { prompt: 'x' }],
  };

  test.each(Object.entries(cases))('%s', async (_, [status, method, path, body]) => {
    const read = await api.refused(status, method, path, body === undefined ? {} : { body });
    expect(read.reason).toMatch(/[.”]$/);
    expect(read.name).toMatch(/^[A-Z]\w+Error$/);
  });

  test('is refused before anything is stored', async () => {
    const { models } = await api.told(200, 'models', 'GET', '/models?projectId=proj_local');
    expect(models).toEqual([]);
    expect((await api.told(200, 'assets', 'GET', '/assets?projectId=proj_local')).assets).toEqual([]);
  });
});

describe('without a key', () => {
  const anyone = { key: null, headers: { authorization: 'public-auth-token' } };

  test('nothing is shown', async () => {
    await api.refused(401, 'GET', '/models?privacy=public', anyone);
  });

  test('what is public is shown where REGISTRY_PUBLIC says so, and nothing else', async () => {
    const shown = await openScenarioApp({ REGISTRY_PUBLIC: '1' });
    const make = async (privacy: string): Promise<string> => {
      const body = { name: privacy, type: 'flux.1-lora', baseModelId: 'model_demo', privacy };
      return (await shown.told(200, 'model', 'POST', '/models', { body })).model.id;
    };
    const [open, unlisted, secret] = [await make('public'), await make('unlisted'), await make('private')];
    const { models } = await shown.told(200, 'models', 'GET', '/models?privacy=public', anyone);
    const ids = models.map(({ id }: { id: string }) => id);
    expect(ids).toEqual(expect.arrayContaining([open, 'model_demo']));
    expect((await shown.told(200, 'models', 'GET', '/models', anyone)).models).toEqual([]);
    expect((await shown.told(200, 'model', 'GET', `/models/${open}`, anyone)).model.name).toBe('public');
    for (const id of [unlisted, secret]) await shown.refused(404, 'GET', `/models/${id}`, anyone);
    await shown.refused(404, 'GET', `/assets/${await shown.upload('red')}`, anyone);
    await shown.refused(401, 'PUT', `/models/${open}`, { body: { name: 'x' }, ...anyone });
    await shown.refused(401, 'GET', `/models/${open}/description`, anyone);
    await shown.refused(401, 'GET', '/jobs', anyone);
    await shown.close();
  });
});
