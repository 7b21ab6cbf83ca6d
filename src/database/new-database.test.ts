import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { openPglite } from './open-pglite.ts';
import { readRows } from './read-rows.ts';

const row = z.record(z.string(), z.string());

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'darkroom-new-database-'));
  vi.stubEnv('XDG_CACHE_HOME', path.join(folder, 'cache'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const archives = (): string[] => {
  const kept = path.join(folder, 'cache', 'darkroom', 'databases');
  return existsSync(kept) ? readdirSync(kept).map((name) => path.join(kept, name)) : [];
};
const heldFolder = (name: string, check = () => {}) => ({ path: path.join(folder, name), check });

/** Names of all columns, and how many migrations were made. */
async function describeDatabase(held: ReturnType<typeof heldFolder> | null): Promise<unknown> {
  const database = await openPglite(held);
  try {
    const columns = sql`
      select table_name, column_name, data_type from information_schema.columns where table_schema = 'public' order by 1, 2`;
    return {
      columns: await readRows(database.queries, columns, row),
      migrations: await readRows(database.queries, sql`select hash from schema_migrations order by id`, row),
    };
  } finally {
    await database.close();
  }
}

// One test, because making a database from nothing is what takes the time.
test('new databases, on disk and in memory, are copies of the first one', async () => {
  const first = await describeDatabase(null);
  const [archive = '', ...more] = archives();
  expect(more).toEqual([]);
  expect(statSync(archive).mode & 0o077).toBe(0);

  const onDisk = heldFolder('database');
  expect(await describeDatabase(onDisk)).toEqual(first);
  expect(statSync(path.join(onDisk.path, 'PG_VERSION')).mode & 0o077).toBe(0);
  expect(await describeDatabase(onDisk)).toEqual(first);
  expect(await describeDatabase(null)).toEqual(first);

  const lost = heldFolder('lost', () => {
    throw new Error('The folder is held by another process.');
  });
  await expect(openPglite(lost)).rejects.toThrow('held by another process');
  expect(existsSync(lost.path)).toBe(false);

  writeFileSync(archive, 'cut off');
  expect(await describeDatabase(null)).toEqual(first);
  expect(statSync(archive).size).toBeGreaterThan(1_000_000);
}, 120_000);
