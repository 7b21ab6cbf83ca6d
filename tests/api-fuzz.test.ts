/**
 * Every operation of /openapi.json and of the descriptions of other APIs, fed by its own description and against it, on a whole
 * server. Whatever comes: no answer is a fault of ours, every refusal has the form of its API, and every status is one that the
 * description names.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { errorResponseSchema } from '../src/http/native/schemas/response-schema.ts';
import { valuesOf } from './support/json-schema-values.ts';
import { type StandInServer, startStandIn } from './support/stand-in-server.ts';

const operationSchema = z.object({
  parameters: z.array(z.object({ in: z.string(), name: z.string(), schema: z.unknown() })).default([]),
  requestBody: z.object({ content: z.record(z.string(), z.object({ schema: z.unknown() })) }).optional(),
  responses: z.record(z.string(), z.unknown()),
});
type Operation = z.infer<typeof operationSchema>;

/** Of the registry fewer: its routes are many and alike. */
const runsOf = (route: string): number => (/\/v1\/(registry|uploads)/.test(route) ? 30 : 120);

/** It never ends, so that what it answers is tested where it is read. */
const endless = 'GET /v1/events';

let server: StandInServer;
let finished: string;
let operations: Map<string, Operation>;
/** One that there is in Replicate's API. */
let prediction: string;
/** Method and status of every answer. */
const statuses = new Set<string>();

