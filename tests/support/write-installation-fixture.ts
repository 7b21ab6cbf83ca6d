/**
 * Write what an installation of a version leaves behind when its server is killed: for `tests/older-installation.test.ts`, which
 * starts today's server on it. The server of that version is run, and asked over HTTP:
 *
 *   git worktree add --detach /srv/darkroom <commit>        # with its npm packages
 *   DATABASE_URL=… node tests/support/write-installation-fixture.ts <name> /srv/darkroom
 *
 * DATABASE_URL is an empty Postgres that the `pg_dump` of this machine knows.
 *
 * Makes `tests/fixtures/<name>/`: a data folder, a dump of the same on Postgres, and what the server answered of requests that
 * had ended.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { brotliCompressSync, constants } from 'node:zlib';
import { z } from 'zod';

const [name, checkout] = process.argv.slice(2);
const { DATABASE_URL } = process.env;
if (name === undefined || checkout === undefined || DATABASE_URL === undefined)
  throw new Error('Needs a name, a checkout and DATABASE_URL.');
const fixture = path.join(import.meta.dirname, '..', 'fixtures', name);
const data = `${checkout}-data`;
const port = 18_765;
const url = `http://127.0.0.1:${port}`;

const smallest = { [constants.BROTLI_PARAM_LGWIN]: 24 };
const webhook = { webhook_url: 'http://127.0.0.1:9/hook', webhook_events: ['output', 'completed'] };
const small = { width: 64, height: 64, sample_steps: 2 };
/** Runs until something ends it. */
const endless = { ...small, sample_steps: 100 };
const odd = 'quotes \' " and \\ a 🦊, {"sha256": "x"}, https://example.com/?a=b';

mkdirSync(fixture, { recursive: true });
await leaveBehind({}, (answers) => {
  const archive = execFileSync('tar', ['-C', data, '-cf', '-', 'database', 'outputs'], {
    maxBuffer: 2 ** 30,
  });
  writeFileSync(path.join(fixture, 'data-folder.tar.br'), brotliCompressSync(archive, { params: smallest }));
  writeFileSync(path.join(fixture, 'pglite.json'), `${JSON.stringify(answers, null, 2)}\n`);
});
await leaveBehind({ DATABASE_URL }, (answers) => {
  writeFileSync(
    path.join(fixture, 'postgres.sql.br'),
    brotliCompressSync(dump(DATABASE_URL), { params: smallest }),
  );
  writeFileSync(path.join(fixture, 'postgres.json'), `${JSON.stringify(answers, null, 2)}\n`);
});

type Answers = Record<string, { id: string; result?: unknown; events?: string; body?: object }>;

/** A server with a request in every state, killed while one runs. */
async function leaveBehind(
  environment: Record<string, string>,
  pack: (answers: Answers) => void,
): Promise<void> {
  rmSync(data, { recursive: true, force: true });
  mkdirSync(path.join(data, 'loras'), { recursive: true });
  cpSync(path.join(checkout ?? '', 'checkpoints', 'demo', 'loras'), path.join(data, 'loras'), {
    recursive: true,
  });
  const child = await start(environment);
  const answers: Answers = {};
  const lora = { base_only: false, loras: [{ path: 'neon-glow.safetensors', network_multiplier: 0.75 }] };
  const ended = {
    succeeded: await submit({ ...lora, ...webhook, prompts: [small, { ...small, seed: 7, prompt: odd }] }),
    failed: await submit({ prompts: [small, ...Array(8).fill(endless)] }),
    canceled: await submit({ prompts: [small, endless, endless] }),
  };
  await untilSeen(ended.succeeded, 'succeeded');
  await untilSeen(ended.failed, 'failed');
  await untilOutput(ended.canceled);
  await ask('POST', `/v1/requests/${ended.canceled}/cancel`);
  await untilSeen(ended.canceled, 'canceled');
  const running = await submit({ ...lora, ...webhook, prompts: [small, endless, endless, small] });
  const body = bodyOf({ ...lora, prompts: [{ ...small, prompt: odd, seed: 9 }, small] });
  const waiting = await submit(body, 'once');
  const urgent = await submit({ priority: 5, output_format: 'png', prompts: [small] });
  const unwanted = await submit({ prompts: [small] });
  await ask('POST', `/v1/requests/${unwanted}/cancel`);
  await untilOutput(running);
  for (const [state, id] of Object.entries({ ...ended, unwanted })) {
    const events = await (await fetch(`${url}/v1/requests/${id}/events`)).text();
    answers[state] = { id, result: await ask('GET', `/v1/requests/${id}/result`), events };
  }
  Object.assign(answers, {
    running: { id: running },
    waiting: { id: waiting, body },
    urgent: { id: urgent },
  });
  const closed = once(child, 'close');
  child.kill('SIGKILL');
  await closed;
  pack(answers);
  rmSync(data, { recursive: true, force: true });
}

async function start(environment: Record<string, string>): Promise<ChildProcess> {
  const main = path.join(checkout ?? '', 'src', 'main.ts');
  const child = spawn(process.execPath, [main, 'serve', '--engine', 'stand-in'], {
    env: {
      PATH: process.env.PATH ?? '',
      HOME: data,
      DARKROOM_DATA: data,
      LOG_LEVEL: 'warn',
      PORT: String(port),
      BASE_URL: 'http://darkroom.test',
      OUTBOUND_ALLOW: '127.0.0.1',
      INFERENCE_TIMEOUT: '6',
      ...environment,
    },
    stdio: 'inherit',
  });
  for (let tries = 0; tries < 600; tries += 1) {
    if ((await fetch(`${url}/ready`).catch(() => null))?.ok === true) return child;
    await sleep(200);
  }
  throw new Error('The server does not get ready.');
}

async function ask(method: string, route: string, body?: object, key?: string): Promise<unknown> {
  const answer = await fetch(`${url}${route}`, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(text);
  return JSON.parse(text);
}

interface Body {
  priority?: number;
  output_format?: string;
  prompts: object[];
}

function bodyOf(body: Body): Body {
  const prompts = body.prompts.map((prompt) => ({ prompt: 'a red apple', ...prompt }));
  const plain = { model: 'demo', base_only: true };
  return { ...plain, ...body, prompts };
}

async function submit(body: Body, key?: string): Promise<string> {
  const answer = await ask('POST', '/v1/inference', bodyOf(body), key);
  return z.object({ request_id: z.string() }).parse(answer).request_id;
}

async function untilSeen(id: string, state: string): Promise<void> {
  for (;;) {
    const { status } = z.object({ status: z.string() }).parse(await ask('GET', `/v1/requests/${id}/status`));
    if (status === state) return;
    if (status !== 'in_queue' && status !== 'in_progress')
      throw new Error(`${id} is ${status}, not ${state}`);
    await sleep(100);
  }
}

async function untilOutput(id: string): Promise<void> {
  const result = z.object({ outputs: z.object({ images: z.array(z.unknown()) }) });
  while (result.parse(await ask('GET', `/v1/requests/${id}/result`)).outputs.images.length === 0)
    await sleep(50);
}

/** Statements only, so that any client can run them; what psql alone understands is left out. */
function dump(database: string): string {
  const sql = execFileSync('pg_dump', ['--inserts', '--no-owner', '--no-privileges', database], {
    encoding: 'utf8',
  });
  return sql.replaceAll(/^\\.*\n/gm, '').replaceAll(/^SET transaction_timeout.*\n/gm, '');
}
