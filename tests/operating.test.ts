/** What an operator sees of a running server: metrics that move with the work, and one id through every line of the log. */
import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { call, outcome, submit } from './harness/client.ts';
import { request } from './harness/requests.ts';
import { logOf, type Server, startServer } from './harness/server.ts';

let server: Server;
beforeAll(async () => {
  server = await startServer({ env: { LOG_LEVEL: 'info' } });
});
afterAll(() => server.remove());

/** Value of one series; 0 while it is not there. */
async function measured(series: string): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  const line = text.split('\n').find((one) => one.startsWith(`${series} `));
  return Number(line?.slice(series.length + 1) ?? 0);
}

interface LogLine {
  msg: string;
  job?: string;
  request?: string;
}

const linesAbout = (job: string): LogLine[] =>
  logOf(server)
    .split('\n')
    .filter((line) => line.startsWith('{') && line.includes(job))
    .map((line) => JSON.parse(line));

test('every metric of the work moves with it', async () => {
  const first = await submit(server, request('sd15', { prompts: [{ sample_steps: 3 }] }));
  expect((await outcome(server, first.request_id)).status).toBe('succeeded');
  const second = await submit(server, request('sd15', { prompts: [{ sample_steps: 3, seed: 2 }] }));
  expect((await outcome(server, second.request_id)).status).toBe('succeeded');
  const model = `{model="${(await outcome(server, first.request_id)).model}"}`;
  const { status } = await call(server, 'POST', '/v1/inference', { model: 'nothing' });
  expect(status).toBeGreaterThanOrEqual(400);
  const seen = {
    accepted: await measured(`darkroom_requests_accepted_total${model}`),
    attempts: await measured(`darkroom_attempts_total${model.replace('}', ',outcome="done",code=""}')}`),
    loads: await measured(`darkroom_model_load_seconds_count${model}`),
    hits: await measured(`darkroom_model_cache_hits_total${model}`),
    steps: await measured(`darkroom_step_seconds_count${model}`),
    renders: await measured(`darkroom_render_seconds_count${model}`),
    engineLoads: await measured('darkroom_engine_loads'),
    kept: await measured('darkroom_requests_finished{state="succeeded",code=""}'),
    refused: await measured('darkroom_http_errors_total{code="INVALID_REQUEST"}'),
  };
  expect(seen).toEqual({
    accepted: 2,
    attempts: 2,
    loads: 1,
    hits: 1,
    steps: 2,
    renders: 2,
    engineLoads: 1,
    kept: 2,
    refused: 1,
  });
  expect(await measured('darkroom_engine_memory_bytes{kind="used"}')).toBeGreaterThan(0);
  expect(await measured('darkroom_disk_free_bytes')).toBeGreaterThan(0);
});

// What the tests themselves put there is as they made it.
test.skipIf(process.platform === 'win32')(
  'nothing that the server wrote is open to other users',
  async () => {
    const preview = { prompts: [{ sample_steps: 2 }], preview_every: 1 };
    const { request_id } = await submit(server, request('sd15', preview));
    expect((await outcome(server, request_id)).status).toBe('succeeded');
    const names = (await readdir(server.data, { recursive: true })).filter(
      (name) => !/^(loras|server\.log)/.test(name),
    );
    const open = [];
    for (const name of names) {
      const { mode } = await lstat(path.join(server.data, name)).catch(() => ({ mode: 0 }));
      if ((mode & 0o077) !== 0) open.push(`${name} ${(mode & 0o777).toString(8)}`);
    }
    expect(names.length).toBeGreaterThan(500);
    expect(open).toEqual([]);
  },
);

test('the id of a request leads from the answer to what the worker did with it', async () => {
  const headers = { 'x-request-id': 'order-17' };
  const { request_id } = await submit(server, request('sd15', { prompts: [{ seed: 3 }] }), headers);
  await outcome(server, request_id);
  const lines = linesAbout(request_id);
  expect(lines.find(({ request: asked }) => asked === 'order-17')).toMatchObject({
    msg: 'answered',
    job: request_id,
  });
  expect(lines.some(({ msg, job }) => msg === 'attempt ended' && job === request_id)).toBe(true);
});