beforeAll(async () => {
  // What is accepted may ask for a lot; it need not be rendered.
  server = await startStandIn({ INFERENCE_TIMEOUT: '1', MAX_QUEUE: '20' });
  operations = await operationsOf('/openapi.json');
  finished = await renderOne();
  const predicted = await fetch(`${server.url}/replicate/v1/models/darkroom/demo/predictions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ input: { prompt: 'an apple', num_inference_steps: 1 } }),
  });
  prediction = z.object({ id: z.string() }).parse(await predicted.json()).id;
});
afterAll(() => server.remove());

/** By method and path. */
async function operationsOf(url: string): Promise<Map<string, Operation>> {
  const document = z
    .object({ paths: z.record(z.string(), z.record(z.string(), operationSchema)) })
    .parse(await (await fetch(`${server.url}${url}`)).json());
  return new Map(
    Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]): [string, Operation] => [
        `${method.toUpperCase()} ${path}`,
        operation,
      ]),
    ),
  );
}

async function renderOne(): Promise<string> {
  const accepted = await fetch(`${server.url}/v1/inference`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      model: 'demo',
      base_only: true,
      prompts: [{ prompt: 'an apple', sample_steps: 1, width: 64, height: 64 }],
    }),
  });
  const { request_id, events_url } = z
    .object({ request_id: z.string(), events_url: z.string() })
    .parse(await accepted.json());
  await (await fetch(events_url)).text();
  return request_id;
}

const texts = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 30 }),
  fc.constantFrom('\0', '..', '%', "'", '0'),
);

/** Where a path asks for a request: sometimes one that there is, so that what lies behind the look-up is reached too. */
const pathValue = (name: string): fc.Arbitrary<string> =>
  name === 'request_id'
    ? fc.oneof(texts, fc.constant('finished'))
    : name === 'id'
      ? fc.oneof(texts, fc.constant('prediction'))
      : known[name] === undefined
        ? texts
        : fc.oneof(texts, { weight: 3, arbitrary: fc.constant(known[name]) });

const known: Readonly<Record<string, string>> = { model_id: 'model_demo', owner: 'darkroom', name: 'demo' };

function urls(route: string, { parameters }: Operation): fc.Arbitrary<string> {
  const query = parameters.filter((one) => one.in === 'query').map(({ name }) => name);
  const names = parameters.filter((one) => one.in === 'path').map(({ name }) => name);
  const parts = fc.record({
    path: fc.tuple(...names.map(pathValue)),
    query: fc.dictionary(
      fc.constantFrom('unknown', ...query),
      fc.oneof(texts, fc.constantFrom('1', '-1', '1e9')),
      {
        maxKeys: 3,
      },
    ),
  });
  return parts.map(({ path, query }) => {
    const filled = names.reduce(
      (text, name, index) =>
        text.replace(`{${name}}`, encodeURIComponent(madeBefore(path[index] ?? '').toWellFormed())),
      route,
    );
    const search = new URLSearchParams(query).toString();
    return search === '' ? filled : `${filled}?${search}`;
  });
}

const madeBefore = (value: string): string =>
  value === 'finished' ? finished : value === 'prediction' ? prediction : value;

/** The same for a model that is there, so that what comes after the first checks is reached too. */
const renderable = (value: unknown): unknown =>
  typeof value === 'object' && value !== null
    ? { ...value, model: 'demo', base_only: true, name: 'x', scope: 'admin' }
    : value;

/** The same for a prediction: its inputs stay as they are, but for the first. */
const predictable = (value: unknown): unknown => {
  const fields = z.looseObject({ input: z.looseObject({}).catch({}) }).safeParse(value).data;
  const { version: _, webhook: _hook, webhook_completed: _old, ...rest } = fields ?? { input: {} };
  return { ...rest, input: { ...rest.input, prompt: 'x' } };
};

const bodies = ({ requestBody }: Operation): fc.Arbitrary<string | null> => {
  const schema = requestBody?.content['application/json']?.schema;
  if (schema === undefined) return fc.constant(null);
  return fc.oneof(
    { weight: 10, arbitrary: valuesOf(schema).map((value) => JSON.stringify(value)) },
    { weight: 10, arbitrary: valuesOf(schema).map((value) => JSON.stringify(renderable(value))) },
    { weight: 1, arbitrary: fc.constantFrom('', '{', 'null', '[]', '"x"', '{"a":1,}', '[[[[') },
  );
};

async function hold(method: string, url: string, body: string | null, operation: Operation): Promise<void> {
  // What a client makes of `..` in a path may lead to it.
  if (new URL(url, server.url).pathname === endless.split(' ')[1]) return;
  const answer = await fetch(`${server.url}${url}`, {
    method,
    redirect: 'manual',
    ...(body === null ? {} : { body, headers: { 'content-type': 'application/json' } }),
    signal: AbortSignal.timeout(60_000),
  });
  const text = await answer.text();
  const shown = `${method} ${url} ${body ?? ''} answered ${answer.status} ${text.slice(0, 500)}`;
  expect(answer.status, shown).toBeLessThan(500);
  statuses.add(`${method} ${answer.status}`);
  if (answer.status < 400) {
    expect(Object.keys(operation.responses), shown).toContain(String(answer.status));
    return;
  }
  expect(answer.headers.get('content-type'), shown).toContain('application/json');
  const { error } = errorResponseSchema.parse(JSON.parse(text));
  expect(error.message.length, shown).toBeGreaterThan(10);
  // What never reached the route (an id too long for a path, say) is answered by the server as a whole.
  const general = ['NOT_FOUND', 'METHOD_NOT_ALLOWED'].includes(error.code);
  if (!general) expect(Object.keys(operation.responses), shown).toContain(String(answer.status));
}

/** Keys would close the server to the rest; they have tests of their own, and cannot be made without an admin's. */
const routes = [
  'GET /health',
  'GET /ready',
  'GET /metrics',
  'GET /v1/models',
  'GET /v1/models/{model}',
  'POST /v1/inference',
  'GET /v1/requests',
  'GET /v1/requests/{request_id}',
  'GET /v1/requests/{request_id}/status',
  'GET /v1/requests/{request_id}/result',
  'GET /v1/requests/{request_id}/events',
  'GET /v1/requests/{request_id}/outputs/{index}',
  'PATCH /v1/requests/{request_id}/outputs/{index}',
  'DELETE /v1/requests/{request_id}/outputs/{index}',
  'GET /v1/requests/{request_id}/outputs/{index}/thumbnail',
  'GET /v1/outputs',
  'POST /v1/outputs/zip',
  'POST /v1/inspect',
  'POST /v1/replays',
  'GET /v1/replays/{replay_id}',
  'GET /v1/loras',
  'GET /v1/loras/{sha256}',
  'POST /v1/loras',
  'POST /v1/session',
  'GET /v1/session',
  'DELETE /v1/session',
  'GET /v1/requests/{request_id}/webhooks',
  'POST /v1/requests/{request_id}/cancel',
  'GET /v1/webhooks/secret',
  'GET /v1/keys',
  'DELETE /v1/keys/{key_id}',
  'GET /v1/registry/models',
  'POST /v1/registry/models',
  'GET /v1/registry/models/{model_id}',
  'PATCH /v1/registry/models/{model_id}',
  'DELETE /v1/registry/models/{model_id}',
  'POST /v1/registry/models/{model_id}/restore',
  'POST /v1/registry/models/{model_id}/copy',
  'POST /v1/registry/models/{model_id}/transfer',
  'GET /v1/registry/models/{model_id}/files/{sha256}',
  'GET /v1/registry/models/{model_id}/download',
  'GET /v1/registry/models/{model_id}/training-set',
  'POST /v1/registry/models/{model_id}/training-set/images',
  'DELETE /v1/registry/models/{model_id}/training-set/images/{asset_id}',
  'PUT /v1/registry/models/{model_id}/training-set/pairs',
  'GET /v1/registry/assets',
  'GET /v1/registry/assets/{asset_id}',
  'PATCH /v1/registry/assets/{asset_id}',
  'DELETE /v1/registry/assets/{asset_id}',
  'GET /v1/registry/assets/{asset_id}/content',
  'POST /v1/registry/import',
  'GET /v1/registry/import/{import_id}',
  'POST /v1/uploads',
  'GET /v1/uploads/{upload_id}',
  'PUT /v1/uploads/{upload_id}/parts/{number}',
  'POST /v1/uploads/{upload_id}/complete',
  'GET /v1/trainings',
  'POST /v1/trainings',
  'GET /v1/trainings/{training_id}',
  'GET /v1/trainings/{training_id}/events',
  'GET /v1/trainings/{training_id}/loss',
  'GET /v1/trainings/{training_id}/samples/{step}/{index}',
  'POST /v1/trainings/{training_id}/extend',
  'POST /v1/trainings/{training_id}/save',
  'POST /v1/trainings/{training_id}/pause',
  'POST /v1/trainings/{training_id}/resume',
  'POST /v1/trainings/{training_id}/cancel',
  'POST /v1/keys',
  'DELETE /v1/presets/{preset_id}',
  'DELETE /v1/sheets/{sheet_id}',
  'GET /v1/presets',
  'GET /v1/sheets',
  'GET /v1/sheets/{sheet_id}',
  'GET /v1/sheets/{sheet_id}/image',
  'GET /v1/sheets/{sheet_id}/manifest',
  'GET /v1/sheets/{sheet_id}/zip',
  'GET /v1/trainings/{training_id}/dataset/{index}',
  'GET /v1/trainings/{training_id}/details',
  'GET /v1/verifications/{verification_id}',
  'GET /v1/verifications/{verification_id}/pairs/{number}/{picture}',
  'GET /v1/verifications/{verification_id}/report',
  'GET /v1/webhooks/deliveries',
  'POST /v1/presets',
  'POST /v1/sheets',
  'POST /v1/sheets/{sheet_id}/cancel',
  'POST /v1/sheets/{sheet_id}/extend',
  'POST /v1/sheets/{sheet_id}/resume',
  'POST /v1/trainings/dry-run',
  'POST /v1/verifications',
];

test('every operation of the description is fed', () => {
  expect([...operations.keys()].sort()).toEqual([...routes, endless].sort());
});

const problem = z.object({ title: z.string(), status: z.int(), detail: z.string().min(10) });
const place = z.object({ loc: z.array(z.string()).min(1), msg: z.string().min(5), type: z.string() });
const cogRefusal = z.union([
  z.object({ detail: z.union([z.string().min(10), z.array(place).min(1)]) }),
  z.object({ error: z.string().min(10), status: z.literal('failed') }),
  // A prediction that cannot be canceled.
  z.strictObject({}),
]);

describe.each([
  ['/replicate', problem, ['POST 201', 'POST 422', 'GET 200', 'GET 404', 'DELETE 404', 'PATCH 404']],
  ['/cog', cogRefusal, ['POST 202', 'POST 404', 'POST 422', 'PUT 202', 'PUT 422', 'GET 200']],
] as const)('the API under %s', (prefix, refusal, wanted) => {
  test('answers whatever comes as it says', async () => {
    const all = await operationsOf(`${prefix}/openapi.json`);
    expect(all.size).toBeGreaterThan(5);
    for (const [route, operation] of all) {
      const [method = '', path = ''] = route.split(' ');
      const schema = operation.requestBody?.content['application/json']?.schema;
      const right = () => valuesOf(schema).map((value) => JSON.stringify(predictable(value)));
      const sent = schema === undefined ? bodies(operation) : fc.oneof(bodies(operation), right());
      await fc.assert(
        fc.asyncProperty(urls(path, operation), sent, (url, body) =>
          holdDialect(method, url, body, { operation, prefix, refusal }),
        ),
        { numRuns: 40, seed: 20_260_131, endOnFailure: true },
      );
    }
    expect([...statuses]).toEqual(expect.arrayContaining(wanted.map((one) => `${prefix} ${one}`)));
  });
});

async function holdDialect(
  method: string,
  url: string,
  body: string | null,
  { operation, prefix, refusal }: { operation: Operation; prefix: string; refusal: z.ZodType },
): Promise<void> {
  const answer = await fetch(`${server.url}${url}`, {
    method,
    redirect: 'manual',
    headers: { prefer: 'respond-async', ...(body === null ? {} : { 'content-type': 'application/json' }) },
    ...(body === null ? {} : { body }),
    signal: AbortSignal.timeout(60_000),
  });
  const text = await answer.text();
  const shown = `${method} ${url} ${body ?? ''} answered ${answer.status} ${text.slice(0, 500)}`;
  expect([501, 503].includes(answer.status) || answer.status < 500, shown).toBe(true);
  statuses.add(`${prefix} ${method} ${answer.status}`);
  // What a client makes of `..` in a path may lead out of it.
  if (!new URL(url, server.url).pathname.startsWith(`${prefix}/`)) return;
  if (answer.status < 400) expect(Object.keys(operation.responses), shown).toContain(String(answer.status));
  else expect(refusal.safeParse(JSON.parse(text)).error, shown).toBeUndefined();
}

// The last one closes the server when it makes a key; every refusal after that must have our form as well.
describe.each(routes)('%s', (route) => {
  test('answers whatever comes as it says', async () => {
    const operation = operations.get(route);
    if (operation === undefined) throw new Error(`no ${route}`);
    const [method = '', path = ''] = route.split(' ');
    await fc.assert(
      fc.asyncProperty(urls(path, operation), bodies(operation), (url, body) =>
        hold(method, url, body, operation),
      ),
      { numRuns: runsOf(route), seed: 20_260_131, endOnFailure: true },
    );
  });
});

test('some of it was taken, and some was refused for every reason that there is', () => {
  for (const one of [
    'GET 200',
    'GET 404',
    'GET 422',
    'POST 200',
    'POST 400',
    'POST 401',
    'POST 422',
    'DELETE 404',
  ]) {
    expect([...statuses]).toContain(one);
  }
});

test('nothing of it was a fault in the log, and the server still renders', async () => {
  expect(server.log.filter((line) => /"level":(50|60)/.test(line))).toEqual([]);
  expect((await fetch(`${server.url}/ready`)).status).toBe(200);
});
