/** Clients that know nothing of us: curl, and a Python script as people wrote it for ai-toolkit-inference. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { errorCodes } from '../src/errors/codes.ts';
import { acceptedSchema, resultResponseSchema } from '../src/http/native/schemas/response-schema.ts';
import { outcome } from './harness/client.ts';
import { python, root } from './harness/paths.ts';
import { decode } from './harness/pictures.ts';
import { request } from './harness/requests.ts';
import { runOrThrow } from './harness/run-program.ts';
import { sharedServer } from './harness/shared-server.ts';

const server = sharedServer();

const curl = async (...args: string[]): Promise<string> =>
  (await runOrThrow('curl', ['--silent', '--show-error', ...args])).stdout;

test('a Python client of ai-toolkit-inference works unchanged', async () => {
  const script = path.join(root, 'tests', 'clients', 'reference_client.py');
  const { stdout } = await runOrThrow(python, [script, server.url, 'flux/ai_toolkit.safetensors']);
  const report = JSON.parse(stdout);
  const id = report.request_id;
  expect(report).toMatchObject({
    health: { status: 'healthy' },
    first: 'queued',
    last: 'succeeded',
    formats: ['jpeg', 'jpeg'],
    names: [`${id}_output_0.jpg`, `${id}_output_1.jpg`],
    inference_time: expect.any(Number),
    refused: [400, 'MODEL_NOT_FOUND'],
    malformed: 422,
    models: expect.arrayContaining(['flux', 'sdxl']),
  });
  expect(Math.min(...report.sizes)).toBeGreaterThan(500);
});

test('curl submits, follows the events to their end and fetches the file', async () => {
  const accepted = acceptedSchema.parse(
    JSON.parse(
      await curl(
        ...['-X', 'POST', `${server.url}/v1/inference`, '-H', 'Content-Type: application/json'],
        ...['-d', JSON.stringify(request('flux'))],
      ),
    ),
  );
  const events = await curl('-N', accepted.events_url);
  expect(events.trimEnd().split('\n\n').at(-1)).toMatch(/^event: ended$/m);
  const result = resultResponseSchema.parse(JSON.parse(await curl(accepted.result_url)));
  const file = path.join(server.data, 'fetched.png');
  await curl('--fail', '-o', file, result.outputs.images[0]?.url ?? '');
  expect((await decode(await readFile(file))).width).toBe(96);
});

describe('a body that is not right', () => {
  const post = (body: string, type = 'application/json') =>
    fetch(`${server.url}/v1/inference`, { method: 'POST', headers: { 'content-type': type }, body });

  test.each([
    ['no JSON', '{"model": "flux", ', 422],
    ['empty', '', 422],
    ['a list', '[]', 422],
    ['null', 'null', 422],
    ['nothing of what is needed', '{}', 422],
    ['deeply nested', `${'['.repeat(100_000)}${']'.repeat(100_000)}`, 422],
    ['words for numbers', '{"model":"flux","base_only":true,"prompts":[{"prompt":"x","width":"wide"}]}', 422],
    ['a number too large', '{"model":"flux","base_only":true,"prompts":[{"prompt":"x","seed":1e400}]}', 422],
    ['no prompts', '{"model":"flux","base_only":true,"prompts":[]}', 422],
    ['half a surrogate pair', '{"model":"flux","base_only":true,"prompts":[{"prompt":"\\ud800"}]}', 422],
  ])('%s is refused in the shape of an error', async (_title, body, status) => {
    const answer = await post(body);
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({
      error: { code: expect.stringMatching(/^[A-Z_]+$/), message: expect.any(String) },
      detail: { error: { code: expect.any(String) } },
    });
  });

  test('lists every problem with its path', async () => {
    const answer = await post(
      JSON.stringify({ model: 'flux', prompts: [{ prompt: 5, width: 9 }, { sample_steps: 0 }] }),
    );
    expect(answer.status).toBe(422);
    const text = JSON.stringify(await answer.json());
    for (const where of ['prompts[0].prompt', 'prompts[0].width', 'prompts[1].sample_steps'])
      expect(text).toContain(where);
  });

  test('of another media type is refused with 415', async () => {
    expect((await post('model=flux', 'application/x-www-form-urlencoded')).status).toBe(415);
  });
});

describe('the documentation', () => {
  test('has the endpoints, the models and no page of its own missing', async () => {
    const document = JSON.parse(await curl(`${server.url}/openapi.json`));
    expect(document.openapi).toMatch(/^3\.1/);
    for (const route of ['/v1/inference', '/v1/models', '/v1/requests/{request_id}/events', '/health'])
      expect(Object.keys(document.paths)).toContain(route);
    const page = await fetch(`${server.url}/docs`);
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toContain('text/html');
  });

  test('knows every error code', async () => {
    const text = await curl(`${server.url}/openapi.json`);
    for (const code of Object.keys(errorCodes)) expect(text).toContain(code);
  });
});

test('many clients at once all get what they asked for', async () => {
  const accepted = await Promise.all(
    Array.from({ length: 30 }, async (_, seed) => {
      const answer = await fetch(`${server.url}/v1/inference`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(request('flux', { prompts: [{ seed, width: 64 }] })),
      });
      return { seed, accepted: acceptedSchema.parse(await answer.json()) };
    }),
  );
  for (const one of accepted) {
    const ended = await outcome(server, one.accepted.request_id);
    expect(ended.outputs.images[0]).toMatchObject({ seed: one.seed });
  }
});
