import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { eq, sql } from 'drizzle-orm';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { type PostgresServer, startPostgres } from '../../tests/support/databases.ts';
import {
  claimNext,
  nothingInMemory,
  renderOf,
  sampleJob,
  sampleOutput,
  sampleResult,
} from '../../tests/support/sample-job.ts';
import type { Database } from '../database/database.ts';
import { openDatabase, openMemoryDatabase } from '../database/open-database.ts';
import { jobEvents, jobs as jobsTable } from '../database/schema.ts';
import { DarkroomError } from '../errors/darkroom-error.ts';
import { pipelineKey } from '../render/pipeline-spec.ts';
import { kinds } from '../server/kinds.ts';
import type { Job } from './job.ts';
import type { JobEvent, JobProgress } from './job-event.ts';
import { type Jobs, openJobs } from './open-jobs.ts';

const log = pino({ level: 'silent' });
const ending = { result: sampleResult, warnings: [] };
const queueOf = (job: Job): string => pipelineKey(renderOf(job).task.plan.pipeline);
const never = (): AbortSignal => AbortSignal.timeout(30_000);
let ids = 0;
const newId = (): string => {
  ids += 1;
  return `id-${ids}`;
};

const codeOf = (attempt: PromiseSettledResult<unknown>): string | null =>
  attempt.status === 'rejected' && attempt.reason instanceof DarkroomError ? attempt.reason.code : null;

async function collect(events: AsyncIterable<JobEvent>): Promise<JobEvent[]> {
  const all: JobEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}

