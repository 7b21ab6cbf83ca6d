import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { ulid } from 'ulid';
import { loadCatalog } from '../catalog/load-catalog.ts';
import type { Database } from '../database/database.ts';
import { openMemoryDatabase } from '../database/open-database.ts';
import { projects } from '../database/registry-schema.ts';
import { createFolderStore } from '../files/folder/folder-store.ts';
import type { Asker } from './asker.ts';
import type { NewModel } from './models/create-model.ts';
import { openRegistry } from './open-registry.ts';

export const admin: Asker = { project: 'proj_local', keyId: 'key_admin', seesAll: true };

/** A registry on a database (by default one in memory) and files in a folder that is removed. `now` can be moved. */
export async function openTestRegistry(given?: Database) {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'darkroom-registry-'));
  const database = given ?? (await openMemoryDatabase());
  const files = createFolderStore({
    outputsFolder: path.join(folder, 'outputs'),
    blobsFolder: path.join(folder, 'blobs'),
  });
  const time = { now: new Date('2026-01-01T00:00:00Z') };
  const canceled: string[] = [];
  const registry = openRegistry({
    database,
    files,
    catalog: await loadCatalog(),
    cacheFolder: path.join(folder, 'cache'),
    scratchFolder: path.join(folder, 'scratch'),
    trashDays: 30,
    maxLoras: 3,
    maxTrainingImages: 50,
    clock: () => time.now,
    newId: () => ulid(),
    cancelTraining: async (job) => void canceled.push(job),
  });
  return {
    registry,
    database,
    files,
    time,
    canceled,
    async close() {
      await database.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export type TestRegistry = Awaited<ReturnType<typeof openTestRegistry>>;

export const newLora = (name: string, more: Partial<NewModel> = {}): NewModel => ({
  project: null,
  name,
  slug: null,
  kind: 'lora',
  base: 'demo',
  ...more,
});

/** A blob of these words. */
export const putText = async ({ registry }: TestRegistry, text: string): Promise<string> =>
  (await registry.blobs.put(Buffer.from(text), 'application/octet-stream')).sha256;

/** A picture of the project, whose bytes are these words. */
export async function addPicture(test: TestRegistry, text: string, asker: Asker = admin): Promise<string> {
  const sha256 = await putText(test, text);
  return test.registry.assets.add({
    project: asker.project,
    sha256,
    kind: 'image',
    name: text,
    width: 64,
    height: 48,
    source: 'uploaded',
    author: asker.keyId,
    description: `a ${text}`,
  });
}

/** A trained model with an epoch at each of these steps. Returns the ids of both. */
export async function addTrained(
  test: TestRegistry,
  name: string,
  {
    steps = [100, 200],
    asker = admin,
    ...more
  }: Partial<NewModel> & { steps?: number[]; asker?: Asker } = {},
): Promise<{ model: string; version: string }> {
  const { registry, database } = test;
  const { id: model } = await registry.models.create(asker, newLora(name, more));
  const files = await Promise.all(steps.map((step) => putText(test, `${name} ${step}`)));
  const version = await database.transaction(async (transaction) => {
    const { id } = await registry.versions.begin(transaction, {
      model,
      origin: 'imported',
      baseKey: 'key',
      madeOf: files,
      training: null,
      request: null,
      trigger: 'tok',
    });
    for (const [index, step] of steps.entries()) {
      await registry.versions.addEpoch(transaction, {
        version: id,
        step,
        loss: 0.5,
        samples: [],
        files: [{ part: 'main', sha256: files[index] ?? '' }],
      });
    }
    await registry.versions.publish(transaction, id);
    return id;
  });
  return { model, version };
}

/** A second project, and somebody who may write in it only. */
export async function addStranger({ database }: TestRegistry, handle: string): Promise<Asker> {
  const id = `proj_${ulid().toLowerCase()}`;
  await database.queries.insert(projects).values({ id, handle, name: handle, createdAt: new Date() });
  return { project: id, keyId: `key_${handle}`, seesAll: false };
}
