import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestApp, type TestApp } from '../../app.fixture.ts';
import { claimNext, finish, storeOutput, submitPlain } from '../../job.fixture.ts';

let server: TestApp;
beforeAll(async () => {
  server = await openTestApp();
});
afterAll(() => server.close());

const read = async (path: string) => {
  const answer = await server.app.inject({ url: `/v1/requests${path}`, headers: { host: 'localhost:8000' } });
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.json();
};

test('a request from the queue to its end, in status and result', async () => {
  const id = await submitPlain(server, { prompts: [{ prompt: 'one' }, { prompt: 'two' }] });
  const queued = await read(`/${id}/status`);
  expect(queued).toMatchObject({ request_id: id, model: 'demo', status: 'in_queue', started_at: null });
  expect(queued.progress).toMatchObject({ phase: 'queued', prompts: 2, position: 1, fraction: 0 });

  await claimNext(server);
  const progress = {
    phase: 'denoising',
    call: 1,
    calls: 2,
    step: 5,
    total: 20,
    fraction: 0.6,
    etaSeconds: 4.5,
  } as const;
  await server.jobs.work.report(id, { type: 'progress', progress });
  await storeOutput(server, id, 1, Buffer.from('second'));
  await storeOutput(server, id, 0, Buffer.from('first!'));
  const running = await read(`/${id}/status`);
  expect(running.status).toBe('in_progress');
  expect(running.progress).toEqual({
    phase: 'denoising',
    prompt: 1,
    prompts: 2,
    step: 5,
    total: 20,
    fraction: 0.6,
    position: null,
    eta_seconds: 4.5,
  });

  await finish(server, id);
  const ended = await read(`/${id}/status`);
  expect(ended).toMatchObject({ status: 'succeeded', progress: null, error: null, error_code: null });
  expect(ended.warnings).toContain('from the engine');
  const result = await read(`/${id}/result`);
  expect(result.outputs.videos).toEqual([]);
  expect(result.outputs.images).toEqual([
    expect.objectContaining({
      format: 'png',
      index: 0,
      width: 128,
      height: 128,
      seed: 42,
      bytes: 6,
      file_path: server.files.locate(`jobs/${id}/${id}_output_0.png`),
      url: `http://localhost:8000/v1/requests/${id}/outputs/0`,
    }),
    expect.objectContaining({ index: 1, seed: 43 }),
  ]);
  expect(result.metadata).toMatchObject({
    model: 'demo',
    base_model: 'darkroom/demo',
    inference_time: 3,
    versions: { torch: '2.13.0' },
    loras: [],
    timings: {
      load_pipeline: 2,
      apply_loras: 0.5,
      prompts: [
        { index: 0, seconds: 1.5 },
        { index: 1, seconds: 1.5 },
      ],
    },
  });
  for (const time of [result.created_at, result.started_at, result.finished_at]) expect(time).toMatch(/Z$/);
});

test('a failed request keeps what was finished, and says why it failed in words and by code', async () => {
  const id = await submitPlain(server, { prompts: [{ prompt: 'one' }, { prompt: 'two' }] });
  await claimNext(server);
  await storeOutput(server, id, 0, Buffer.from('first'));
  const error = {
    code: 'OUT_OF_MEMORY',
    message: 'The device ran out.',
    details: { needed_gib: 9 },
  } as const;
  await server.jobs.work.fail(id, error);
  const failed = {
    status: 'failed',
    error: error.message,
    error_code: error.code,
    error_details: error.details,
  };
  expect(await read(`/${id}/status`)).toMatchObject(failed);
  const result = await read(`/${id}/result`);
  expect(result).toMatchObject(failed);
  expect(result.outputs.images).toHaveLength(1);
});

