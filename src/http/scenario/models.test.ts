/** Scenario's models as a client meets them, every answer held against the published reference. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openScenarioApp, picture, type ScenarioApp } from './scenario-app.fixture.ts';

let api: ScenarioApp;

beforeAll(async () => {
  api = await openScenarioApp();
});
afterAll(() => api.close());

const create = async (body: object = {}): Promise<string> =>
  (await api.told(200, 'model', 'POST', '/models', { body })).model.id;

describe('a model', () => {
  test('of an empty body is a new LoRA of FLUX.1', async () => {
    const { model } = await api.told(200, 'model', 'POST', '/models', { body: {} });
    expect(model).toMatchObject({
      status: 'new',
      type: 'flux.1-lora',
      privacy: 'private',
      source: 'scenario',
      custom: false,
      trainingImagesNumber: 0,
      capabilities: ['txt2img'],
      compliantModelIds: ['model_flux'],
    });
    expect(model.id).toMatch(/^model_[0-9a-z]{26}$/);
    expect(model.ownerId).toBe('proj_local');
  });

  test('is made without a body under a JSON content type', async () => {
    expect((await api.told(200, 'model', 'POST', '/models')).model.status).toBe('new');
  });

  test('has the base model that it names', async () => {
    const body = { name: 'Mine', type: 'flux.1-lora', baseModelId: 'model_demo', shortDescription: 'Blue.' };
    const { model } = await api.told(200, 'model', 'POST', '/models', { body });
    expect(model).toMatchObject({
      name: 'Mine',
      shortDescription: 'Blue.',
      compliantModelIds: ['model_demo'],
    });
    const whole = await api.told(200, 'model', 'GET', `/models/${model.id}`);
    expect(whole.model.inputs.map(({ name }: { name: string }) => name)).toEqual(
      expect.arrayContaining(['prompt', 'width', 'numInferenceSteps', 'modelEpoch']),
    );
  });

  test('is changed in what is sent and nothing else', async () => {
    const id = await create({ name: 'Before', type: 'flux.1-lora', baseModelId: 'model_demo' });
    const thumbnail = await api.upload('teal');
    const body = {
      name: 'After',
      thumbnail,
      parameters: { rank: 8, conceptPrompt: 'tok', wandbKey: 'secret' },
    };
    const { model } = await api.told(200, 'model', 'PUT', `/models/${id}`, { body });
    expect(model).toMatchObject({ name: 'After', thumbnail: { assetId: thumbnail } });
    expect(model.parameters).toEqual({ rank: 8, conceptPrompt: 'tok' });
    expect(model.compliantModelIds).toEqual(['model_demo']);
    const cleared = await api.told(200, 'model', 'PUT', `/models/${id}`, { body: { thumbnail: null } });
    expect(cleared.model).not.toHaveProperty('thumbnail');
    expect(cleared.model.name).toBe('After');
  });

  test('changes its family with its type, while it is new', async () => {
    const id = await create();
    const { model } = await api.told(200, 'model', 'PUT', `/models/${id}`, { body: { type: 'sd-xl-lora' } });
    expect(model).toMatchObject({ type: 'sd-xl-lora', compliantModelIds: ['model_sdxl'] });
  });

  test('that is deleted is only in the list of deleted ones, and comes back', async () => {
    const id = await create({ name: 'Gone' });
    await api.told(200, 'empty', 'DELETE', `/models/${id}`);
    await api.refused(404, 'GET', `/models/${id}`);
    const { models } = await api.told(200, 'models', 'GET', '/models?status=deleted');
    expect(models.find((one: { id: string }) => one.id === id).deletedAt).toMatch(/Z$/);
    expect((await api.told(200, 'model', 'POST', `/models/${id}/restore`)).model.name).toBe('Gone');
    expect((await api.refused(400, 'POST', `/models/${id}/restore`)).name).toBe('RegistryConflictError');
  });

  test('is copied with its set and examples, and says of what', async () => {
    const id = await create({ name: 'Source' });
    const asset = await api.upload('olive');
    await api.told(200, 'trainingImage', 'POST', `/models/${id}/training-images`, {
      body: { assetId: asset },
    });
    await api.told(200, 'examples', 'PUT', `/models/${id}/examples`, { body: { assetIds: [asset] } });
    const { model } = await api.told(200, 'model', 'POST', `/models/${id}/copy`, { body: {} });
    expect(model).toMatchObject({ parentModelId: id, trainingImagesNumber: 1, exampleAssetIds: [asset] });
    const bare = await api.told(200, 'model', 'POST', `/models/${id}/copy`, {
      body: { copyExamples: false },
    });
    expect(bare.model.exampleAssetIds).toEqual([]);
    await api.refused(400, 'POST', `/models/${id}/copy`, { body: { copyAsTrained: true } });
  });
});

describe('tags', () => {
  test('are added and removed, strictly unless said otherwise', async () => {
    const id = await create();
    const change = (body: object) => ['PUT', `/models/${id}/tags`, { body }] as const;
    expect(await api.told(200, 'tags', ...change({ add: ['a', 'b'] }))).toEqual({
      added: ['a', 'b'],
      deleted: [],
    });
    await api.refused(400, ...change({ add: ['a', 'c'] }));
    await api.refused(400, ...change({ delete: ['z'] }));
    expect(
      await api.told(200, 'tags', ...change({ add: ['a', 'c'], delete: ['z', 'b'], strict: false })),
    ).toEqual({
      added: ['c'],
      deleted: ['b'],
    });
    expect((await api.told(200, 'model', 'GET', `/models/${id}`)).model.tags).toEqual(['a', 'c']);
  });
});

describe('the description', () => {
  test('resolves the assets and models that it names', async () => {
    const id = await create({ name: 'Described' });
    const asset = await api.upload('navy');
    const value = `Look: {asset:${asset}} of {model:${id}} on {model:model_demo}; not {asset:asset_nobody}.`;
    const body = { description: value };
    const { description } = await api.told(200, 'description', 'PUT', `/models/${id}/description`, { body });
    expect(description.value).toBe(value);
    expect(description.assets.map((one: { id: string }) => one.id)).toEqual([asset]);
    expect(description.models.map((one: { id: string }) => one.id)).toEqual([id, 'model_demo']);
    await api.told(200, 'description', 'PUT', `/models/${id}/description`, { body: { description: null } });
    const cleared = await api.told(200, 'description', 'GET', `/models/${id}/description`);
    expect(cleared.description).toEqual({ value: '', assets: [], models: [] });
  });
});

describe('the training set', () => {
  test('takes assets one by one, several at once, and pictures as data URLs', async () => {
    const id = await create();
    const path = `/models/${id}/training-images`;
    const [a, b, c] = [await api.upload('red'), await api.upload('green'), await api.upload('blue')];
    const one = await api.told(200, 'trainingImage', 'POST', path, { body: { assetId: a } });
    expect(one.trainingImage).toMatchObject({ id: a, name: 'red.png', description: '' });
    const batch = await api.told(200, 'trainingImage', 'POST', path, { body: { assetIds: [b, c] } });
    expect(batch.trainingImage.id).toBe(c);
    const data = { data: await picture('pink'), name: 'pink.png' };
    const sent = await api.told(200, 'trainingImage', 'POST', path, { body: data });
    expect(sent.trainingImage.name).toBe('pink.png');
    const { model } = await api.told(200, 'model', 'GET', `/models/${id}`);
    expect(model.trainingImages.map((image: { id: string }) => image.id)).toEqual([
      a,
      b,
      c,
      sent.trainingImage.id,
    ]);
    const list = await api.told(200, 'models', 'GET', '/models?pageSize=1');
    expect(list.models[0]).toMatchObject({ id, trainingImagesNumber: 4 });
    expect(list.models[0].trainingImages).toHaveLength(3);
  });

  test('has captions that are the descriptions of its assets', async () => {
    const id = await create();
    const asset = await api.upload('gold');
    await api.told(200, 'asset', 'PUT', `/assets/${asset}`, { body: { description: 'a gold square' } });
    const body = { assetId: asset };
    const { trainingImage } = await api.told(200, 'trainingImage', 'POST', `/models/${id}/training-images`, {
      body,
    });
    expect(trainingImage.description).toBe('a gold square');
  });

  test('refuses an asset twice, too many at once and more than one picture in the place of one', async () => {
    const id = await create();
    const path = `/models/${id}/training-images`;
    const asset = await api.upload('lime');
    await api.told(200, 'trainingImage', 'POST', path, { body: { assetId: asset } });
    expect((await api.refused(400, 'POST', path, { body: { assetId: asset } })).reason).toContain('already');
    const other = await api.upload('cyan');
    await api.refused(400, 'POST', path, { body: { assetIds: [other, other] } });
    await api.refused(400, 'POST', path, { body: { assetIds: Array.from({ length: 11 }, () => other) } });
    await api.refused(400, 'POST', path, { body: { assetIds: [other], assetId: asset } });
    await api.refused(400, 'POST', path, { body: {} });
    await api.refused(400, 'POST', path, { body: { data: 'data:image/png;base64,AAAA', name: 'x.png' } });
    await api.refused(400, 'PUT', `${path}/${asset}`, { body: { assetIds: [other, asset] } });
    await api.refused(404, 'POST', path, { body: { assetId: 'asset_nobody' } });
    expect((await api.told(200, 'model', 'GET', `/models/${id}`)).model.trainingImagesNumber).toBe(1);
  });

  test('has pairs of its pictures, which follow a replaced one and go with a removed one', async () => {
    const id = await create({ type: 'flux.1-kontext-lora' });
    const path = `/models/${id}/training-images`;
    const assets = [await api.upload('black'), await api.upload('white'), await api.upload('gray')];
    await api.told(200, 'trainingImage', 'POST', path, { body: { assetIds: assets } });
    const [sourceId, targetId, other] = assets;
    const body = [{ sourceId, targetId, instruction: 'turn it white' }];
    expect(await api.told(200, 'pairs', 'PUT', `${path}/pairs`, { body })).toEqual({ count: 1, pairs: body });
    await api.refused(400, 'PUT', `${path}/pairs`, { body: [{ sourceId, targetId: 'asset_nobody' }] });
    await api.refused(400, 'PUT', `${path}/pairs`, { body: [{ sourceId }] });
    await api.refused(400, 'PUT', `${path}/pairs`, { body: { pairs: body } });
    const by = await api.upload('silver');
    await api.told(200, 'trainingImage', 'PUT', `${path}/${targetId}`, { body: { assetId: by } });
    const { model } = await api.told(200, 'model', 'GET', `/models/${id}`);
    expect(model.trainingImagePairs).toEqual([{ ...body[0], targetId: by }]);
    await api.told(200, 'empty', 'DELETE', `${path}/${sourceId}`);
    await api.refused(404, 'DELETE', `${path}/${sourceId}`);
    await api.told(200, 'empty', 'DELETE', `/models/${id}/images?ids=${by},${other}`);
    const bare = await api.told(200, 'model', 'GET', `/models/${id}`);
    expect(bare.model.trainingImagesNumber).toBe(0);
    expect(bare.model).not.toHaveProperty('trainingImagePairs');
    await api.refused(400, 'DELETE', `/models/${id}/images`);
  });
});
