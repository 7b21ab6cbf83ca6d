import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Asker } from './asker.ts';
import type { NewAsset } from './assets/write-assets.ts';
import {
  addPicture,
  addStranger,
  addTrained,
  admin,
  newLora,
  openTestRegistry,
  putText,
  type TestRegistry,
} from './registry.fixture.ts';
import { chooseEpoch } from './versions/read-versions.ts';

let opened: TestRegistry;
let stranger: Asker;
beforeAll(async () => {
  opened = await openTestRegistry();
  stranger = await addStranger(opened, 'stranger');
});
afterAll(() => opened.close());

const dayMs = 24 * 60 * 60 * 1000;
const code = (text: string) => expect.objectContaining({ code: text });

describe('models', () => {
  test('are made, read by id and name, changed, and listed a page at a time', async () => {
    const { models } = opened.registry;
    const made = await models.create(
      admin,
      newLora('My Süß Model!', { tags: ['a', 'b'], privacy: 'unlisted' }),
    );
    expect(made).toMatchObject({
      slug: 'my-suß-model'.replace('ß', '-').replace('--', '-'),
      fullName: expect.stringMatching(/^local\//),
      status: 'new',
      tags: ['a', 'b'],
      author: 'key_admin',
      base: 'demo',
      isBase: false,
    });
    expect(made.id).toMatch(/^model_[0-9a-hjkmnp-tv-z]{26}$/);
    expect(await models.findByName(admin, made.fullName)).toEqual(made);
    opened.time.now = new Date(opened.time.now.getTime() + 1000);
    const changed = await models.update(admin, made.id, { name: 'Other', trigger: 'tok', base: 'flux' });
    expect(changed).toMatchObject({
      name: 'Other',
      trigger: 'tok',
      base: 'flux',
      updatedAt: opened.time.now,
    });
    for (const name of ['one', 'two', 'three'])
      await models.create(admin, newLora(name, { tags: ['listed'] }));
    const first = await models.list(admin, { whose: 'own', project: null, tags: ['listed'], limit: 2 });
    const second = await models.list(admin, {
      whose: 'own',
      project: null,
      tags: ['listed'],
      limit: 2,
      cursor: first.nextCursor ?? '',
    });
    expect([...first.items, ...second.items].map(({ name }) => name).toSorted()).toEqual([
      'one',
      'three',
      'two',
    ]);
    expect([first.items.length, second.nextCursor]).toEqual([2, null]);
  });

  test('of the same name get a number, unless the name was asked for', async () => {
    const { models } = opened.registry;
    const slugs = [];
    for (let i = 0; i < 3; i++) slugs.push((await models.create(admin, newLora('Same'))).slug);
    expect(slugs).toEqual(['same', 'same-2', 'same-3']);
    await expect(models.create(admin, newLora('x', { slug: 'same' }))).rejects.toEqual(
      code('REGISTRY_CONFLICT'),
    );
  });

  test('of another project are not found, and public ones can be read and not changed', async () => {
    const { models } = opened.registry;
    const hidden = await models.create(admin, newLora('hidden'));
    const shown = await models.create(admin, newLora('shown', { privacy: 'public' }));
    await expect(models.get(stranger, hidden.id)).rejects.toEqual(code('TRAINED_MODEL_NOT_FOUND'));
    await expect(models.update(stranger, hidden.id, { name: 'x' })).rejects.toEqual(
      code('TRAINED_MODEL_NOT_FOUND'),
    );
    expect((await models.get(stranger, shown.id)).name).toBe('shown');
    await expect(models.delete(stranger, shown.id)).rejects.toEqual(code('FORBIDDEN'));
    await expect(models.create(stranger, newLora('x', { project: 'proj_local' }))).rejects.toEqual(
      code('FORBIDDEN'),
    );
    const list = await models.list(stranger, { whose: 'public', project: null, limit: 10 });
    expect(list.items.map(({ name }) => name)).toEqual(['shown']);
  });

  test('of the catalog are there, trained, and cannot be changed', async () => {
    const { models } = opened.registry;
    expect(await models.get(stranger, 'model_demo')).toMatchObject({
      fullName: 'darkroom/demo',
      isBase: true,
    });
    expect((await models.findByName(stranger, 'darkroom/flux.1-dev')).base).toBe('flux');
    expect(models.base().length).toBeGreaterThan(30);
    await expect(models.update(admin, 'model_demo', { name: 'x' })).rejects.toEqual(code('FORBIDDEN'));
    await expect(models.create(admin, newLora('x', { base: 'dmeo' }))).rejects.toThrow(
      'Did you mean "demo"?',
    );
  });

  test('keep type and base once there is a version; an epoch is pinned only then', async () => {
    const { models, versions } = opened.registry;
    const { id } = await models.create(admin, newLora('untrained'));
    await expect(models.update(admin, id, { pinnedEpoch: '1' })).rejects.toEqual(code('REGISTRY_CONFLICT'));
    const { model, version } = await addTrained(opened, 'trained');
    await expect(models.update(admin, model, { base: 'flux' })).rejects.toEqual(code('REGISTRY_CONFLICT'));
    expect(await models.update(admin, model, { base: 'demo', pinnedEpoch: '000000100' })).toMatchObject({
      status: 'trained',
      trigger: 'tok',
      currentVersion: version,
      pinnedEpoch: 1,
    });
    await expect(models.update(admin, model, { pinnedEpoch: '7' })).rejects.toThrow('the steps 100, 200');
    expect((await versions.find(version))?.epochs.map(({ number, step }) => [number, step])).toEqual([
      [1, 100],
      [2, 200],
    ]);
  });
});

describe('epochs', () => {
  test('are found by step, else by number, however many zeros stand in front', () => {
    const all = [
      { number: 1, step: 2 },
      { number: 2, step: 500 },
    ];
    const found = ['2', '000000500', '1', '3', 'x', ''].map(
      (asked) => chooseEpoch(all, asked)?.number ?? null,
    );
    expect(found).toEqual([1, 2, 1, null, null, null]);
  });

  test('are added once with their files and samples, and never change', async () => {
    const { registry, database } = opened;
    const { version } = await addTrained(opened, 'with samples', { steps: [100] });
    const [file, other, picture] = await Promise.all(
      ['epoch', 'other', 'sample'].map((text) => putText(opened, text)),
    );
    const sample: NewAsset = {
      project: 'proj_local',
      sha256: picture ?? '',
      kind: 'image',
      name: 'sample',
      width: 8,
      height: 8,
      source: 'sampled',
      hidden: true,
      author: null,
    };
    const add = (sha256 = '') =>
      database.transaction((transaction) =>
        registry.versions.addEpoch(transaction, {
          version,
          step: 250,
          loss: null,
          files: [{ part: 'main', sha256 }],
          samples: [{ index: 0, asset: sample }],
        }),
      );
    expect([await add(file), await add(file)]).toEqual([
      { number: 2, isNew: true },
      { number: 2, isNew: false },
    ]);
    await expect(add(other)).rejects.toEqual(code('REGISTRY_CONFLICT'));
    const epoch = (await registry.versions.find(version))?.epochs.at(-1);
    expect(epoch).toMatchObject({
      step: 250,
      files: [{ part: 'main', sha256: file }],
      samples: [{ index: 0 }],
    });
    const shown = await registry.assets.list(admin, { project: null, limit: 100 });
    expect(shown.items.map(({ id }) => id)).not.toContain(epoch?.samples[0]?.asset);
  });

  test('name only files that are there', async () => {
    const { version } = await addTrained(opened, 'missing file', { steps: [1] });
    const files = [{ part: 'main', sha256: 'f'.repeat(64) }] as const;
    await expect(
      opened.database.transaction((transaction) =>
        opened.registry.versions.addEpoch(transaction, { version, step: 2, loss: null, files, samples: [] }),
      ),
    ).rejects.toThrow();
    expect((await opened.registry.versions.find(version))?.epochs).toHaveLength(1);
  });
});

describe('deleting', () => {
  test('is soft, frees the name, and can be taken back for so many days', async () => {
    const { models } = opened.registry;
    const { model } = await addTrained(opened, 'Deleted');
    await models.delete(admin, model);
    await expect(models.get(admin, model)).rejects.toEqual(code('TRAINED_MODEL_NOT_FOUND'));
    const filter = { whose: 'own', project: null, status: 'deleted', limit: 10 } as const;
    expect((await models.list(admin, filter)).items.map(({ id }) => id)).toEqual([model]);
    await models.create(admin, newLora('Deleted'));
    expect(await models.restore(admin, model)).toMatchObject({ status: 'trained', slug: 'deleted-2' });
    await expect(models.restore(admin, model)).rejects.toEqual(code('REGISTRY_CONFLICT'));
    await models.delete(admin, model);
    opened.time.now = new Date(opened.time.now.getTime() + 31 * dayMs);
    await expect(models.restore(admin, model)).rejects.toEqual(code('REGISTRY_GONE'));
  });

  test('of a LoRA in a composition is refused by its name', async () => {
    const { models } = opened.registry;
    const { model } = await addTrained(opened, 'part');
    const concepts = [{ model, epoch: '100', scale: 0.5 }];
    const whole = await models.create(admin, newLora('whole', { kind: 'composition', base: null, concepts }));
    expect(whole).toMatchObject({
      status: 'trained',
      base: 'demo',
      concepts: [{ model, epoch: 1, scale: 0.5 }],
    });
    await expect(models.delete(admin, model)).rejects.toThrow(`"whole" (${whole.id})`);
    await models.delete(admin, whole.id);
    await models.delete(admin, model);
  });
});

describe('a composition', () => {
  test.each<[string, () => Promise<{ model: string; epoch: string | null; scale: number }[]>, string]>([
    ['without a LoRA', async () => [], 'A composition has 1 to 3 LoRAs'],
    [
      'of too many',
      async () => {
        const { model } = await addTrained(opened, 'many');
        return Array.from({ length: 4 }, () => ({ model, epoch: null, scale: 1 }));
      },
      'A composition has 1 to 3 LoRAs',
    ],
    [
      'of two families',
      async () => [
        { model: (await addTrained(opened, 'a flux')).model, epoch: null, scale: 1 },
        { model: (await addTrained(opened, 'an sdxl', { base: 'sdxl' })).model, epoch: null, scale: 1 },
      ],
      'of one family',
    ],
    [
      'of a composition',
      async () => {
        const concepts = [{ model: (await addTrained(opened, 'inner')).model, epoch: null, scale: 1 }];
        const inner = await opened.registry.models.create(
          admin,
          newLora('middle', { kind: 'composition', base: null, concepts }),
        );
        return [{ model: inner.id, epoch: null, scale: 1 }];
      },
      'is a composition itself',
    ],
    [
      'of what has not been trained',
      async () => {
        const { id } = await opened.registry.models.create(admin, newLora('fresh'));
        return [{ model: id, epoch: null, scale: 1 }];
      },
      'has no trained version',
    ],
    [
      'of an epoch that there is not',
      async () => [{ model: (await addTrained(opened, 'epochs')).model, epoch: '7', scale: 1 }],
      'It has those of the steps 100, 200',
    ],
    [
      'of a model that there is not',
      async () => [{ model: 'model_x', epoch: null, scale: 1 }],
      'There is no model',
    ],
  ])('%s is refused', async (_name, make, message) => {
    const concepts = await make();
    const { id } = await opened.registry.models.create(
      admin,
      newLora('bad', { kind: 'composition', base: null }),
    );
    await expect(opened.registry.models.update(admin, id, { concepts })).rejects.toThrow(message);
    expect((await opened.registry.models.get(admin, id)).concepts).toEqual([]);
  });
});

describe('copying and transferring', () => {
  test('a copy shares files, has what was asked for, and names its source', async () => {
    const { models, sets, versions } = opened.registry;
    const { model, version } = await addTrained(opened, 'source');
    const picture = await addPicture(opened, 'example');
    await sets.add(admin, model, [{ asset: picture, caption: 'a caption' }]);
    await models.setExamples(admin, model, [picture]);
    const plain = await models.copy(admin, model, {
      project: null,
      name: null,
      asTrained: false,
      withExamples: false,
    });
    expect(plain).toMatchObject({
      name: 'source copy',
      status: 'new',
      parent: model,
      examples: [],
      trainingImageCount: 1,
      currentVersion: null,
      privacy: 'private',
    });
    const trained = await models.copy(admin, model, {
      project: null,
      name: 'T',
      asTrained: true,
      withExamples: true,
    });
    expect(trained).toMatchObject({ name: 'T', status: 'trained', examples: [picture] });
    expect(trained.currentVersion).not.toBe(version);
    const [own, copied] = await Promise.all(
      [version, trained.currentVersion ?? ''].map(async (id) => (await versions.find(id))?.epochs),
    );
    expect(copied?.map(({ step, files }) => [step, files])).toEqual(
      own?.map(({ step, files }) => [step, files]),
    );
    await expect(
      models.copy(admin, plain.id, { project: null, name: null, asTrained: true, withExamples: true }),
    ).rejects.toEqual(code('REGISTRY_CONFLICT'));
  });

  test('a transferred model keeps its id; assets of it alone move, shared ones get a second row', async () => {
    const { models, sets, assets } = opened.registry;
    const [alone, shared] = [await addPicture(opened, 'alone'), await addPicture(opened, 'shared')];
    const { model } = await addTrained(opened, 'Moved');
    const { id: other } = await models.create(admin, newLora('stays'));
    await sets.add(admin, model, [{ asset: alone }, { asset: shared }]);
    await sets.replacePairs(admin, model, [{ source: shared, target: alone, instruction: 'go' }]);
    await sets.add(admin, other, [{ asset: shared }]);
    const moved = await models.transfer(admin, model, stranger.project);
    expect(moved).toMatchObject({ id: model, project: stranger.project, fullName: 'stranger/moved' });
    const images = (await sets.images([model])).get(model) ?? [];
    expect(images.map(({ asset }) => [asset.project, asset.id === alone])).toEqual([
      [stranger.project, true],
      [stranger.project, false],
    ]);
    expect(await sets.pairs(model)).toEqual([
      { source: images[1]?.asset.id, target: alone, instruction: 'go' },
    ]);
    expect((await assets.get(admin, shared)).project).toBe('proj_local');
    expect((await sets.images([other])).get(other)).toHaveLength(1);
    await expect(models.transfer(stranger, model, 'proj_local')).rejects.toEqual(code('FORBIDDEN'));
  });
});

describe('a training set', () => {
  test('keeps its order, its captions and pairs of its own pictures', async () => {
    const { models, sets } = opened.registry;
    const { id } = await models.create(admin, newLora('set'));
    const [a = '', b = '', c = ''] = await Promise.all(
      ['a', 'b', 'c'].map((text) => addPicture(opened, text)),
    );
    await sets.add(admin, id, [{ asset: b }, { asset: a, caption: 'own' }]);
    await expect(sets.add(admin, id, [{ asset: c }, { asset: a }])).rejects.toEqual(
      code('REGISTRY_CONFLICT'),
    );
    await expect(sets.add(admin, id, [{ asset: 'asset_x' }])).rejects.toEqual(code('ASSET_NOT_FOUND'));
    await expect(sets.add(stranger, id, [{ asset: c }])).rejects.toEqual(code('ASSET_NOT_FOUND'));
    await expect(sets.replacePairs(admin, id, [{ source: a, target: c, instruction: '' }])).rejects.toThrow(
      'Pair 1',
    );
    await sets.replacePairs(admin, id, [{ source: a, target: b, instruction: 'x' }]);
    await sets.replace(admin, id, { image: a, by: { asset: c } });
    expect((await sets.images([id])).get(id)?.map(({ asset, caption }) => [asset.id, caption])).toEqual([
      [b, 'a b'],
      [c, 'a c'],
    ]);
    expect(await sets.pairs(id)).toEqual([{ source: c, target: b, instruction: 'x' }]);
    await models.setExamples(admin, id, [c, a]);
    await models.update(admin, id, { thumbnail: c });
    await sets.remove(admin, id, { assets: [c], everywhere: true });
    expect(await models.get(admin, id)).toMatchObject({
      trainingImageCount: 1,
      examples: [a],
      thumbnail: null,
    });
    expect(await sets.pairs(id)).toEqual([]);
    await expect(sets.remove(admin, id, { assets: [c], everywhere: true })).rejects.toEqual(
      code('ASSET_NOT_FOUND'),
    );
  });
});

describe('tags', () => {
  test('change strictly, or as far as they can', async () => {
    const { models, assets } = opened.registry;
    const { id } = await models.create(admin, newLora('tagged', { tags: ['a'] }));
    const change = { add: ['a', 'b'], remove: ['c'], strict: false };
    expect(await models.changeTags(admin, id, change)).toEqual({ added: ['b'], removed: [] });
    await expect(models.changeTags(admin, id, { ...change, strict: true })).rejects.toThrow('"a", "b", "c"');
    const picture = await addPicture(opened, 'tagged');
    await assets.changeTags(admin, picture, { add: ['x'], remove: [], strict: true });
    const list = await assets.list(admin, { project: null, tags: ['x'], limit: 5 });
    expect(list.items.map((asset) => [asset.id, asset.tags, asset.bytes])).toEqual([[picture, ['x'], 6]]);
  });
});

describe('the sweep', () => {
  test('takes what a deleted model was made of when it cannot be restored any more, and leaves what others share', async () => {
    const { models, blobs, sets, assets } = opened.registry;
    const { model, version } = await addTrained(opened, 'swept', { steps: [1] });
    const copy = await models.copy(admin, model, {
      project: null,
      name: 'kept',
      asTrained: true,
      withExamples: true,
    });
    const { model: other } = await addTrained(opened, 'alone', { steps: [1] });
    const picture = await addPicture(opened, 'of alone');
    await sets.add(admin, other, [{ asset: picture }]);
    await assets.delete(admin, [picture]);
    const fileOf = async (id: string): Promise<string> =>
      (await opened.registry.versions.find(id))?.epochs[0]?.files[0]?.sha256 ?? '';
    const shared = await fileOf(version);
    const own = await fileOf((await models.get(admin, other)).currentVersion ?? '');
    for (const id of [model, other]) await models.delete(admin, id);
    const days = async (count: number): Promise<void> => {
      opened.time.now = new Date(opened.time.now.getTime() + count * dayMs);
      await opened.registry.sweep();
    };
    await days(29);
    expect([await blobs.find(shared), await blobs.find(own)]).not.toContain(null);
    expect((await assets.named([picture])).size).toBe(1);
    await days(2);
    expect(await blobs.find(own)).toBeNull();
    expect(await blobs.find(shared)).not.toBeNull();
    expect((await assets.named([picture])).size).toBe(0);
    expect((await models.get(admin, copy.id)).status).toBe('trained');
    await expect(models.restore(admin, other)).rejects.toEqual(code('REGISTRY_GONE'));
  });

  test('a composition is not restored without its LoRAs', async () => {
    const { models } = opened.registry;
    const { model } = await addTrained(opened, 'a part');
    const concepts = [{ model, epoch: null, scale: 1 }];
    const { id } = await models.create(
      admin,
      newLora('a whole', { kind: 'composition', base: null, concepts }),
    );
    await models.delete(admin, id);
    await models.delete(admin, model);
    await expect(models.restore(admin, id)).rejects.toThrow('"a part"');
    await models.restore(admin, model);
    expect((await models.restore(admin, id)).concepts).toHaveLength(1);
  });
});

describe('LoRAs of requests', () => {
  const lookUp = async (path: string, asker: Asker = admin) => {
    const [found] = await opened.registry.lookUpLoras(asker, [{ path, scale: 0.5, expert: null }]);
    return found?.map(({ registered, scale }) => [registered?.sha256 ?? null, scale]);
  };

  test('are found by id and name, version and epoch; paths and URLs stay what they are', async () => {
    const { models, versions } = opened.registry;
    const { model, version } = await addTrained(opened, 'To Render', { steps: [100, 200, 300] });
    const hashes = (await versions.find(version))?.epochs.map(({ files }) => files[0]?.sha256);
    const [first, second, third] = hashes?.map((hash) => [[hash, 0.5]]) ?? [];
    expect(await lookUp(model)).toEqual(third);
    expect(await lookUp(`${model}@100`)).toEqual(first);
    expect(await lookUp(`${model}@000000002`)).toEqual(second);
    expect(await lookUp('local/to-render')).toEqual(third);
    expect(await lookUp(`local/to-render:${version}@200`)).toEqual(second);
    expect(await lookUp(`local/to-render:${version.slice(0, 8)}`)).toEqual(third);
    await models.update(admin, model, { pinnedEpoch: '200' });
    expect(await lookUp('local/to-render:1')).toEqual(second);
    for (const path of [
      'a.safetensors',
      'folder/a.safetensors',
      'folder/adapter',
      'https://x/y',
      'hf:a/b',
      '../x',
    ])
      expect(await lookUp(path)).toEqual([[null, 0.5]]);
  });

  test('of a composition come with their own strengths', async () => {
    const { models } = opened.registry;
    const [a, b] = [await addTrained(opened, 'half'), await addTrained(opened, 'minus')];
    const concepts = [
      { model: a.model, epoch: '100', scale: 0.5 },
      { model: b.model, epoch: null, scale: -1 },
    ];
    const { id } = await models.create(admin, newLora('both', { kind: 'composition', base: null, concepts }));
    const [found] = await opened.registry.lookUpLoras(admin, [{ path: id, scale: 0.8, expert: null }]);
    expect(found?.map(({ scale, registered }) => [scale, registered?.share])).toEqual([
      [0.4, 0.5],
      [-0.8, -1],
    ]);
  });

  test.each<[string, () => Promise<string>, string]>([
    ['a base model', async () => 'model_demo', 'is a base model and no LoRA'],
    ['what nobody has', async () => `model_${'0'.repeat(26)}`, 'there is no model'],
    [
      'an epoch that there is not',
      async () => `${(await addTrained(opened, 'e')).model}@7`,
      'of the steps 100, 200',
    ],
    [
      'a version that there is not',
      async () => `${(await addTrained(opened, 'v')).model}:9`,
      'has no version "9"',
    ],
    [
      'what has not been trained',
      async () => (await opened.registry.models.create(admin, newLora('untrained'))).id,
      'has no version to render with yet',
    ],
  ])('%s is refused', async (_name, make, message) => {
    await expect(lookUp(await make())).rejects.toThrow(message);
  });

  test('of another project are not found', async () => {
    const { model } = await addTrained(opened, 'not yours');
    await expect(lookUp(model, stranger)).rejects.toThrow('there is no model');
    expect(await lookUp('local/not-yours', stranger)).toEqual([[null, 0.5]]);
  });
});

describe('blobs', () => {
  test('are kept once, read by range, and forgotten when nothing names them for long enough', async () => {
    const { blobs } = opened.registry;
    const sha256 = await putText(opened, 'some bytes');
    expect(await putText(opened, 'some bytes')).toBe(sha256);
    const found = await blobs.read(sha256, { start: 5, end: 9 });
    expect(await found?.stream.toArray().then((parts) => Buffer.concat(parts).toString())).toBe('bytes');
    const named = await addPicture(opened, 'named');
    const later = new Date(opened.time.now.getTime() + 1);
    expect(await blobs.forgetUnnamed(opened.time.now)).toBeGreaterThanOrEqual(0);
    expect(await blobs.find(sha256)).not.toBeNull();
    expect(await blobs.forgetUnnamed(later)).toBeGreaterThan(0);
    expect(await blobs.find(sha256)).toBeNull();
    expect((await opened.registry.assets.get(admin, named)).bytes).toBe(5);
    await blobs.whileUnkept([sha256], async (unkept) => expect([...unkept]).toEqual([sha256]));
    await expect(blobs.put(new Uint8Array(), 'x/y')).rejects.toThrow('empty');
  });
});
