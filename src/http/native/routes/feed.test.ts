/** One stream of everything that a key may see. */
import { EventSourceParserStream } from 'eventsource-parser/stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestApp, plainBody, type TestApp } from '../../app.fixture.ts';
import { claimNext, finish, storeOutput } from '../../job.fixture.ts';

let server: TestApp;
let origin: string;
const keys = new Map<string, string>();
beforeAll(async () => {
  server = await openTestApp();
  origin = await server.app.listen({ port: 0, host: '127.0.0.1' });
  for (const [name, scope] of [
    ['admin', 'admin'],
    ['anna', 'write'],
    ['ben', 'write'],
  ] as const)
    keys.set(name, (await server.keys.create({ name, scope })).key);
});
afterAll(() => server.close());

interface Told {
  event: string;
  id: number;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the server sent
  data: any;
}

const bearer = (name: string) => ({ authorization: `Bearer ${keys.get(name) ?? ''}` });

/** What comes of a stream until an event of this name has, which is asked for with the headers. */
async function follow(name: string, headers: Record<string, string> = {}) {
  const hungUp = new AbortController();
  const answer = await fetch(`${origin}/v1/events`, {
    headers: { ...bearer(name), ...headers },
    signal: hungUp.signal,
  });
  const reader = answer.body
    ?.pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream())
    .getReader();
  return {
    status: answer.status,
    end: () => hungUp.abort(),
    async until(last: string): Promise<Told[]> {
      const told: Told[] = [];
      while (told.at(-1)?.event !== last) {
        const next = await reader?.read();
        if (next?.value === undefined) throw new Error(`the stream ended before ${last}`);
        told.push({
          event: next.value.event ?? '',
          id: Number(next.value.id),
          data: JSON.parse(next.value.data),
        });
      }
      return told;
    },
  };
}

async function submit(name: string): Promise<string> {
  const answer = await server.app.inject({
    method: 'POST',
    url: '/v1/inference',
    headers: bearer(name),
    payload: plainBody,
  });
  return answer.json().request_id;
}

/** `whenShown` is waited for before the preview goes, with the end of its request. */
async function render(id: string, whenShown: () => Promise<unknown> = async () => {}): Promise<void> {
  await claimNext(server);
  const image = 'x'.repeat(20_000);
  await server.jobs.work.report(id, { type: 'preview', call: 0, step: 1, width: 8, height: 8, image });
  await whenShown();
  await storeOutput(server, id, 0, Buffer.from('picture'));
  await finish(server, id);
}

test('it tells each key of its own requests, an admin of all, and goes on where it was left', async () => {
  const [admin, anna] = [await follow('admin'), await follow('anna')];
  const [first] = await admin.until('engine');
  expect(first?.data).toMatchObject({
    state: 'ready',
    devices: [{ name: 'cpu', state: 'ready', loaded: [] }],
  });
  const ids = [await submit('anna'), await submit('ben')];
  const [mine = '', others = ''] = ids;
  const annas: Told[] = [];
  await render(mine, async () => annas.push(...(await anna.until('preview'))));
  annas.push(...(await anna.until('ended')));
  expect(annas.map(({ event }) => event)).toEqual([
    'engine',
    'queued',
    'started',
    'preview',
    'output',
    'ended',
  ]);
  expect(new Set(annas.slice(1).map(({ data }) => data.request_id))).toEqual(new Set([mine]));
  expect(annas.at(-1)?.data).toMatchObject({ kind: 'render', type: 'ended', status: 'succeeded' });
  const all = await admin.until('ended');
  expect(new Set(all.map(({ data }) => data.request_id))).toEqual(new Set(ids));
  admin.end();
  await render(others);
  const resumed = await follow('admin', { 'last-event-id': String(all.at(-1)?.id) });
  const rest = await resumed.until('ended');
  // A preview goes when its request has ended.
  expect(rest.map(({ event }) => event).filter((name) => name !== 'engine')).toEqual([
    'started',
    'output',
    'ended',
  ]);
  anna.end();
  resumed.end();
});

test('an engine that changes is told of', async () => {
  const admin = await follow('admin');
  await admin.until('engine');
  const ready = server.engine.current;
  server.engine.current = { ...ready, state: 'restarting', reason: 'It died.' };
  expect((await admin.until('engine')).at(-1)?.data.devices[0]).toMatchObject({
    state: 'restarting',
    reason: 'It died.',
  });
  server.engine.current = ready;
  admin.end();
});

test('it ends when its key is revoked', async () => {
  const { key, record } = await server.keys.create({ name: 'short', scope: 'read' });
  keys.set('short', key);
  const short = await follow('short');
  await short.until('engine');
  await server.keys.revoke(record.id);
  await expect(short.until('ended')).rejects.toThrow('the stream ended');
});

test('a contact sheet is told of whenever something has become of its requests, to those who may see it', async () => {
  const anna = await follow('anna');
  const ben = await follow('ben');
  await anna.until('engine');
  const answer = await server.app.inject({
    method: 'POST',
    url: '/v1/sheets',
    headers: bearer('anna'),
    payload: { model: 'demo', axes: [{ name: 'prompt', values: ['one', 'two'] }], priority: 100 },
  });
  const id: string = answer.json().sheet_id;
  const accepted = (await anna.until('sheet')).at(-1);
  expect(accepted?.data).toMatchObject({
    sheet_id: id,
    status: 'in_queue',
    counts: { cells: 2, in_queue: 2 },
  });
  const job = await claimNext(server);
  await anna.until('sheet');
  await storeOutput(server, job.id, 0, Buffer.from('picture'));
  await finish(server, job.id);
  const told = (await anna.until('sheet')).at(-1);
  expect(told?.data).toMatchObject({
    sheet_id: id,
    status: 'in_progress',
    counts: { succeeded: 1, in_queue: 1 },
  });
  await submit('ben');
  expect((await ben.until('queued')).map(({ event }) => event)).not.toContain('sheet');
  anna.end();
  ben.end();
});
