/** The life of a request as a client sees it: events, progress, cancel, outputs, list, idempotency. */
import { describe, expect, test } from 'vitest';
import { listResponseSchema, statusResponseSchema } from '../src/http/native/schemas/response-schema.ts';
import { call, outcome, refusal, render, result, status, submit, waitUntil } from './harness/client.ts';
import { readEvents } from './harness/event-stream.ts';
import { decode } from './harness/pictures.ts';
import { request, slowPrompt } from './harness/requests.ts';
import { sharedServer } from './harness/shared-server.ts';

const server = sharedServer();

const quick = () => submit(server, request('flux'));
const slow = () => submit(server, request('flux', { prompts: [slowPrompt] }));
const cancel = async (id: string) =>
  statusResponseSchema.parse((await call(server, 'POST', `/v1/requests/${id}/cancel`)).body);

describe('events', () => {
  test('tell the whole story in order and can be read again from any point', async () => {
    const { request_id: id } = await submit(
      server,
      request('flux', { prompts: [{ sample_steps: 4 }, { seed: 9 }], preview_every: 2 }),
    );
    const events = await readEvents(server, id);
    const kinds = events.map(({ event }) => event);
    expect(kinds[0]).toBe('queued');
    expect(kinds.at(-1)).toBe('ended');
    expect(kinds).toContain('started');
    expect(kinds.filter((kind) => kind === 'output')).toHaveLength(2);
    expect(kinds).toContain('preview');
    const ids = events.map((event) => Number(event.id));
    expect(ids).toEqual(ids.toSorted((a, b) => a - b));
    expect(new Set(ids).size).toBe(ids.length);
    expect(events.at(-1)?.data).toMatchObject({ status: 'succeeded', error: null });
    const denoising = events.filter(({ data }) => data.phase === 'denoising');
    expect(denoising.some(({ data }) => data.prompt === 0 && data.total === 4)).toBe(true);
    const fractions = events.flatMap(({ data }) =>
      typeof data.fraction === 'number' ? [data.fraction] : [],
    );
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));

    const replayed = await readEvents(server, id);
    expect(events).toEqual(expect.arrayContaining(replayed));
    expect(replayed.filter(isStory)).toEqual(events.filter(isStory));
    const output = replayed.findIndex(({ event }) => event === 'output');
    const rest = await readEvents(server, id, { lastEventId: replayed[output]?.id ?? '' });
    expect(rest).toEqual(replayed.slice(output + 1));
  });

  test('carry previews that are pictures', async () => {
    const { request_id: id } = await submit(
      server,
      request('flux', { prompts: [{ sample_steps: 3 }], preview_every: 1 }),
    );
    const events = await readEvents(server, id, { enough: ({ event }) => event === 'preview' });
    const image = String(events.at(-1)?.data.image);
    const shown = await decode(Buffer.from(image.slice(image.indexOf(',') + 1), 'base64'));
    expect(shown.width).toBeGreaterThan(0);
    await outcome(server, id);
  });

  test('of a request that is not there are refused', async () => {
    const answer = await call(server, 'GET', '/v1/requests/01AAAAAAAAAAAAAAAAAAAAAAAA/events');
    expect(answer).toMatchObject({ status: 404, body: { error: { code: 'REQUEST_NOT_FOUND' } } });
  });
});

describe('cancel', () => {
  test('stops a running request at its next step and the queue goes on', async () => {
    const { request_id: running } = await slow();
    const { request_id: next } = await quick();
    await waitUntil(server, running, ({ progress }) => progress?.phase === 'denoising' && progress.step > 1);
    expect((await status(server, next)).status).toBe('in_queue');
    await cancel(running);
    const ended = await outcome(server, running);
    expect(ended).toMatchObject({ status: 'canceled', error: null, outputs: { images: [] } });
    expect((await outcome(server, next)).status).toBe('succeeded');
  });

  test('of a queued request takes effect at once', async () => {
    const { request_id: first } = await slow();
    await waitUntil(server, first, ({ status: now }) => now === 'in_progress');
    const { request_id: queued } = await quick();
    expect((await cancel(queued)).status).toBe('canceled');
    expect((await status(server, first)).status).toBe('in_progress');
    await cancel(first);
    await outcome(server, first);
    expect((await result(server, queued)).outputs.images).toEqual([]);
  });

  test('of a finished request changes nothing', async () => {
    const { request_id: id } = await render(server, request('flux'));
    expect((await cancel(id)).status).toBe('succeeded');
    expect((await status(server, id)).status).toBe('succeeded');
  });

  test('keeps the outputs that were finished', async () => {
    const { request_id: id } = await submit(server, request('flux', { prompts: [{}, slowPrompt] }));
    await readEvents(server, id, { enough: ({ event }) => event === 'output' });
    await cancel(id);
    const ended = await outcome(server, id);
    expect(ended.status).toBe('canceled');
    expect(ended.outputs.images.map(({ index }) => index)).toEqual([0]);
  });
});

