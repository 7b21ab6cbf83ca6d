/**
 * Write what an installation of today leaves in its database, for `src/jobs/older-database.test.ts` to open with the migrations
 * of later days. Run it once for each release, and keep the files of all of them:
 *
 *   node tests/support/write-database-fixture.ts 0.1.0
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pino } from 'pino';
import { openDatabase } from '../../src/database/open-database.ts';
import { openJobs } from '../../src/jobs/open-jobs.ts';
import type { Webhook } from '../../src/jobs/webhook.ts';
import { openKeys } from '../../src/keys/open-keys.ts';
import { startPostgres } from './databases.ts';
import { sampleJob, sampleOutput } from './sample-job.ts';

const webhook: Webhook = {
  url: 'http://127.0.0.1:9/hook',
  events: ['output', 'completed'],
  origin: 'http://here',
};
const version = process.argv[2];
if (version === undefined) throw new Error('Needs a version.');
const log = pino({ level: 'warn' });
const clock = (): Date => new Date();
const server = await startPostgres();
try {
  const url = await server.createDatabase();
  await fill(url);
  const file = path.join(import.meta.dirname, '..', 'fixtures', `database-${version}.sql`);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, dump(url));
  console.log(file);
} finally {
  await server.stop();
}

/**
 * One request that has ended, one whose process died with the first of two prompts kept, one that waits, one of another model
 * that waits before it, one that was canceled, each with what it has in the queues, and a key. The webhook of the one that
 * died was not told of its first output.
 */
async function fill(url: string): Promise<void> {
  const database = await openDatabase({ config: { DATABASE_URL: url, databaseFolder: '' }, log });
  const keys = await openKeys({ database, config: { API_KEYS: [], HOST: '127.0.0.1' }, clock, log });
  await keys.create({ name: 'fixture', scope: 'write' });
  const config = { MAX_QUEUE: 10, MODEL_SWITCH_SECONDS: 60 };
  const jobs = await openJobs({ database, config, clock, newId: () => 'a-process-that-died', log });
  await jobs.accept(sampleJob('finished'));
  await jobs.work.claim([]);
  await jobs.work.recordOutput('finished', sampleOutput('finished', 0));
  const timings = { load_pipeline: 1, adapters: 0.1, render: 2 };
  await jobs.work.finish('finished', { timings, versions: { engine: 'sample' }, warnings: [] });
  await jobs.accept(sampleJob('abandoned', { calls: 2, webhook }));
  await jobs.work.claim([]);
  await jobs.work.recordOutput('abandoned', sampleOutput('abandoned', 0));
  await jobs.accept(sampleJob('waiting', { idempotency: { key: 'once', bodyHash: 'b'.repeat(64) } }));
  await jobs.accept(sampleJob('urgent', { model: 'sdxl', priority: 5 }));
  await jobs.accept(sampleJob('canceled'));
  await jobs.cancel('canceled');
  await jobs.close();
  await database.close();
}

/** Statements only, so that any client can run them; what psql alone understands is left out. */
function dump(url: string): string {
  const sql = execFileSync('pg_dump', ['--inserts', '--no-owner', '--no-privileges', url], {
    encoding: 'utf8',
  });
  return sql.replaceAll(/^\\.*\n/gm, '').replaceAll(/^SET transaction_timeout.*\n/gm, '');
}