describe.each(['pglite', 'postgres'])('on %s', (kind) => {
  let server: PostgresServer | null = null;
  let connection: { DATABASE_URL?: string; databaseFolder: string } = { databaseFolder: '' };
  let database: Database;
  let jobs: Jobs;
  let now = new Date();
  let seconds = 0;
  const others: Jobs[] = [];
  const open = (config: { MAX_QUEUE?: number } = {}): Promise<Jobs> =>
    openJobs({
      database,
      kinds,
      config: { MAX_QUEUE: 10_000, MODEL_SWITCH_SECONDS: 60, ...config },
      clock: () => now,
      seconds: () => seconds,
      newId,
      log,
    });
  /** Another process, as far as the database can tell. */
  const openOther = async (config: { MAX_QUEUE?: number } = {}): Promise<Jobs> => {
    const other = await open(config);
    others.push(other);
    return other;
  };

  beforeAll(async () => {
    if (kind === 'postgres') {
      server = await startPostgres();
      connection = { DATABASE_URL: await server.createDatabase(), databaseFolder: '' };
    }
    database = server === null ? await openMemoryDatabase() : await openDatabase({ config: connection, log });
    jobs = await open();
  }, 120_000);
  afterEach(async () => {
    for (const other of others.splice(0)) await other.close();
    now = new Date();
    for (const { id } of await database.queries.select({ id: jobsTable.id }).from(jobsTable))
      await jobs.cancel(id);
    for (const { id } of (await jobs.list({ status: 'running', limit: 1000 })).jobs) {
      await jobs.work.finishCanceled(id);
    }
    await database.queries.delete(jobsTable);
  });
  afterAll(async () => {
    await jobs?.close();
    await database?.close();
    await server?.stop();
  });

  const accept = async (id: string, options: Parameters<typeof sampleJob>[1] = {}): Promise<Job> =>
    (await jobs.accept(sampleJob(id, options))).job;
  const claimAll = async (): Promise<string[]> => {
    const claimed: string[] = [];
    for (let job = await claimNext(jobs); job !== null; job = await claimNext(jobs)) claimed.push(job.id);
    return claimed;
  };

  describe('accepting', () => {
    test('a job is accepted, claimed, and finished', async () => {
      const accepted = await jobs.accept(sampleJob('first', { calls: 2 }));
      expect(accepted).toMatchObject({ position: 1, replayed: false, job: { id: 'first', state: 'queued' } });
      expect(await jobs.get('first')).toEqual(accepted.job);
      const claimed = await claimNext(jobs);
      expect(claimed).toMatchObject({ id: 'first', state: 'running', attempts: 1, startedAt: now });
      expect(await jobs.work.finish('first', ending)).toBe(true);
      const finished = await jobs.get('first');
      expect(finished).toMatchObject({
        state: 'succeeded',
        ...sampleResult,
      });
      expect(finished).toMatchObject({ finishedAt: now, task: accepted.job.task });
    });

    test('many at once are all kept, each with a place of its own', async () => {
      const names = Array.from({ length: 300 }, (_, index) => `many-${index}`);
      const accepted = await Promise.all(names.map((id) => jobs.accept(sampleJob(id))));
      expect(accepted.map(({ position }) => position)).toEqual(names.map((_, index) => index + 1));
      expect(await claimAll()).toHaveLength(300);
    });

    test('text that Postgres cannot hold in jsonb comes back as it went in', async () => {
      const job = sampleJob('odd');
      const [call] = job.task.plan.calls;
      if (call !== undefined) call.prompt = 'nul \u0000, half a pair \ud800, 🦊';
      await jobs.accept(job);
      expect((await jobs.get('odd'))?.task).toEqual(job.task);
      expect((await jobs.status('odd'))?.progress).toMatchObject({ phase: 'queued', position: 1, calls: 1 });
    });

    test('the same id twice is refused', async () => {
      await accept('twice');
      await expect(accept('twice')).rejects.toThrow('There is a job with the id twice already');
    });

    test('a full queue refuses, says when to try again, and takes jobs when it has room', async () => {
      const small = await openOther({ MAX_QUEUE: 3 });
      const attempts = await Promise.allSettled(
        Array.from({ length: 5 }, (_, index) => small.accept(sampleJob(`full-${index}`))),
      );
      expect(attempts.map(codeOf)).toEqual([null, null, null, 'QUEUE_FULL', 'QUEUE_FULL']);
      const refused = await small.accept(sampleJob('full-9')).catch((error: unknown) => error);
      expect(refused).toMatchObject({ code: 'QUEUE_FULL', details: { retryAfterSeconds: 5, limit: 3 } });
      expect(await jobs.get('full-9')).toBeNull();
      await claimNext(jobs);
      expect((await small.accept(sampleJob('full-9'))).position).toBe(3);
    });
  });

  describe('idempotency', () => {
    const idempotent = (id: string, bodyHash = 'hash', keyId: string | null = null) =>
      sampleJob(id, { keyId, idempotency: { key: 'order-1', bodyHash } });

    test('the same key and body answer with the first job', async () => {
      await jobs.accept(idempotent('one'));
      const again = await jobs.accept(idempotent('two'));
      expect(again).toMatchObject({ replayed: true, position: 1, job: { id: 'one' } });
      expect(await jobs.get('two')).toBeNull();
    });

    test('another body is refused and names the first job', async () => {
      await jobs.accept(idempotent('one'));
      const refused = await jobs.accept(idempotent('two', 'other')).catch((error: unknown) => error);
      expect(refused).toMatchObject({ code: 'IDEMPOTENCY_CONFLICT', details: { requestId: 'one' } });
    });

    test('keys of different API keys do not meet', async () => {
      await jobs.accept(idempotent('one', 'hash', 'alice'));
      await jobs.accept(idempotent('two', 'other', 'bob'));
      expect((await jobs.accept(idempotent('three'))).replayed).toBe(false);
    });

    test('of many at once, here and in another process, one is accepted', async () => {
      const other = await openOther();
      const accepted = await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          (index % 2 === 0 ? jobs : other).accept(idempotent(`race-${index}`)),
        ),
      );
      expect(new Set(accepted.map(({ job }) => job.id)).size).toBe(1);
      expect(accepted.filter(({ replayed }) => !replayed)).toHaveLength(1);
      expect(await claimAll()).toHaveLength(1);
    });

    test('a replay is answered while the queue is full, and after the job ended', async () => {
      const small = await openOther({ MAX_QUEUE: 1 });
      await small.accept(idempotent('one'));
      expect(await small.accept(idempotent('two'))).toMatchObject({ replayed: true, job: { id: 'one' } });
      await jobs.cancel('one');
      expect(await small.accept(idempotent('two'))).toMatchObject({
        position: 0,
        job: { state: 'canceled' },
      });
    });
  });

  describe('order', () => {
    test('higher priority first, then the older', async () => {
      for (const [id, priority] of [
        ['a', 0],
        ['b', 5],
        ['c', 0],
        ['d', 5],
        ['e', -1],
      ] as const) {
        await accept(id, { priority });
      }
      expect((await jobs.status('c'))?.progress?.position).toBe(4);
      expect(await claimAll()).toEqual(['b', 'd', 'a', 'c', 'e']);
    });

    test('jobs for what is loaded go first until another has waited too long', async () => {
      await accept('other-model', { model: 'sdxl' });
      const loaded = queueOf(await accept('loaded-1'));
      await accept('loaded-2');
      expect((await claimNext(jobs, [loaded]))?.id).toBe('loaded-1');
      seconds += 61;
      expect((await claimNext(jobs, [loaded]))?.id).toBe('other-model');
    });

    test('a clock that is set back changes nothing: not who is next, nor whether anybody is', async () => {
      const tomorrow = new Date(Date.now() + 86_400_000);
      now = tomorrow;
      await accept('of-tomorrow');
      await accept('another', { model: 'sdxl' });
      now = new Date();
      const loaded = queueOf(await accept('of-today'));
      await accept('urgent', { priority: 5 });
      expect((await claimNext(jobs))?.id).toBe('urgent');
      expect((await claimNext(jobs, [loaded]))?.id).toBe('of-tomorrow');
      seconds += 61;
      expect((await claimNext(jobs, [loaded]))?.id).toBe('another');
      expect(await claimAll()).toEqual(['of-today']);
      expect(await jobs.depth()).toMatchObject({ queued: 0, running: 4 });
    });

    test('several that fit one batch are taken at once, in their order, and each is told of', async () => {
      for (const id of ['a', 'b', 'c', 'd']) await accept(id, { priority: id === 'c' ? 5 : 0 });
      await accept('other', { model: 'sdxl' });
      const three = { kinds: ['render'], inMemory: nothingInMemory, most: 3 };
      const { jobs: batch, othersWait } = await jobs.work.claim(three);
      expect(othersWait).toBe(true);
      expect(batch.map(({ id, state, attempts }) => [id, state, attempts])).toEqual([
        ['c', 'running', 1],
        ['a', 'running', 1],
        ['b', 'running', 1],
      ]);
      expect((await jobs.work.claim(three)).jobs.map(({ id }) => id)).toEqual(['d']);
      const last = await jobs.work.claim(three);
      expect([last.jobs.map(({ id }) => id), last.othersWait]).toEqual([['other'], false]);
      expect(await jobs.work.claim(three)).toEqual({ jobs: [], othersWait: false });
      for (const id of ['a', 'b', 'c']) {
        const [, started] = await collect(jobs.events(id, 0, AbortSignal.timeout(500)));
        expect(started).toMatchObject({ type: 'started', attempt: 1 });
      }
    });

    test('workers that take several at once share all jobs, in order and by priority', async () => {
      const models = ['demo', 'sdxl', 'flux'];
      const accepted = Array.from({ length: 90 }, (_, index) => ({
        id: `shared-${index}`,
        options: { model: models[index % 3] ?? '', priority: index % 5 === 0 ? 3 : 0 },
      }));
      for (const { id, options } of accepted) await accept(id, options);
      const workers = kind === 'postgres' ? [jobs, await openOther(), await openOther()] : [jobs, jobs, jobs];
      const batches: Job[][] = [];
      await Promise.all(
        workers.map(async ({ work }) => {
          for (;;) {
            const { jobs: batch } = await work.claim({
              kinds: ['render'],
              inMemory: nothingInMemory,
              most: 4,
            });
            if (batch.length === 0) return;
            batches.push(batch);
          }
        }),
      );
      const claimed = batches.flat().map(({ id }) => id);
      expect(claimed.toSorted()).toEqual(accepted.map(({ id }) => id).toSorted());
      for (const batch of batches) {
        expect(new Set(batch.map(queueOf)).size).toBe(1);
        expect(batch.length).toBeLessThanOrEqual(4);
        const places = batch.map(({ id, priority }) => [-priority, Number(id.split('-')[1])] as const);
        expect(places).toEqual(places.toSorted(([a, b], [c, d]) => a - c || b - d));
      }
    });

    test('a claim takes only the kinds that it asks for', async () => {
      await accept('rendered');
      const claim = async (kinds: string[]): Promise<Job[]> =>
        (await jobs.work.claim({ kinds, inMemory: nothingInMemory, most: 2 })).jobs;
      expect(await claim([])).toEqual([]);
      expect(await claim(['another'])).toEqual([]);
      expect((await claim(['another', 'render'])).map(({ id }) => id)).toEqual(['rendered']);
    });

    test('a released job goes to the front again', async () => {
      await accept('old');
      await accept('new');
      await claimNext(jobs);
      await jobs.work.release('old', 'stopping');
      expect(await claimAll()).toEqual(['old', 'new']);
    });

    test('workers that claim at once never get the same job', async () => {
      const names = Array.from({ length: 30 }, (_, index) => `contested-${index}`);
      await Promise.all(names.map((id) => accept(id)));
      const workers = kind === 'postgres' ? [jobs, await openOther(), await openOther()] : [jobs, jobs, jobs];
      const claimed = await Promise.all(
        workers.map(async ({ work }) => {
          const mine: string[] = [];
          for (let tries = 0; tries < 40; tries += 1) {
            const job = await claimNext({ work });
            if (job !== null) mine.push(job.id);
          }
          return mine;
        }),
      );
      expect(claimed.flat().toSorted()).toEqual(names.toSorted());
    });
  });

  describe('ending', () => {
    test('nothing changes a job that has ended', async () => {
      await accept('done');
      await claimNext(jobs);
      expect(await jobs.work.finish('done', ending)).toBe(true);
      const finished = await jobs.get('done');
      expect(await jobs.work.finish('done', ending)).toBe(false);
      expect(await jobs.work.fail('done', { code: 'INTERNAL', message: 'late' })).toBe(false);
      expect(await jobs.work.release('done', 'engine-crashed')).toBe(false);
      expect(await jobs.work.recordOutput('done', sampleOutput('done', 0))).toBe('lost');
      expect(await jobs.work.report('done', { type: 'warning', message: 'late' })).toBe('lost');
      expect(await jobs.cancel('done')).toEqual(finished);
      expect(await jobs.get('done')).toEqual(finished);
    });

    test('of several ends at once one counts, and `ended` is told once', async () => {
      await accept('raced');
      await claimNext(jobs);
      const outcomes = await Promise.all([
        jobs.work.finish('raced', ending),
        jobs.work.fail('raced', { code: 'INTERNAL', message: 'no' }),
        jobs.work.finishCanceled('raced'),
        jobs.work.release('raced', 'stopping'),
      ]);
      expect(outcomes.filter(Boolean)).toHaveLength(1);
    });

    test('a second process cannot end the job of the first', async () => {
      const other = await openOther();
      await accept('mine');
      await claimNext(jobs);
      expect(await other.work.finish('mine', ending)).toBe(false);
      expect(await other.work.recordOutput('mine', sampleOutput('mine', 0))).toBe('lost');
      expect(await jobs.work.finish('mine', ending)).toBe(true);
    });

    test('the first output of a prompt stays', async () => {
      await accept('kept', { calls: 2 });
      await claimNext(jobs);
      await jobs.work.recordOutput('kept', sampleOutput('kept', 1));
      await jobs.work.recordOutput('kept', { ...sampleOutput('kept', 1), sha256: 'b'.repeat(64) });
      expect((await jobs.get('kept'))?.outputs).toEqual([sampleOutput('kept', 1)]);
    });

    test('a job whose process dies again and again fails in the end', async () => {
      await accept('deadly');
      for (let death = 1; death <= 5; death += 1) {
        expect((await claimNext(jobs))?.attempts).toBe(death);
        await jobs.work.release('deadly', 'owner-died');
      }
      expect(await jobs.get('deadly')).toMatchObject({ state: 'failed', error: { code: 'ENGINE_CRASHED' } });
    });

    test('deaths are counted since the last output', async () => {
      await accept('long', { calls: 9 });
      for (let death = 1; death <= 9; death += 1) {
        expect((await claimNext(jobs))?.attempts).toBe(death);
        await jobs.work.recordOutput('long', sampleOutput('long', death - 1));
        await jobs.work.release('long', death % 2 === 0 ? 'owner-died' : 'engine-crashed');
      }
      expect(await jobs.get('long')).toMatchObject({ state: 'queued', outputs: Array(9).fill({}) });
    });

    test('warnings of the engine join those of the request', async () => {
      await accept('warned', { warnings: ['a'] });
      await claimNext(jobs);
      await jobs.work.finish('warned', { ...ending, warnings: ['b', 'a'] });
      expect((await jobs.get('warned'))?.warnings).toEqual(['a', 'b']);
    });
  });

  describe('canceling', () => {
    test('a waiting job ends at once and is never claimed', async () => {
      await accept('waiting');
      expect(await jobs.cancel('waiting')).toMatchObject({ state: 'canceled', finishedAt: now });
      expect(await claimNext(jobs)).toBeNull();
    });

    test('a running one is signaled to its worker from any process, and again with each report', async () => {
      const other = kind === 'postgres' ? await openOther() : jobs;
      await accept('running');
      await claimNext(jobs);
      const signaled = new Promise<void>((resolve) => {
        jobs.work.onStop('running', () => resolve());
      });
      expect(await other.cancel('running')).toMatchObject({ state: 'running' });
      await signaled;
      expect(await jobs.work.report('running', { type: 'warning', message: 'x' })).toBe('cancel');
      expect(await jobs.work.finishCanceled('running')).toBe(true);
      expect(await jobs.get('running')).toMatchObject({ state: 'canceled' });
    });

    test.runIf(kind === 'postgres')(
      'a lost listening connection stops no job but one that was canceled',
      async () => {
        for (const id of ['left', 'asked']) await accept(id);
        await claimAll();
        const stopped: string[] = [];
        const ends = ['left', 'asked'].map((id) =>
          jobs.work.onStop(id, (standing) => stopped.push(`${id} ${standing}`)),
        );
        await database.queries
          .update(jobsTable)
          .set({ cancelRequested: true })
          .where(eq(jobsTable.id, 'asked'));
        await database.queries.execute(
          sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'darkroom-listen'`,
        );
        await vi.waitFor(() => expect(stopped).toEqual(['asked cancel']), { timeout: 10_000 });
        await sleep(300);
        expect(stopped).toEqual(['asked cancel']);
        for (const end of ends) end();
      },
    );

    test('a job that was to be canceled is not queued again', async () => {
      await accept('crashing');
      await claimNext(jobs);
      await jobs.cancel('crashing');
      await jobs.work.release('crashing', 'engine-crashed');
      expect(await jobs.get('crashing')).toMatchObject({ state: 'canceled' });
    });

    test('claim and cancel at once leave one truth', async () => {
      for (let round = 0; round < 15; round += 1) {
        await accept(`race-${round}`);
        const [claimed, canceled] = await Promise.all([claimNext(jobs), jobs.cancel(`race-${round}`)]);
        const job = await jobs.get(`race-${round}`);
        expect(job?.state).toBe(claimed === null ? 'canceled' : 'running');
        expect(canceled.state).toBe(claimed === null ? 'canceled' : 'running');
      }
    });

    test('an unknown job is told as such', async () => {
      await expect(jobs.cancel('nowhere')).rejects.toMatchObject({ code: 'REQUEST_NOT_FOUND' });
    });
  });

  describe('events', () => {
    async function live(id: string): Promise<void> {
      await accept(id, { calls: 2 });
      await claimNext(jobs);
      await jobs.work.recordOutput(id, sampleOutput(id, 0));
      await jobs.work.report(id, { type: 'warning', message: 'w' });
      await jobs.work.finish(id, ending);
    }

    test('those of a job that ended are replayed, from anywhere', async () => {
      await live('told');
      const all = await collect(jobs.events('told', 0, never()));
      expect(all.map(({ type, sequence }) => `${sequence} ${type}`)).toEqual([
        '1 queued',
        '2 started',
        '3 output',
        '4 warning',
        '5 ended',
      ]);
      expect(all[4]).toMatchObject({ state: 'succeeded', error: null, job: 'told' });
      expect(await collect(jobs.events('told', 3, never()))).toEqual(all.slice(3));
      expect(await collect(jobs.events('told', 5, never()))).toEqual([]);
      expect(await collect(jobs.events('told', 999, never()))).toEqual([]);
    });

    test('those of a running job arrive as they happen, also in another process', async () => {
      const reader = kind === 'postgres' ? await openOther() : jobs;
      await accept('live', { calls: 2 });
      const seen: string[] = [];
      for await (const event of reader.events('live', 0, never())) {
        seen.push(event.type);
        if (event.type === 'queued') await claimNext(jobs);
        if (event.type === 'started') await jobs.work.recordOutput('live', sampleOutput('live', 0));
        if (event.type === 'output') await jobs.work.fail('live', { code: 'OUT_OF_MEMORY', message: 'full' });
      }
      expect(seen).toEqual(['queued', 'started', 'output', 'ended']);
    });

    test('a reader that goes away is forgotten', async () => {
      await accept('left');
      const leaving = new AbortController();
      const reading = collect(jobs.events('left', 1, leaving.signal));
      leaving.abort();
      expect(await reading).toEqual([]);
    });

    test('a preview replaces the one before and is gone at the end', async () => {
      await accept('seen');
      await claimNext(jobs);
      const preview = { type: 'preview', call: 0, width: 8, height: 8, image: 'AAAA' } as const;
      await jobs.work.report('seen', { ...preview, step: 1 });
      await jobs.work.report('seen', { ...preview, step: 2 });
      const stored = (): Promise<unknown[]> =>
        database.queries.select().from(jobEvents).where(eq(jobEvents.type, 'preview'));
      expect(await stored()).toMatchObject([{ sequence: 4, body: { step: 2 } }]);
      await jobs.work.finish('seen', ending);
      expect(await stored()).toEqual([]);
    });

    test('one who waits is told when the job moves up', async () => {
      await accept('ahead');
      await accept('behind');
      const positions: number[] = [];
      for await (const event of jobs.events('behind', 0, never())) {
        if (event.type !== 'queued') break;
        positions.push(event.position);
        if (event.position === 2) await jobs.cancel('ahead');
        if (event.position === 1) await jobs.cancel('behind');
      }
      expect(positions).toEqual([2, 1]);
    });

    test('progress is kept for those who ask', async () => {
      await accept('asked', { calls: 2 });
      await claimNext(jobs);
      expect((await jobs.status('asked'))?.progress).toMatchObject({ phase: 'loading', fraction: 0 });
      const progress: JobProgress = {
        phase: 'denoising',
        call: 0,
        calls: 2,
        step: 3,
        total: 4,
        fraction: 0.3,
        etaSeconds: 2.5,
      };
      await jobs.work.report('asked', { type: 'progress', progress });
      expect((await jobs.status('asked'))?.progress).toEqual(progress);
      await jobs.work.finish('asked', ending);
      expect((await jobs.status('asked'))?.progress).toBeNull();
    });

    test('an unknown job is told as such', async () => {
      await expect(collect(jobs.events('nowhere', 0, never()))).rejects.toMatchObject({
        code: 'REQUEST_NOT_FOUND',
      });
    });
  });

  describe('looking', () => {
    test('lists go from new to old, page by page, by state and model', async () => {
      for (const id of ['a', 'b', 'c', 'd']) await accept(id, { model: id === 'b' ? 'sdxl' : 'demo' });
      await jobs.cancel('c');
      const listed = async (filter: Parameters<Jobs['list']>[0]): Promise<string[]> =>
        (await jobs.list(filter)).jobs.map(({ id }) => id);
      expect(await listed({ limit: 10 })).toEqual(['d', 'c', 'b', 'a']);
      expect(await listed({ limit: 10, status: 'canceled' })).toEqual(['c']);
      expect(await listed({ limit: 10, model: 'sdxl' })).toEqual(['b']);
      const first = await jobs.list({ limit: 3 });
      expect(first.jobs).toHaveLength(3);
      const rest = await jobs.list({ limit: 3, cursor: first.nextCursor ?? '' });
      expect(rest.jobs.map(({ id }) => id)).toEqual(['a']);
      expect(rest.nextCursor).toBeNull();
      await expect(jobs.list({ limit: 3, cursor: "1' or 1=1" })).rejects.toMatchObject({
        code: 'INVALID_REQUEST',
      });
    });

    test('counts tell what waits, for how long, what runs and how it ended', async () => {
      for (const id of ['a', 'b', 'c', 'd']) await accept(id, { model: id === 'd' ? 'sdxl' : 'demo' });
      await claimNext(jobs);
      await jobs.work.fail('a', { code: 'OUT_OF_MEMORY', message: 'full' });
      await claimNext(jobs);
      now = new Date(now.getTime() + 5_000);
      expect(await jobs.counts()).toEqual({
        queued: [
          { model: 'demo', count: 1, oldestSeconds: 5 },
          { model: 'sdxl', count: 1, oldestSeconds: 5 },
        ],
        running: 1,
        finished: [{ state: 'failed', code: 'OUT_OF_MEMORY', count: 1 }],
      });
    });

    test('the depth of the queue tells what waits and runs, and whether anybody runs it', async () => {
      for (const id of ['a', 'b', 'c']) await accept(id);
      await claimNext(jobs);
      const { workers, ...depth } = await jobs.depth();
      expect(depth).toEqual({ queued: 2, running: 1 });
      if (kind === 'pglite') expect(workers).toBeNull();
      else expect(workers).toBeGreaterThan(0);
    });

    test('old jobs are removed with their files, others stay', async () => {
      for (const id of ['old', 'fresh', 'waiting']) await accept(id);
      await jobs.cancel('old');
      now = new Date(now.getTime() + 60_000);
      await jobs.cancel('fresh');
      const removedFiles: string[] = [];
      const remove = async (id: string): Promise<void> => void removedFiles.push(id);
      expect(await jobs.removeFinished(now, 10, remove)).toBe(1);
      expect(removedFiles).toEqual(['old']);
      expect(await jobs.get('old')).toBeNull();
      expect([...(await jobs.states(['old', 'fresh', 'waiting']))]).toHaveLength(2);
    });
  });

  describe('when processes are killed', () => {
    const children: ChildProcess[] = [];
    const folder = mkdtempSync(path.join(tmpdir(), 'darkroom-jobs-'));
    afterAll(() => rmSync(folder, { recursive: true, force: true }));
    afterEach(() => {
      for (const child of children.splice(0)) child.kill('SIGKILL');
    });

    /** A process that holds a job; resolves with what it has acknowledged. */
    async function holdJobs(
      prefix: string,
      count: number,
    ): Promise<{ ids: string[]; claimed: string; kill(): Promise<void> }> {
      const script = path.join(import.meta.dirname, '../../tests/support/hold-jobs.ts');
      const config = kind === 'postgres' ? connection : { databaseFolder: path.join(folder, 'database') };
      const child = spawn(process.execPath, [script, JSON.stringify({ ...config, prefix, count })], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      children.push(child);
      const line = await new Promise<string>((resolve) =>
        child.stdout?.once('data', (data) => resolve(`${data}`)),
      );
      const said: { accepted: string[]; claimed: string } = JSON.parse(line);
      const kill = async (): Promise<void> => {
        const exit = new Promise((resolve) => child.once('exit', resolve));
        child.kill('SIGKILL');
        await exit;
      };
      return { ids: said.accepted, claimed: said.claimed, kill };
    }

    /** The jobs as a server finds them that starts after the kill. */
    async function reopen(use: (reopened: Jobs) => Promise<void>): Promise<void> {
      if (kind === 'postgres') return use(await openOther());
      const own = await openDatabase({ config: { databaseFolder: path.join(folder, 'database') }, log });
      const config = { MAX_QUEUE: 1000, MODEL_SWITCH_SECONDS: 60 };
      const reopened = await openJobs({ database: own, kinds, config, clock: () => new Date(), newId, log });
      try {
        await use(reopened);
      } finally {
        await reopened.close();
        await own.close();
      }
    }

    test('what was acknowledged is there, and what ran is claimable at once with its outputs', async () => {
      const held = await holdJobs('killed', 20);
      expect(held.ids).toHaveLength(20);
      await held.kill();
      await reopen(async (reopened) => {
        expect([...(await reopened.states(held.ids)).values()]).toEqual(Array(20).fill('queued'));
        const claimed = await claimNext(reopened);
        expect(claimed).toMatchObject({ id: held.claimed, state: 'running', attempts: 2 });
        expect(claimed?.outputs).toEqual([sampleOutput(held.claimed, 0)]);
        await reopened.work.finish(held.claimed, ending);
        for (const id of held.ids) await reopened.cancel(id);
      });
    }, 240_000);

    test.runIf(kind === 'postgres')(
      'a living process takes over without being restarted',
      async () => {
        const held = await holdJobs('orphan', 1);
        await held.kill();
        for await (const event of jobs.events(held.claimed, 0, never())) {
          if (event.type === 'queued' && event.sequence > 1) break;
        }
        expect((await claimNext(jobs))?.id).toBe(held.claimed);
      },
      240_000,
    );
  });
});