describe('an output', () => {
  test('is served whole, in ranges, and not again when it is known', async () => {
    const rendered = await render(server, request('flux'));
    const [whole = Buffer.of()] = rendered.files;
    const url = rendered.outputs.images[0]?.url ?? '';
    const get = (headers: Record<string, string>) => fetch(url, { headers });
    const part = await get({ range: 'bytes=10-19' });
    expect(part.status).toBe(206);
    expect(part.headers.get('content-range')).toBe(`bytes 10-19/${whole.length}`);
    expect(Buffer.from(await part.arrayBuffer()).equals(whole.subarray(10, 20))).toBe(true);
    const tail = await get({ range: 'bytes=-7' });
    expect(Buffer.from(await tail.arrayBuffer()).equals(whole.subarray(-7))).toBe(true);
    const past = await get({ range: `bytes=${whole.length}-` });
    expect(past.status).toBe(416);
    const full = await get({});
    expect(full.headers.get('content-type')).toBe('image/png');
    const etag = full.headers.get('etag') ?? '';
    expect((await get({ 'if-none-match': etag })).status).toBe(304);
  });

  test('carries how it was made', async () => {
    const { files } = await render(
      server,
      request('flux', { loras: [{ path: 'flux/kohya.safetensors', network_multiplier: 0.6 }] }),
    );
    const text = (files[0] ?? Buffer.of()).toString('latin1');
    for (const part of ['a photo of a cat', 'black-forest-labs/FLUX.1-dev', 'kohya', '0.6'])
      expect(text).toContain(part);
  });

  test('that is not there is refused', async () => {
    const { request_id: id } = await render(server, request('flux'));
    const answer = await call(server, 'GET', `/v1/requests/${id}/outputs/1`);
    expect(answer).toMatchObject({ status: 404, body: { error: { code: 'OUTPUT_NOT_FOUND' } } });
  });
});

describe('the list', () => {
  test('shows requests newest first, by page, state and model', async () => {
    const { request_id: first } = await render(server, request('flux'));
    const { request_id: second } = await render(server, request('flux'));
    const page = async (query: string) =>
      listResponseSchema.parse((await call(server, 'GET', `/v1/requests?${query}`)).body);
    const newest = await page('limit=1');
    expect(newest.requests.map((one) => one.request_id)).toEqual([second]);
    const next = await page(`limit=1&cursor=${encodeURIComponent(newest.next_cursor ?? '')}`);
    expect(next.requests.map((one) => one.request_id)).toEqual([first]);
    const canceled = await page('status=canceled&limit=100');
    expect(canceled.requests.every((one) => one.status === 'canceled')).toBe(true);
    const ofModel = await page('model=sdxl&limit=100');
    expect(ofModel.requests.every((one) => one.model === 'sdxl')).toBe(true);
    expect((await page('model=none')).requests).toEqual([]);
  });
});

describe('an Idempotency-Key', () => {
  test('gives the first request back, and refuses another body', async () => {
    const body = request('flux');
    const headers = { 'idempotency-key': 'order-66' };
    const first = await submit(server, body, headers);
    const again = await submit(server, body, headers);
    expect(again.request_id).toBe(first.request_id);
    const other = await refusal(server, request('flux', { prompts: [{ seed: 99 }] }), headers);
    expect(other).toMatchObject({ code: 'IDEMPOTENCY_CONFLICT', status: 409 });
    await outcome(server, first.request_id);
    expect((await submit(server, body, headers)).request_id).toBe(first.request_id);
  });

  test('sent ten times at once makes one request', async () => {
    const headers = { 'idempotency-key': 'all-at-once' };
    const all = await Promise.all(Array.from({ length: 10 }, () => submit(server, request('flux'), headers)));
    expect(new Set(all.map((one) => one.request_id)).size).toBe(1);
    await outcome(server, all[0]?.request_id ?? '');
  });
});

test('a higher priority runs first', async () => {
  const { request_id: first } = await slow();
  await waitUntil(server, first, ({ status: now }) => now === 'in_progress');
  const low = await submit(server, request('flux', { priority: -5 }));
  const high = await submit(server, request('flux', { priority: 5 }));
  await cancel(first);
  const [lowEnd, highEnd] = await Promise.all([low, high].map((one) => outcome(server, one.request_id)));
  expect(Date.parse(highEnd?.started_at ?? '')).toBeLessThan(Date.parse(lowEnd?.started_at ?? ''));
});

/** Progress and previews are for those who watch, and may be thinned out afterwards; the rest may not. */
function isStory({ event }: { event: string }): boolean {
  return event !== 'progress' && event !== 'preview';
}
