/** What the release before left behind is migrated, and finished. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { Client } from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type PostgresServer, startPostgres } from '../../tests/support/databases.ts';
import { claimNext, sampleOutput, sampleResult } from '../../tests/support/sample-job.ts';
import { openDatabase } from '../database/open-database.ts';
import { openKeys } from '../keys/open-keys.ts';
import { kinds } from '../server/kinds.ts';
import { openJobs } from './open-jobs.ts';

const log = pino({ level: 'silent' });
const clock = () => new Date('2027-01-01T00:00:00Z');
const fixtures = path.join(import.meta.dirname, '..', '..', 'tests', 'fixtures');
const dumps = (await readdir(fixtures)).filter((name) => /^database-.*\.sql$/.test(name));

/** How versions up to 0.1 named a control picture. Fixtures have none, so each of their prompts is given it. */
const picture = 'c'.repeat(64);
const olderPicture = `/srv/data/scratch/waiting/${picture}.png`;

test('there is a database of an earlier release to open', () => {
  expect(dumps).toContain('database-0.1.0.sql');
});

describe.each(['pglite', 'postgres'])('on %s', (kind) => {
  let databaseFolder = '';
  let server: PostgresServer | null = null;
  beforeAll(async () => {
    databaseFolder = await mkdtemp(path.join(os.tmpdir(), 'darkroom-older-'));
    if (kind === 'postgres') server = await startPostgres();
  });
  afterAll(async () => {
    await server?.stop();
    await rm(databaseFolder, { recursive: true, force: true });
  });

  /** A database as the release before left it. */
  async function restore(dump: string): Promise<{ databaseFolder: string; DATABASE_URL?: string }> {
    const images = JSON.stringify({ image: { files: [olderPicture], list: false, resize: null } });
    const statements = (await readFile(path.join(fixtures, dump), 'utf8')).replaceAll(
      '"images":{}',
      `"images":${images}`,
    );
    if (server === null) {
      const older = new PGlite(databaseFolder);
      await older.exec(statements);
      await older.close();
      return { databaseFolder };
    }
    const DATABASE_URL = await server.createDatabase();
    const client = new Client({ connectionString: DATABASE_URL });
    await client.connect();
    await client.query(statements);
    await client.end();
    return { databaseFolder, DATABASE_URL };
  }

  test.each(dumps)('%s: what ended is kept, what waited or ran is finished', async (dump) => {
    const database = await openDatabase({ config: await restore(dump), log });
    const config = { MAX_QUEUE: 10, MODEL_SWITCH_SECONDS: 60 };
    const jobs = await openJobs({ database, kinds, config, clock, newId: () => 'process-of-today', log });
    const keys = await openKeys({ database, config: { API_KEYS: [], HOST: '127.0.0.1' }, clock, log });

    expect(await jobs.get('finished')).toMatchObject({
      state: 'succeeded',
      outputs: [{ index: 0, seed: 42 }],
    });
    const events: string[] = [];
    for await (const { type } of jobs.events('finished', 0, AbortSignal.timeout(20_000))) events.push(type);
    expect(events).toEqual(['queued', 'started', 'output', 'ended']);
    expect(await jobs.get('canceled')).toMatchObject({ state: 'canceled' });
    // The most urgent, then the one that a dead process held, with what it has, before the one that waited behind it.
    expect(await claimNext(jobs)).toMatchObject({ id: 'urgent', attempts: 1 });
    expect(await claimNext(jobs)).toMatchObject({
      id: 'abandoned',
      attempts: 2,
      outputs: [{ index: 0 }],
    });
    const waiting = await claimNext(jobs);
    expect(waiting).toMatchObject({ id: 'waiting', attempts: 1 });
    // What the machine added to its plan is gone, and its picture is kept until it has ended.
    expect(waiting?.task.plan.pipeline).not.toHaveProperty('path');
    expect(waiting?.task.plan.calls[0]?.images.image?.pictures).toEqual([picture]);
    expect(await jobs.fileUse([picture])).toEqual(new Map([[picture, 'needed']]));
    expect(await claimNext(jobs)).toBeNull();
    await jobs.work.recordOutput('abandoned', sampleOutput('abandoned', 1));
    for (const id of ['urgent', 'abandoned', 'waiting'])
      expect(await jobs.work.finish(id, { result: sampleResult, warnings: [] })).toBe(true);
    expect(await jobs.fileUse([picture])).toEqual(new Map([[picture, 'ended']]));
    // Its webhook is told of what it was not told before, once each.
    const told = await jobs.webhooks.take(10);
    expect(told.map(({ job, sequence }) => [job, sequence]).toSorted()).toEqual([
      ['abandoned', 3],
      ['abandoned', 6],
      ['abandoned', 7],
    ]);
    const replay = { keyId: null, idempotency: { key: 'once', bodyHash: 'b'.repeat(64) } };
    expect(await jobs.replay(replay)).toMatchObject({ job: { id: 'waiting', state: 'succeeded' } });
    expect(await keys.list()).toMatchObject([{ name: 'fixture', scope: 'write' }]);
    const { rows } = await database.bossExecutor.executeSql('select distinct name from pgboss.job');
    expect(rows).toEqual([{ name: 'webhooks' }]);
    await jobs.close();
    await database.close();
  });
});
