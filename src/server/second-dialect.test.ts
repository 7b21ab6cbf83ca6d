/**
 * A client of a second dialect never reads a word of native's, whatever it does wrong: every awkward request that native's tests
 * know is sent in the words of a tiny dialect, and all that comes back is searched for native's field names, codes and paths.
 */

import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { nothingInMemory } from '../../tests/support/sample-job.ts';
import { parseConfig } from '../config.ts';
import { type ErrorCode, errorCodes } from '../errors/codes.ts';
import { promptNamed } from '../errors/reference.ts';
import { said } from '../errors/sentence.ts';
import {
  type AwkwardRequest,
  awkwardRequests,
  writeTestLoras,
  writeTestModels,
} from '../http/awkward-requests.fixture.ts';
import { nativeFieldNames } from '../http/native/field-names.fixture.ts';
import { nativeDialect } from '../http/native/native-dialect.ts';
import { replicateDialect } from '../http/replicate/replicate-dialect.ts';
import { open, type RunningServer } from './open.ts';
import { tinyDialect } from './tiny-dialect.fixture.ts';

const log = pino({ level: 'silent' });
const dialects = [nativeDialect, replicateDialect, tinyDialect];
const pass = 'a-key-of-sixteen-or-more';
/** Of somebody who asks too often. */
const busyPass = 'a-key-that-is-used-a-lot';
const mostAMinute = 100;

