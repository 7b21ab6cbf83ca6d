import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { pino } from 'pino';
import { expect, test, vi } from 'vitest';
import { openDatabase } from '../database/open-database.ts';
import { openKeys } from '../keys/open-keys.ts';
import { openJobs } from './open-jobs.ts';

// Opening a database takes a while on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const log = pino({ level: 'silent' });
const clock = () => new Date('2027-01-01T00:00:00Z');
const fixtures = path.join(import.meta.dirname, '..', '..', 'tests', 'fixtures');
const dumps = (await readdir(fixtures)).filter((name) => /^database-.*\.sql$/.test(name));

test('there is a database of an earlier release to open', () => {
  expect(dumps).toContain('database-0.1.0.sql');
});

test.each(dumps)('%s: the migrations of today keep its requests, outputs and keys', async (dump) => {
  const databaseFolder = await mkdtemp(path.join(os.tmpdir(), 'darkroom-older-'));
  try {
    const older = new PGlite(databaseFolder);
    await older.exec(await readFile(path.join(fixtures, dump), 'utf8'));
    await older.close();

    const database = await openDatabase({ config: { databaseFolder }, log });
    const config = { MAX_QUEUE: 10, MODEL_SWITCH_SECONDS: 60 };
    const jobs = await openJobs({ database, config, clock, newId: () => 'process-of-today', log });
    const keys = await openKeys({ database, config: { API_KEYS: [], HOST: '127.0.0.1' }, clock, log });

    expect(await jobs.get('finished')).toMatchObject({
      state: 'succeeded',
      outputs: [{ index: 0, seed: 42 }],
    });
    const events: string[] = [];
    for await (const { type } of jobs.events('finished', 0, AbortSignal.timeout(20_000))) events.push(type);
    expect(events).toEqual(['queued', 'started', 'output', 'ended']);
    // The one that a dead process held goes on with what it has, before the one that waited behind it.
    expect(await jobs.work.claim([])).toMatchObject({
      id: 'abandoned',
      attempts: 2,
      outputs: [{ index: 0 }],
    });
    expect(await jobs.work.claim([])).toMatchObject({ id: 'waiting', attempts: 1 });
    expect(await keys.list()).toMatchObject([{ name: 'fixture', scope: 'write' }]);
    await jobs.close();
    await database.close();
  } finally {
    await rm(databaseFolder, { recursive: true, force: true });
  }
});
