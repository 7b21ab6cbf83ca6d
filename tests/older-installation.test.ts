/**
 * An installation of an earlier version, killed while requests waited and ran, is opened by today's server: what had ended
 * reads as before, what waited or ran is finished.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { Client } from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { parseConfig } from '../src/config.ts';
import { resultResponseSchema } from '../src/http/native/schemas/response-schema.ts';
import { open, type RunningServer } from '../src/server/open.ts';
import { call, outcome } from './harness/client.ts';
import { demo } from './harness/demo.ts';
import { readEvents } from './harness/event-stream.ts';
import type { ServerFacts } from './harness/server.ts';
import { type PostgresServer, startPostgres } from './support/databases.ts';

const fixtures = path.join(import.meta.dirname, 'fixtures');
const installations = (await readdir(fixtures)).filter((name) => name.startsWith('installation-'));
const ended = ['succeeded', 'failed', 'canceled', 'unwanted'] as const;
const answerSchema = z.object({
  id: z.string(),
  result: z.unknown().optional(),
  events: z.string().optional(),
  body: z.looseObject({}).optional(),
});

test('there is an installation of an earlier version to open', () => {
  expect(installations).toContain('installation-0.1.0');
});

describe.each(
  installations.flatMap((name) => [
    { name, kind: 'pglite' },
    { name, kind: 'postgres' },
  ]),
)('$name on $kind', ({ name, kind }) => {
  let data = '';
  let postgres: PostgresServer | null = null;
  let server: RunningServer;
  let address: ServerFacts;
  let before: Record<string, z.infer<typeof answerSchema>>;

  const unpacked = async (file: string): Promise<Buffer> =>
    brotliDecompressSync(await readFile(path.join(fixtures, name, file)));

  beforeAll(async () => {
    data = await mkdtemp(path.join(os.tmpdir(), 'darkroom-older-'));
    await mkdir(path.join(data, 'loras'));
    await cp(demo.lorasFolder, path.join(data, 'loras'), { recursive: true });
    const environment = kind === 'postgres' ? { DATABASE_URL: await restored() } : {};
    if (kind === 'pglite')
      execFileSync('tar', ['-C', data, '-xf', '-'], { input: await unpacked('data-folder.tar.br') });
    before = z
      .record(z.string(), answerSchema)
      .parse(JSON.parse(await readFile(path.join(fixtures, name, `${kind}.json`), 'utf8')));
    const config = parseConfig({
      DARKROOM_DATA: data,
      PORT: '0',
      BASE_URL: 'http://darkroom.test',
      OUTBOUND_ALLOW: '127.0.0.1',
      ...environment,
    });
    server = await open({ role: 'both', config, log: pino({ level: 'silent' }), engine: 'stand-in' });
    address = { url: server.url, data, loras: config.lorasFolder, pid: process.pid };
  });
  afterAll(async () => {
    await server?.stop();
    await postgres?.stop();
    await rm(data, { recursive: true, force: true, maxRetries: 5 });
  });

  async function restored(): Promise<string> {
    postgres = await startPostgres();
    const url = await postgres.createDatabase();
    const client = new Client({ connectionString: url });
    await client.connect();
    await client.query((await unpacked('postgres.sql.br')).toString());
    await client.end();
    return url;
  }

  /** With the data folder where it was. */
  const asBefore = (text: string): string => text.replaceAll(`${data}/`, '/srv/darkroom-data/');
  const idOf = (state: string): string => before[state]?.id ?? `no ${state} request in the fixture`;

  test.each(ended)('what had %s reads as before', async (state) => {
    const { body } = await call(address, 'GET', `/v1/requests/${idOf(state)}/result`);
    expect(JSON.parse(asBefore(JSON.stringify(body)))).toEqual(before[state]?.result);
    const events = await fetch(`${server.url}/v1/requests/${idOf(state)}/events`);
    expect(asBefore(await events.text())).toBe(before[state]?.events);
    // The pictures of the requests on Postgres are not in the fixture.
    if (kind === 'postgres') return;
    for (const { index, sha256 } of resultResponseSchema.parse(body).outputs.images) {
      const file = await fetch(`${server.url}/v1/requests/${idOf(state)}/outputs/${index}`);
      const bytes = new Uint8Array(await file.arrayBuffer());
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256);
    }
  });

  test('what ran is finished, from where it was, and its webhook is told of the rest', async () => {
    const result = await outcome(address, idOf('running'));
    expect(result).toMatchObject({
      status: 'succeeded',
      metadata: { loras: [{ network_multiplier: 0.75 }] },
    });
    expect(result.outputs.images.map(({ index }) => index)).toEqual([0, 1, 2, 3]);
    const events = await readEvents(address, idOf('running'));
    expect(events.flatMap(({ event, data: { attempt } }) => (event === 'started' ? [attempt] : []))).toEqual([
      1, 2,
    ]);
    expect(events.filter(({ event }) => event === 'output')).toHaveLength(4);
    const { body } = await call(address, 'GET', `/v1/requests/${idOf('running')}/webhooks`);
    const { deliveries } = z
      .object({ deliveries: z.array(z.looseObject({ event: z.string() })) })
      .parse(body);
    expect(deliveries.map(({ event }) => event)).toEqual([...Array(4).fill('output'), 'completed']);
  });

  test('what waited is finished, the more urgent first, and is found by its idempotency key', async () => {
    const [urgent, waiting] = [
      await outcome(address, idOf('urgent')),
      await outcome(address, idOf('waiting')),
    ];
    expect([urgent.status, waiting.status]).toEqual(['succeeded', 'succeeded']);
    expect(Date.parse(urgent.started_at ?? '')).toBeLessThan(Date.parse(waiting.started_at ?? ''));
    expect(urgent.outputs.images[0]?.format).toBe('png');
    expect(waiting.outputs.images.map(({ seed }) => Number(seed))).toEqual([9, 43]);
    const again = await call(address, 'POST', '/v1/inference', before.waiting?.body, {
      'idempotency-key': 'once',
    });
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(again.body).toMatchObject({ request_id: idOf('waiting') });
  });
});
