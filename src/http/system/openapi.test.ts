import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestApp, type TestApp } from '../app.fixture.ts';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type JsonObject = { [key: string]: Json };

let server: TestApp;
let document: JsonObject;

beforeAll(async () => {
  server = await openTestApp();
  const answer = await server.app.inject('/openapi.json');
  expect(answer.statusCode).toBe(200);
  document = answer.json();
});
afterAll(() => server.close());

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function operations(): { name: string; operation: JsonObject }[] {
  return Object.entries(document.paths as JsonObject).flatMap(([path, item]) =>
    Object.entries(item as JsonObject).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path}`,
      operation: operation as JsonObject,
    })),
  );
}

test('docs/openapi.json is this document; npm test -- src/http/system/openapi.test.ts -u writes it', async () => {
  await expect(`${JSON.stringify(document, null, 2)}\n`).toMatchFileSnapshot('../../../docs/openapi.json');
});

test('it is a valid OpenAPI 3.1 document', async () => {
  const validator = new Validator();
  const verdict = await validator.validate(structuredClone(document) as Record<string, unknown>);
  expect(verdict.errors ?? []).toEqual([]);
  expect(validator.version).toBe('3.1');
});

test('it names every route', () => {
  expect(
    operations()
      .map(({ name }) => name)
      .sort(),
  ).toEqual([
    'DELETE /v1/keys/{key_id}',
    'DELETE /v1/presets/{preset_id}',
    'DELETE /v1/registry/assets/{asset_id}',
    'DELETE /v1/registry/models/{model_id}',
    'DELETE /v1/registry/models/{model_id}/training-set/images/{asset_id}',
    'DELETE /v1/requests/{request_id}/outputs/{index}',
    'DELETE /v1/session',
    'DELETE /v1/sheets/{sheet_id}',
    'GET /health',
    'GET /metrics',
    'GET /ready',
    'GET /v1/events',
    'GET /v1/keys',
    'GET /v1/loras',
    'GET /v1/loras/{sha256}',
    'GET /v1/models',
    'GET /v1/models/{model}',
    'GET /v1/outputs',
    'GET /v1/presets',
    'GET /v1/registry/assets',
    'GET /v1/registry/assets/{asset_id}',
    'GET /v1/registry/assets/{asset_id}/content',
    'GET /v1/registry/import/{import_id}',
    'GET /v1/registry/models',
    'GET /v1/registry/models/{model_id}',
    'GET /v1/registry/models/{model_id}/download',
    'GET /v1/registry/models/{model_id}/files/{sha256}',
    'GET /v1/registry/models/{model_id}/training-set',
    'GET /v1/replays/{replay_id}',
    'GET /v1/requests',
    'GET /v1/requests/{request_id}',
    'GET /v1/requests/{request_id}/events',
    'GET /v1/requests/{request_id}/outputs/{index}',
    'GET /v1/requests/{request_id}/outputs/{index}/thumbnail',
    'GET /v1/requests/{request_id}/result',
    'GET /v1/requests/{request_id}/status',
    'GET /v1/requests/{request_id}/webhooks',
    'GET /v1/session',
    'GET /v1/sheets',
    'GET /v1/sheets/{sheet_id}',
    'GET /v1/sheets/{sheet_id}/image',
    'GET /v1/sheets/{sheet_id}/manifest',
    'GET /v1/sheets/{sheet_id}/zip',
    'GET /v1/trainings',
    'GET /v1/trainings/{training_id}',
    'GET /v1/trainings/{training_id}/dataset/{index}',
    'GET /v1/trainings/{training_id}/details',
    'GET /v1/trainings/{training_id}/events',
    'GET /v1/trainings/{training_id}/loss',
    'GET /v1/trainings/{training_id}/samples/{step}/{index}',
    'GET /v1/uploads/{upload_id}',
    'GET /v1/verifications/{verification_id}',
    'GET /v1/verifications/{verification_id}/pairs/{number}/{picture}',
    'GET /v1/verifications/{verification_id}/report',
    'GET /v1/webhooks/deliveries',
    'GET /v1/webhooks/secret',
    'PATCH /v1/registry/assets/{asset_id}',
    'PATCH /v1/registry/models/{model_id}',
    'PATCH /v1/requests/{request_id}/outputs/{index}',
    'POST /v1/inference',
    'POST /v1/inspect',
    'POST /v1/keys',
    'POST /v1/loras',
    'POST /v1/outputs/zip',
    'POST /v1/presets',
    'POST /v1/registry/import',
    'POST /v1/registry/models',
    'POST /v1/registry/models/{model_id}/copy',
    'POST /v1/registry/models/{model_id}/restore',
    'POST /v1/registry/models/{model_id}/training-set/images',
    'POST /v1/registry/models/{model_id}/transfer',
    'POST /v1/replays',
    'POST /v1/requests/{request_id}/cancel',
    'POST /v1/session',
    'POST /v1/sheets',
    'POST /v1/sheets/{sheet_id}/cancel',
    'POST /v1/sheets/{sheet_id}/extend',
    'POST /v1/sheets/{sheet_id}/resume',
    'POST /v1/trainings',
    'POST /v1/trainings/dry-run',
    'POST /v1/trainings/{training_id}/cancel',
    'POST /v1/trainings/{training_id}/extend',
    'POST /v1/trainings/{training_id}/pause',
    'POST /v1/trainings/{training_id}/resume',
    'POST /v1/trainings/{training_id}/save',
    'POST /v1/uploads',
    'POST /v1/uploads/{upload_id}/complete',
    'POST /v1/verifications',
    'PUT /v1/registry/models/{model_id}/training-set/pairs',
    'PUT /v1/uploads/{upload_id}/parts/{number}',
  ]);
});

test('every operation says what it does, what it answers and how it fails', () => {
  for (const { name, operation } of operations()) {
    expect(operation.summary, name).toBeTruthy();
    expect(operation.description, name).toBeTruthy();
    expect(operation.operationId, name).toBeTruthy();
    const responses = operation.responses as JsonObject;
    for (const [status, response] of Object.entries(responses)) {
      expect((response as JsonObject).description, `${name} ${status}`).not.toBe('Default Response');
    }
    if (!['GET /health', 'GET /ready'].includes(name)) {
      expect(Object.keys(responses), name).toEqual(expect.arrayContaining(['200', '401', '500']));
    }
  }
});

test('every field of the request has a description', () => {
  const post = ((document.paths as JsonObject)['/v1/inference'] as JsonObject).post as JsonObject;
  const fields: string[] = [];
  const visit = (node: Json | undefined, path: string): void => {
    if (!isObject(node)) return;
    if (isObject(node.properties)) {
      for (const [name, field] of Object.entries(node.properties)) {
        fields.push(`${path}${name}`);
        expect(isObject(field) && field.description, `${path}${name}`).toBeTruthy();
        visit(field, `${path}${name}.`);
      }
    }
    visit(node.items, path);
    for (const option of Array.isArray(node.anyOf) ? node.anyOf : []) visit(option, path);
  };
  const content = (post.requestBody as JsonObject).content as JsonObject;
  visit((content['application/json'] as JsonObject).schema, '');
  expect(fields).toEqual(expect.arrayContaining(['model', 'loras.path', 'prompts.ctrl_img_3', 'hf_token']));
});

test('its examples are what its schemas say', () => {
  const ajv = new Ajv2020({ strict: false });
  formats.default(ajv);
  ajv.addFormat('binary', true);
  let checked = 0;
  const check = (schema: Json | undefined, example: Json | undefined, where: string): void => {
    if (!isObject(schema) || example === undefined) return;
    const validate = ajv.compile({ ...schema, components: document.components });
    expect(validate(example), `${where}: ${ajv.errorsText(validate.errors)}`).toBe(true);
    checked++;
  };
  const visit = (node: Json, where: string): void => {
    if (Array.isArray(node)) for (const [index, item] of node.entries()) visit(item, `${where}[${index}]`);
    if (!isObject(node)) return;
    if (Array.isArray(node.examples)) for (const example of node.examples) check(node, example, where);
    check(node.schema, node.example, where);
    for (const [name, child] of Object.entries(node)) {
      if (name !== 'example' && name !== 'examples') visit(child, `${where}/${name}`);
    }
  };
  visit(document, '');
  expect(checked).toBeGreaterThan(15);
});

test('the document asks for a key exactly when the server does', async () => {
  expect(document.security).toEqual([]);
  const guarded = await openTestApp({ API_KEYS: 'one-key' }, server);
  const answer = await guarded.app.inject('/openapi.json');
  expect(answer.json().security).toEqual([{ key: [] }]);
  await guarded.close();
});

test('the docs page and everything that it loads come from this server', async () => {
  const page = await server.app.inject('/docs/');
  expect(page.statusCode).toBe(200);
  const loaded = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url]) => url ?? '');
  expect(loaded.length).toBeGreaterThan(3);
  for (const url of loaded) {
    expect(url).toMatch(/^\.\/static\//);
    expect((await server.app.inject(new URL(url, 'http://localhost/docs/').pathname)).statusCode, url).toBe(
      200,
    );
  }
});

test('the docs page works under any path that a proxy has the server at', async () => {
  for (const [path, at] of [
    ['/', '/darkroom/'],
    ['/docs', '/darkroom/docs'],
    ['/docs?x=1', '/darkroom/docs?x=1'],
  ] as const) {
    const { statusCode, headers } = await server.app.inject(path);
    expect(statusCode).toBe(302);
    expect(new URL(headers.location ?? '', `http://localhost${at}`).pathname).toBe('/darkroom/docs/');
  }
  const { servers } = (await server.app.inject('/docs/json')).json();
  expect(new URL(servers[0].url, 'http://localhost/darkroom/docs/json').pathname).toBe('/darkroom/');
});

test('what is not a file of the docs page is not there, however its path is spelled', async () => {
  const { port, hostname } = new URL(await server.app.listen({ port: 0, host: '127.0.0.1' }));
  for (const name of ['..', '../..', '%2e%2e', '..%2f..%2fpackage.json', '..\\..', '%00', 'nothing.js', '']) {
    // As it is: fetch would resolve the path first.
    const asked = get({ port, hostname, path: `/docs/static/${name}` });
    const [answer]: IncomingMessage[] = await once(asked, 'response');
    expect([name, answer?.statusCode]).toEqual([name, 404]);
    answer?.resume();
  }
});