let folder: string;
/** Renders; takes any request, from anybody. */
let wide: RunningServer;
/** Renders nothing, takes one LoRA and a small body, lets one request wait, and asks for a key. */
let narrow: RunningServer;
let hook: Server;
let hookUrl: string;
const called: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'darkroom-tiny-'));
  hook = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    called.push(body);
    response.writeHead(204).end();
  });
  hook.listen(0, '127.0.0.1');
  await once(hook, 'listening');
  const address = hook.address();
  hookUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`;
  const common = { PORT: '0', CATALOG_PATH: await writeTestModels(), OUTBOUND_ALLOW: '127.0.0.1' };
  const start = async (role: 'both' | 'api', environment: Record<string, string>) => {
    const config = parseConfig({ ...common, DARKROOM_DATA: path.join(folder, role), ...environment });
    const server = await open({ role, config, log, engine: 'stand-in', dialects });
    await writeTestLoras({ config });
    return server;
  };
  wide = await start('both', { TILED_DECODING: 'qwen_image=on', RATE_LIMIT_PER_MINUTE: '0' });
  const limited = { RATE_LIMIT_PER_MINUTE: String(mostAMinute) };
  narrow = await start('api', {
    MAX_LORAS: '1',
    MAX_QUEUE: '1',
    MAX_BODY_MB: '1',
    API_KEYS: `${pass},${busyPass}`,
    ...limited,
  });
}, 120_000);
afterAll(async () => {
  await Promise.all([wide?.stop(), narrow?.stop()]);
  hook.close();
  await rm(folder, { recursive: true, force: true });
});

/** Everything that a client can read of an answer. */
interface Read {
  status: number;
  body: string;
  whole: string;
}

async function ask(server: RunningServer, url: string, options: RequestInit = {}): Promise<Read> {
  const headers = new Headers({ 'content-type': 'application/json', 'x-tiny-pass': pass });
  for (const [name, value] of new Headers(options.headers))
    value === '' ? headers.delete(name) : headers.set(name, value);
  const answer = await fetch(new URL(url, server.url), { ...options, headers });
  const body = await answer.text();
  return { status: answer.status, body, whole: `${JSON.stringify([...answer.headers])}\n${body}` };
}

const draw = (server: RunningServer, body: object, headers: Record<string, string> = {}): Promise<Read> =>
  ask(server, '/tiny/draw', { method: 'POST', body: JSON.stringify(body), headers });

const acceptedSchema = z.object({ ticket: z.string(), feed: z.string(), notes: z.array(z.string()) });

/** Its field names, but for plain English words; its codes, paths and credential. */
const nativeWords = [
  ...nativeFieldNames(),
  ...Object.keys(errorCodes).filter((code) => code.includes('_')),
  'prompts[',
  'loras[',
  '/v1/',
  '"code"',
  '"detail"',
  'Bearer',
  'details.problems',
];

function expectNoNative(read: string, about: string, words: readonly string[] = nativeWords): void {
  // Flags inside of prompts are the trainer's, in every dialect.
  const said = read.replaceAll(/--\w+/g, '');
  const found = words.filter((word) =>
    /^\w+$/.test(word) ? new RegExp(`(?<!\\w)${word}(?!\\w)`).test(said) : said.includes(word),
  );
  expect(found, `${about}: ${read}`).toEqual([]);
}

test('what counts as a word of native is made from its own schemas', () => {
  for (const word of [
    'network_multiplier',
    'neg',
    'ctrl_img_1',
    'request_id',
    'error_code',
    'webhook_events',
  ])
    expect(nativeWords).toContain(word);
});

describe('awkward requests', async () => {
  test.each(Object.entries(await awkwardRequests()))('%s', async (name, { body, code, isNarrow }) => {
    const server = isNarrow === true ? narrow : wide;
    const answer = await draw(server, inTinyWords(body));
    expectNoNative(answer.whole, name);
    if (code !== undefined) {
      expect(JSON.parse(answer.body), name).toMatchObject({
        trouble: code.toLowerCase().replaceAll('_', ' '),
      });
      expect(answer.status).toBe(errorCodes[code].status);
      return;
    }
    const { ticket, feed, notes } = acceptedSchema.parse(JSON.parse(answer.body));
    expect(notes.length, answer.body).toBeGreaterThan(0);
    expectNoNative((await ask(server, feed)).whole, `the feed of ${name}`);
    expectNoNative((await ask(server, `/tiny/tickets/${ticket}`)).whole, `the ticket of ${name}`);
  });
});

/** Those that Replicate's API has by itself. */
const sharedWithReplicate = ['guidance_scale', 'created_at', 'started_at', 'Bearer', '/v1/', '"detail"'];

test.each(Object.entries(await awkwardRequests()))('%s, in Replicate’s words', async (name, { body }) => {
  const words = nativeWords.filter((word) => !sharedWithReplicate.includes(word));
  const answer = await ask(wide, '/replicate/v1/predictions', {
    method: 'POST',
    body: JSON.stringify({ version: `darkroom/${body.model}`, input: inReplicateWords(body) }),
  });
  expectNoNative(answer.whole, name, words);
  const read = z.object({ urls: z.object({ get: z.url() }).optional() }).parse(JSON.parse(answer.body));
  if (read.urls !== undefined) expectNoNative((await ask(wide, read.urls.get)).whole, name, words);
});

/** What goes wrong outside of the request's own fields. */
const otherTrouble: Partial<Record<ErrorCode, () => Promise<Read>>> = {
  REQUEST_NOT_FOUND: () => ask(wide, '/tiny/tickets/nobody'),
  NOT_FOUND: () => ask(wide, '/tiny/drew'),
  METHOD_NOT_ALLOWED: () => ask(wide, '/tiny/draw'),
  UNSUPPORTED_MEDIA_TYPE: () =>
    ask(wide, '/tiny/draw', { method: 'POST', body: 'x', headers: { 'content-type': 'text/plain' } }),
  UNAUTHORIZED: () => draw(narrow, plainDraw, { 'x-tiny-pass': '' }),
  FORBIDDEN: () =>
    ask(narrow, '/tiny/tickets/a/pictures/0?expires=1&signature=x', { headers: { 'x-tiny-pass': '' } }),
  PAYLOAD_TOO_LARGE: () => draw(narrow, { padding: 'x'.repeat(2 ** 20) }),
  INVALID_REQUEST: () => ask(wide, '/tiny/draw', { method: 'POST', body: '{' }),
  OUTPUT_NOT_FOUND: async () => ask(wide, `/tiny/tickets/${await drawn(wide)}/pictures/9`),
  IDEMPOTENCY_CONFLICT: async () => {
    await draw(wide, plainDraw, { 'idempotency-key': 'one' });
    return draw(wide, { ...plainDraw, word: 'x' }, { 'idempotency-key': 'one' });
  },
  RANGE_NOT_SATISFIABLE: async () => {
    const { ticket, feed } = await accepted(wide, plainDraw);
    await ask(wide, feed);
    return ask(wide, `/tiny/tickets/${ticket}/pictures/0`, { headers: { range: 'bytes=99999999-' } });
  },
  RATE_LIMITED: async () => {
    const headers = { 'x-tiny-pass': busyPass };
    for (let sent = 0; sent < mostAMinute; sent++) await ask(narrow, '/tiny/tickets/nobody', { headers });
    return ask(narrow, '/tiny/tickets/nobody', { headers });
  },
  QUEUE_FULL: async () => {
    await draw(narrow, plainDraw);
    return draw(narrow, plainDraw);
  },
};

test.each(Object.entries(otherTrouble))('%s', async (code, provoke) => {
  const answer = await provoke();
  expect(JSON.parse(answer.body)).toMatchObject({ trouble: code.toLowerCase().replaceAll('_', ' ') });
  expect(answer.whole).toContain('x-tiny-trouble');
  expectNoNative(answer.whole, code);
});

/** Codes that only end a job, that native alone has a route for, or that are about the server and not the request. */
const notOfRequests: readonly string[] = [
  'MODEL_LOAD_FAILED',
  'MODEL_TOO_LARGE',
  'OUT_OF_MEMORY',
  'RENDER_FAILED',
  'ENGINE_CRASHED',
  'TIMEOUT',
  'CONTENT_FLAGGED',
  'KEY_NOT_FOUND',
  'REQUEST_UNFINISHED',
  'MODEL_FILES_MISSING',
  'STORAGE_FULL',
  'STORAGE_UNAVAILABLE',
  'DATABASE_UNAVAILABLE',
  'ENGINE_UNAVAILABLE',
  'SHUTTING_DOWN',
  'INTERNAL',
  'TRAINING_DIVERGED',
  'TRAINING_FAILED',
  // It has neither a registry nor trainings, sheets and verifications.
  'TRAINED_MODEL_NOT_FOUND',
  'EPOCH_NOT_FOUND',
  'ASSET_NOT_FOUND',
  'REGISTRY_CONFLICT',
  'REGISTRY_GONE',
  'DATASET_INVALID',
  'IMPORT_INVALID',
  'UPLOAD_NOT_FOUND',
  'TRAINING_UNSUPPORTED',
  'TRAINING_NOT_FOUND',
  'TRAINING_SET_FULL',
  'CAPTIONS_UNAVAILABLE',
  'SHEET_NOT_FOUND',
  'SHEET_CONFLICT',
  'VERIFICATION_INVALID',
];

test('every code that a request can be answered with was among them', async () => {
  const awkward = Object.values(await awkwardRequests()).flatMap(({ code }) => code ?? []);
  const told = [...awkward, ...Object.keys(otherTrouble), ...notOfRequests];
  expect(Object.keys(errorCodes).filter((code) => !told.includes(code))).toEqual([]);
});

test('what the engine warns of and fails with is told in its words, as it happens and afterwards', async () => {
  const { ticket, feed } = await accepted(narrow, plainDraw, 'unless full');
  await narrow.jobs.work.claim({ kinds: ['render'], inMemory: nothingInMemory, most: 1 });
  await narrow.jobs.work.report(ticket, {
    type: 'warning',
    message: said`${promptNamed(0, 'negativePrompt')} is too long.`,
  });
  const message = said`${promptNamed(0, 'guidanceRescale')} was too much.`;
  await narrow.jobs.work.fail(ticket, { code: 'RENDER_FAILED', message }, [
    said`${promptNamed(0, 'fps')} hm.`,
  ]);
  const told = `${(await ask(narrow, feed)).whole}${(await ask(narrow, `/tiny/tickets/${ticket}`)).whole}`;
  expect(told).toContain('without of shot 1 is too long.');
  expect(told).toContain('The rescale of the guidance of prompt 1 was too much.');
  expect(told).toContain('tempo of shot 1 hm.');
  expectNoNative(told, 'a job that failed');
});

test('its webhooks have its words, and those of native have native’s, on one server', async () => {
  const { ticket } = await accepted(wide, { ...plainDraw, ring: hookUrl, shots: [{ words: 'x', dice: 7 }] });
  await expect.poll(() => called.filter((body) => body.includes(ticket)).length, { timeout: 30_000 }).toBe(3);
  for (const body of called) expectNoNative(body, 'a webhook');
  expect(called.map((body) => JSON.parse(body).what).sort()).toEqual(['begun', 'over', 'picture']);
  const native = await fetch(new URL('/v1/inference', wide.url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...plainNative, webhook_url: hookUrl, webhook_events: ['completed'] }),
  });
  const { request_id: id } = z.object({ request_id: z.string() }).parse(await native.json());
  await expect.poll(() => called.find((body) => body.includes(id)), { timeout: 30_000 }).toBeDefined();
  expect(called.at(-1)).toContain('"type":"request.completed"');
});

const plainDraw = { engine: 'demo', bare: true, shots: [{ words: 'x' }] };
const plainNative = { model: 'demo', base_only: true, prompts: [{ prompt: 'x' }] };

async function accepted(server: RunningServer, body: object, how: 'always' | 'unless full' = 'always') {
  const answer = await draw(server, body);
  if (how === 'unless full' && answer.status === 429) {
    // The one that waits in its place.
    const [waiting] = (await server.jobs.list({ limit: 1, status: 'queued' })).jobs;
    return { ticket: waiting?.id ?? '', feed: `/tiny/tickets/${waiting?.id}/feed`, notes: [] };
  }
  return acceptedSchema.parse(JSON.parse(answer.body));
}

const drawn = async (server: RunningServer): Promise<string> => (await accepted(server, plainDraw)).ticket;

type Body = Record<string, unknown>;
const listSchema = z.array(z.record(z.string(), z.unknown())).catch([]);

/** A body of native's in the words of the tiny dialect. Fields that it does not have are left out. */
function inTinyWords(body: AwkwardRequest['body']): Body {
  const top = {
    model: 'engine',
    base_only: 'bare',
    trigger_word: 'word',
    prompt_flags: 'marks',
    kv_cache: 'memory',
    control_orientation: 'turn',
    match_target_res: 'fit',
    do_cfg_norm: 'even',
    hf_token: 'token',
    webhook_url: 'ring',
  };
  const style = { path: 'file', network_multiplier: 'power', transformer: 'half' };
  const shot = {
    prompt: 'words',
    trigger_word: 'word',
    neg: 'without',
    width: 'across',
    height: 'down',
    fps: 'tempo',
    sample_steps: 'passes',
    guidance_scale: 'pull',
    guidance_rescale: 'rein',
    do_cfg_norm: 'even',
    network_multiplier: 'power',
    sampler: 'method',
    num_frames: 'stills',
    ctrl_idx: 'photo_use',
    image: 'start',
    mask_image: 'stencil',
    strength: 'change',
  };
  return {
    ...renamed(body, top),
    ...('loras' in body
      ? { styles: listSchema.parse(body.loras).map((lora) => toStyle(renamed(lora, style))) }
      : {}),
    ...('prompts' in body
      ? {
          shots: listSchema
            .parse(body.prompts)
            .map((prompt) => ({ ...renamed(prompt, shot), ...rest(prompt) })),
        }
      : {}),
  };
}

function renamed(value: Body, names: Readonly<Record<string, string>>): Body {
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, field]) => (names[key] === undefined ? [] : [[names[key], field]])),
  );
}

const toStyle = (style: Body): Body =>
  style.half === undefined ? style : { ...style, half: style.half === 'low' ? 'calm' : style.half };

function rest(prompt: Body): Body {
  const photos = ['ctrl_img', 'ctrl_img_1', 'ctrl_img_2'].flatMap((name) => prompt[name] ?? []);
  return {
    ...(prompt.resolution === 'High' ? { fine: true } : {}),
    ...(photos.length > 0 ? { photos } : {}),
  };
}

/** The first prompt and the first LoRA of a body, as inputs of a prediction. */
function inReplicateWords(body: AwkwardRequest['body']): Body {
  const [prompt = {}] = listSchema.parse(body.prompts);
  const [lora = {}] = listSchema.parse(body.loras);
  const words = {
    prompt: 'prompt',
    width: 'width',
    height: 'height',
    sample_steps: 'num_inference_steps',
    guidance_scale: 'guidance_scale',
    seed: 'seed',
    ctrl_img: 'image',
    ctrl_img_1: 'image',
  };
  const sized = prompt.width === undefined ? {} : { aspect_ratio: 'custom' };
  return {
    ...renamed(prompt, words),
    ...sized,
    ...renamed(lora, { path: 'extra_lora', network_multiplier: 'extra_lora_scale' }),
  };
}