describe('cancel', () => {
  const cancel = (id: string, options: object = {}) =>
    server.app.inject({ method: 'POST', url: `/v1/requests/${id}/cancel`, ...options });

  test('a queued request is canceled at once, and a second time makes no difference', async () => {
    const id = await submitPlain(server);
    const answer = await cancel(id);
    expect(answer.json()).toMatchObject({ request_id: id, status: 'canceled', progress: null });
    expect((await cancel(id)).json().status).toBe('canceled');
    expect((await read(`/${id}/result`)).status).toBe('canceled');
  });

  test('a running request is told to stop', async () => {
    const id = await submitPlain(server);
    await claimNext(server);
    const told = new Promise<void>((done) => server.jobs.work.onStop(id, () => done()));
    expect((await cancel(id)).json().status).toBe('in_progress');
    await told;
    await server.jobs.work.finishCanceled(id);
    expect((await read(`/${id}/status`)).status).toBe('canceled');
  });

  test('a finished request stays as it is', async () => {
    const id = await submitPlain(server);
    await claimNext(server);
    await finish(server, id);
    expect((await cancel(id)).json().status).toBe('succeeded');
  });

  test('a body is not needed and not minded', async () => {
    const headers = { 'content-type': 'application/json' };
    expect((await cancel(await submitPlain(server), { headers })).statusCode).toBe(200);
    expect((await cancel(await submitPlain(server), { headers, payload: '{}' })).statusCode).toBe(200);
  });
});

describe('list', () => {
  test('pages lead through all requests once, newest first', async () => {
    const ids = [await submitPlain(server), await submitPlain(server), await submitPlain(server)];
    const seen: string[] = [];
    let cursor = '';
    do {
      const page = await read(`?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`);
      expect(page.requests.length).toBeLessThanOrEqual(2);
      seen.push(...page.requests.map((entry: { request_id: string }) => entry.request_id));
      cursor = page.next_cursor ?? '';
    } while (cursor !== '');
    expect(seen.slice(0, 3)).toEqual(ids.reverse());
    expect(new Set(seen).size).toBe(seen.length);
  });

  test('it filters by state and model, and each entry says where to look', async () => {
    const id = await submitPlain(server);
    const { requests } = await read('?status=in_queue&model=demo');
    expect(requests[0]).toMatchObject({
      request_id: id,
      status: 'in_queue',
      prompts: 1,
      outputs: 0,
      status_url: `http://localhost:8000/v1/requests/${id}/status`,
    });
    expect((await read('?model=flux')).requests).toEqual([]);
    expect(
      (await read('?status=failed')).requests.every((r: { status: string }) => r.status === 'failed'),
    ).toBe(true);
  });

  test.each([
    'status=queued',
    'limit=0',
    'limit=101',
    'limit=x',
    'limit=1&limit=2',
    'cursor=x',
    'model=%00',
    'cursor=999999999999999999',
  ])('%s is refused', async (query) => {
    const answer = await server.app.inject(`/v1/requests?${query}`);
    expect(answer.statusCode, answer.body).toBe(422);
    expect(answer.json().error.code).toBe('INVALID_REQUEST');
  });
});

test.each(['unknown', '%00', '..%2f..', 'x'.repeat(250), '01KB0T5M7Q8WZ3X9Y2R4V6N8PA', '%F0%9F%A6%8A'])(
  'the id %s is not found, on every path',
  async (id) => {
    for (const [method, end] of [
      ['GET', 'status'],
      ['GET', 'result'],
      ['GET', 'events'],
      ['GET', 'outputs/0'],
      ['POST', 'cancel'],
    ] as const) {
      const answer = await server.app.inject({ method, url: `/v1/requests/${id}/${end}` });
      expect([answer.statusCode, answer.json().error.code]).toEqual([404, 'REQUEST_NOT_FOUND']);
    }
  },
);

test('BASE_URL decides the URLs, also under a path', async () => {
  const proxied = await openTestApp({ BASE_URL: 'https://render.example.com/darkroom/' }, server);
  const id = await submitPlain(proxied);
  const answer = await proxied.app.inject({ url: '/v1/requests', headers: { host: 'render.example.com' } });
  expect(answer.json().requests[0].status_url).toBe(
    `https://render.example.com/darkroom/v1/requests/${id}/status`,
  );
  await proxied.close();
});
