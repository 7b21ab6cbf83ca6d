import { sql } from 'drizzle-orm';
import pino from 'pino';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Database } from '../database/database.ts';
import { openMemoryDatabase } from '../database/open-database.ts';
import { resetKeys } from './key-store.ts';
import { openKeys } from './open-keys.ts';

let database: Database;
beforeAll(async () => {
  database = await openMemoryDatabase();
});
afterEach(() => resetKeys(database));
afterAll(() => database.close());

const open = (config: { API_KEYS?: string[]; HOST?: string } = {}) =>
  openKeys({
    database,
    config: { API_KEYS: [], HOST: '127.0.0.1', ...config },
    clock: () => new Date('2026-01-31T12:00:00Z'),
    log: pino({ level: 'silent' }),
  });

test('the keys of API_KEYS may do everything, and are named by a part of their digest', async () => {
  const keys = await open({ API_KEYS: ['first-key', 'second-key'] });
  expect([keys.required, keys.count]).toEqual([true, 2]);
  expect(keys.identify('first-key')).toEqual({
    id: expect.stringMatching(/^key_[0-9a-f]{12}$/),
    scope: 'admin',
    project: 'proj_local',
  });
  expect(keys.identify('first-key')?.id).not.toBe(keys.identify('second-key')?.id);
  for (const wrong of ['first-ke', 'first-key ', '', 'FIRST-KEY']) expect(keys.identify(wrong)).toBeNull();
  expect(await keys.list()).toEqual([]);
});

test('a key that was made opens what its scope says, in every process, and is not in the database', async () => {
  const [keys, elsewhere] = [await open(), await open()];
  expect(keys.required).toBe(false);
  const { key, record } = await keys.create({ name: 'phone', scope: 'read' });
  expect(key).toMatch(/^dk_[\w-]{43}$/);
  expect(keys.required).toBe(true);
  expect(keys.identify(key)).toEqual({
    id: record.id,
    scope: 'read',
    project: 'proj_local',
  });
  await expect
    .poll(() => elsewhere.identify(key))
    .toEqual({
      id: record.id,
      scope: 'read',
      project: 'proj_local',
    });
  expect(await keys.list()).toEqual([record]);
  const rows = await database.queries.execute(sql`select api_keys::text as row from api_keys`);
  expect(JSON.stringify(rows)).not.toContain(key.slice(3));
});

test('a revoked key opens nothing, and the server stays closed until the keys are reset', async () => {
  const [keys, elsewhere] = [await open(), await open()];
  const { key, record } = await keys.create({ name: 'phone', scope: 'write' });
  const revoked = await keys.revoke(record.id);
  expect(revoked.revokedAt).toEqual(new Date('2026-01-31T12:00:00Z'));
  expect(await keys.revoke(record.id)).toEqual(revoked);
  expect(keys.identify(key)).toBeNull();
  await expect.poll(() => elsewhere.identify(key)).toBeNull();
  expect([keys.required, keys.count]).toEqual([true, 0]);
  expect(await resetKeys(database)).toBe(1);
  await expect.poll(() => keys.required).toBe(false);
});

test('a server that others can reach is never open', async () => {
  expect((await open({ HOST: '0.0.0.0' })).required).toBe(true);
});

test('an unknown id is told', async () => {
  await expect((await open()).revoke('key_nobody')).rejects.toMatchObject({ code: 'KEY_NOT_FOUND' });
});
