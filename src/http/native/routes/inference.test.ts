import { copyFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { demo } from '../../../../tests/harness/demo.ts';
import { renderOf } from '../../../../tests/support/sample-job.ts';
import type { Job } from '../../../jobs/job.ts';
import { openTestApp, plainBody, type TestApp } from '../../app.fixture.ts';
import { inNative } from '../names.ts';

let server: TestApp;
beforeAll(async () => {
  server = await openTestApp();
});
afterAll(() => server.close());

/** The first call of a job's plan. */
const plannedCall = (job: Job | null) => (job === null ? undefined : renderOf(job).task.plan.calls[0]);

const post = (payload: object | string | Buffer, headers: Record<string, string> = {}) =>
  server.app.inject({
    method: 'POST',
    url: '/v1/inference',
    headers: { 'content-type': 'application/json', host: 'localhost:8000', ...headers },
    payload,
  });

const problemsOf = async (payload: object | string) => {
  const answer = await post(payload);
  expect(answer.statusCode, answer.body).toBe(422);
  expect(answer.json().error.code).toBe('INVALID_REQUEST');
  return answer.json().error.details.problems as { path: string; received: string; accepted: string }[];
};

test('an accepted request is told where to go on, and is stored', async () => {
  const answer = await post(plainBody);
  expect(answer.statusCode, answer.body).toBe(200);
  const body = answer.json();
  expect(body).toMatchObject({
    status: 'queued',
    status_url: `http://localhost:8000/v1/requests/${body.request_id}/status`,
    result_url: `http://localhost:8000/v1/requests/${body.request_id}/result`,
    warnings: [],
  });
  expect(body.created_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  expect(body.position).toBeGreaterThan(0);
  expect((await server.jobs.get(body.request_id))?.model).toBe('demo');
});

test('what was sent is stored with the job, without secrets and pictures', async () => {
  const sent = {
    ...plainBody,
    hf_token: 'hf_0123456789abcdef',
    prompts: [{ prompt: 'a red apple', seed: 7 }, { prompt: 'another' }],
    my_picture: `data:image/png;base64,${Buffer.alloc(300).toString('base64')}`,
    webhook_url: 'https://example.com/hook?secret=1',
  };
  const { request_id } = (await post(sent)).json();
  expect(await server.jobs.get(request_id)).toMatchObject({
    kind: 'render',
    dialect: 'native',
    units: 2,
    request: {
      ...sent,
      hf_token: '[redacted]',
      my_picture: '[image/png, 300 bytes]',
      webhook_url: 'https://example.com/hook',
    },
  });
});

test('warnings of the body and of the plan come with the answer and stay with the job', async () => {
  const answer = await post({ ...plainBody, steps: 3, prompts: [{ prompt: '[trigger] 🦊', neg: 'blurry' }] });
  const { request_id, warnings } = answer.json();
  expect(warnings.join('\n')).toMatch(/steps is not a field.*\n(.*\n)*.*neg/);
  expect((await server.jobs.get(request_id))?.warnings.map(inNative)).toEqual(warnings);
});

test('numbers and booleans of another type are taken as pydantic takes them, and named', async () => {
  const answer = await post({
    ...plainBody,
    base_only: 'yes',
    prompts: [{ prompt: 'x', width: '64', guidance_scale: ' 3.5 ', seed: '42.0', sample_steps: true }],
  });
  expect(answer.statusCode, answer.body).toBe(200);
  const { request_id, warnings } = answer.json();
  const fields = [
    'base_only',
    ...['width', 'sample_steps', 'guidance_scale', 'seed'].map((name) => `prompts[0].${name}`),
  ];
  expect(warnings.map((warning: string) => warning.split(' ')[0]).sort()).toEqual(fields.sort());
  const call = plannedCall(await server.jobs.get(request_id));
  expect(call).toMatchObject({ width: 64, guidance_scale: 3.5, seed: 42, steps: 1 });
});

test.each(['9223372036854775807', '"9223372036854775807"', '9007199254740993', '9007199254740991'])(
  'the seed %s is kept to the last digit',
  async (seed) => {
    const answer = await post(
      JSON.stringify(plainBody).replace('"a red apple"', `"a red apple","seed":${seed}`),
    );
    expect(answer.statusCode, answer.body).toBe(200);
    const job = await server.jobs.get(answer.json().request_id);
    expect(String(plannedCall(job)?.seed)).toBe(seed.replaceAll('"', ''));
  },
);

test.each(['9223372036854775808', '-2', '"9223372036854775808"', '1e19', '1.5'])(
  'the seed %s is refused',
  async (seed) => {
    const answer = await post(
      JSON.stringify(plainBody).replace('"a red apple"', `"a red apple","seed":${seed}`),
    );
    expect(answer.statusCode, answer.body).toBe(422);
    expect(answer.json().error.message).toMatch(
      /^prompts\[0\]\.seed must be an integer from -1 to 9223372036854775807, and [-\d.]+ was received\./,
    );
  },
);

test('equal requests whose seeds differ in their last digit are not the same to Idempotency-Key', async () => {
  const body = (seed: string) =>
    JSON.stringify(plainBody).replace('"a red apple"', `"a red apple","seed":${seed}`);
  const header = { 'idempotency-key': 'seeds' };
  expect((await post(body('9223372036854775806'), header)).statusCode).toBe(200);
  expect((await post(body('9223372036854775806'), header)).headers['idempotency-replayed']).toBe('true');
  expect((await post(body('9223372036854775807'), header)).statusCode).toBe(409);
});

test('prompts that grow beyond the limit when they are filled are refused at once', async () => {
  const started = performance.now();
  const prompts = Array.from({ length: 64 }, () => ({ prompt: '[trigger]'.repeat(2222) }));
  const answer = await post({ ...plainBody, prompts, trigger_word: 'é'.repeat(500) });
  expect(answer.statusCode).toBe(422);
  expect(answer.json().error.message).toMatch(/^prompts\[0\]\.prompt has 1111000 characters/);
  expect(performance.now() - started).toBeLessThan(2000);
});

test('more prompts than the setting allows name the setting', async () => {
  const prompts = Array.from({ length: 65 }, () => ({ prompt: 'x' }));
  const answer = await post({ ...plainBody, prompts });
  expect(answer.statusCode).toBe(422);
  expect(answer.json().error.message).toBe(
    'prompts has 65 items, and this server takes up to 64 (MAX_PROMPTS). Send several requests, or raise the setting.',
  );
});

test('a token is handed on for the job, and is neither stored, logged nor repeated', async () => {
  const answer = await post({ ...plainBody, hf_token: 'hf_verysecret' });
  const { request_id } = answer.json();
  expect(server.tokens).toContainEqual([request_id, 'hf_verysecret']);
  expect(JSON.stringify(await server.jobs.get(request_id))).not.toContain('verysecret');
  const wrong = await post({ ...plainBody, hf_token: ['hf_verysecret'], seed: 'hf_x' });
  expect(wrong.statusCode).toBe(422);
  for (const text of [answer.body, wrong.body, server.log.join()]) expect(text).not.toContain('verysecret');
});

describe('a body of the wrong shape', () => {
  test('lists every problem with its path, what came and what is accepted', async () => {
    const problems = await problemsOf({
      model: 5,
      loras: [{ network_multiplier: 12.5 }, 'a.safetensors'],
      prompts: [{ prompt: 'x', width: 'wide', height: 63, seed: 1.5, sample_steps: [] }, { prompt: null }],
      base_only: 'maybe',
      output_format: 'gif',
    });
    expect(problems.map(({ path, received, accepted }) => [path, received, accepted])).toEqual([
      ['model', '5', 'a string of 1 to 200 characters'],
      ['loras[0].path', 'nothing', 'a string of 1 to 2048 characters'],
      ['loras[0].network_multiplier', '12.5', 'a number from -10 to 10'],
      ['loras[1]', 'the string "a.safetensors"', 'an object'],
      ['base_only', 'the string "maybe"', 'true or false'],
      ['prompts[0].width', 'the string "wide"', 'an integer from 64 to 4096'],
      ['prompts[0].height', '63', 'an integer from 64 to 4096'],
      ['prompts[0].sample_steps', 'a list of 0', 'an integer from 1 to 150'],
      ['prompts[0].seed', '1.5', 'an integer of at least -1'],
      ['prompts[1].prompt', 'null', 'a string of at most 20000 characters'],
      ['output_format', 'the string "gif"', 'one of "jpeg", "png", "webp"'],
    ]);
  });

  test.each([
    ['network_multiplier', { loras: [{ path: 'a', network_multiplier: -10.01 }] }],
    ['transformer', { loras: [{ path: 'a', transformer: 'both' }] }],
    ['path', { loras: [{ path: '' }] }],
    ['width', { prompts: [{ prompt: 'x', width: 4097 }] }],
    ['sample_steps', { prompts: [{ prompt: 'x', sample_steps: 0 }] }],
    ['sample_steps', { prompts: [{ prompt: 'x', sample_steps: 151 }] }],
    ['guidance_scale', { prompts: [{ prompt: 'x', guidance_scale: -0.1 }] }],
    ['guidance_scale', { prompts: [{ prompt: 'x', guidance_scale: 20.1 }] }],
    ['seed', { prompts: [{ prompt: 'x', seed: -2 }] }],
    ['seed', { prompts: [{ prompt: 'x', seed: 1e300 }] }],
    ['num_frames', { prompts: [{ prompt: 'x', num_frames: 1001 }] }],
    ['fps', { prompts: [{ prompt: 'x', fps: 121 }] }],
    ['resolution', { prompts: [{ prompt: 'x', resolution: 'high' }] }],
    ['prompt', { prompts: [{ prompt: 'x'.repeat(20_001) }] }],
    ['prompt', { prompts: [{ prompt: 'nul \0 byte' }] }],
    ['prompt', { prompts: [{ prompt: 'half \ud83e pair' }] }],
    ['prompt', { prompts: [{ prompt: ['a'] }] }],
    ['prompts', { prompts: [] }],
    ['prompts', { prompts: {} }],
    ['prompts', { prompts: Array.from({ length: 65 }, () => ({ prompt: 'x' })) }],
    ['prompts[0]', { prompts: ['a cat'] }],
    ['output_quality', { output_quality: 0 }],
    ['hf_token', { hf_token: 5 }],
    ['priority', { priority: 1000 }],
    ['model', { model: '' }],
  ])('%s out of range: %j', async (field, change) => {
    const problems = await problemsOf({ ...plainBody, ...change });
    expect(problems).toHaveLength(1);
    expect(problems[0]?.path.endsWith(field)).toBe(true);
  });

  test.each([
    ['nothing', ''],
    ['null', 'null'],
    ['a list', '[]'],
    ['a string', '"x"'],
    ['a number', '7'],
    ['a piece', '{"model":"demo"'],
    ['a page', '<html></html>'],
    ['a form', 'model=demo&prompt=x'],
    ['a prototype', '{"__proto__":{"admin":true},"model":"demo"}'],
    ['deep lists', `${'['.repeat(200_000)}${']'.repeat(200_000)}`],
    ['deep objects', `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`],
    ['a long list', `{"model":"demo","prompts":[${'{},'.repeat(400_000)}{}]}`],
    ['a huge number', '{"model":1e999}'],
  ])('%s instead of a request', async (_, payload) => {
    await problemsOf(payload);
  });

  test('hundreds of problems make a bounded answer', async () => {
    const prompts = Array.from({ length: 64 }, () => ({ prompt: 5, width: 'x', height: 'x', seed: 'x' }));
    const answer = await post({ model: 'demo', prompts });
    expect(answer.json().error.details.problems).toHaveLength(50);
    expect(answer.json().error.details.more_problems).toBe(64 * 4 - 50);
    expect(answer.body.length).toBeLessThan(50_000);
  });
});

describe('Idempotency-Key', () => {
  const send = (key: string, change: object = {}) =>
    post({ ...plainBody, ...change }, { 'idempotency-key': key });

  test('the same body answers with the same request, whatever the order of its fields and the token', async () => {
    const first = await send('key-1', { trigger_word: 'x', hf_token: 'hf_one' });
    const again = await post(
      { hf_token: 'hf_two', trigger_word: 'x', prompts: plainBody.prompts, base_only: true, model: 'demo' },
      { 'idempotency-key': 'key-1' },
    );
    expect(again.statusCode).toBe(200);
    expect(again.json().request_id).toBe(first.json().request_id);
    expect(first.headers['idempotency-replayed']).toBeUndefined();
    expect(again.headers['idempotency-replayed']).toBe('true');
  });

  test('nothing else is checked: a LoRA that was removed and an engine that cannot start change no answer', async () => {
    const file = path.join(server.config.lorasFolder, 'short-lived.safetensors');
    await copyFile(path.join(demo.lorasFolder, 'neon-glow.safetensors'), file);
    const body = { base_only: false, loras: [{ path: 'short-lived.safetensors' }] };
    const first = await send('key-lora', body);
    expect(first.statusCode, first.body).toBe(200);
    await rm(file);
    const ready = server.engine.current;
    server.engine.current = { ...ready, state: 'unavailable', reason: 'PyTorch does not import' };
    const again = await send('key-lora', body);
    const other = await send('key-lora', { base_only: true });
    server.engine.current = ready;
    expect([again.statusCode, again.json().request_id]).toEqual([200, first.json().request_id]);
    expect(other.json().error.code).toBe('IDEMPOTENCY_CONFLICT');
  });

  test('ten at once make one request', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => send('key-2')));
    expect(new Set(answers.map((answer) => answer.json().request_id)).size).toBe(1);
  });

  test('another body is refused', async () => {
    await send('key-3');
    const other = await send('key-3', { trigger_word: 'other' });
    expect(other.statusCode).toBe(409);
    expect(other.json().error.code).toBe('IDEMPOTENCY_CONFLICT');
  });

  test.each(['', ' ', 'has space', 'x'.repeat(256)])('the key %j is refused', async (key) => {
    expect((await send(key)).statusCode).toBe(422);
  });
});

test('a request is refused while the engine cannot start, and accepted while it restarts', async () => {
  const ready = server.engine.current;
  server.engine.current = { ...ready, state: 'unavailable', reason: 'PyTorch does not import' };
  const refused = await post(plainBody);
  expect(refused.statusCode).toBe(503);
  expect(refused.json().error.message).toContain('PyTorch does not import');
  expect(refused.headers['retry-after']).toBe('5');
  server.engine.current = { ...ready, state: 'restarting' };
  expect((await post(plainBody)).statusCode).toBe(200);
  server.engine.current = ready;
});
