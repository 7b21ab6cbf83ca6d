/**
 * Secrets that are handed to a server, each a text that is nowhere else, on every way that they can take; then looked for in
 * all that it has written, logged or answered. A prompt is looked for as well, to know that the looking finds things.
 */
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { type StandInServer, startStandIn } from './support/stand-in-server.ts';

const hfToken = 'hf_canaryTokenOfARequest4711';
const serverToken = 'hf_canaryTokenOfTheServer4712';
const staticKey = 'canary-static-key-4713';
const tokenSecret = 'canary secret that seals tokens 4715';
const secrets = [hfToken, serverToken, staticKey, tokenSecret];
const prompt = 'canary prompt 4714';

const answers: string[] = [];

async function call(server: StandInServer, route: string, key: string, body?: unknown): Promise<string> {
  const answer = await fetch(`${server.url}${route}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      authorization: `Bearer ${key}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  answers.push(JSON.stringify([...answer.headers]), text);
  return text;
}

/** Serves nothing that is a LoRA, and remembers what it was asked with. */
async function openForeignHost() {
  const seen: string[] = [];
  const host = createServer((request, response) => {
    seen.push(JSON.stringify([request.url, request.headers]));
    response.writeHead(403).end('who are you?');
  }).listen(0, '127.0.0.1');
  await once(host, 'listening');
  const address = host.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { url: `http://127.0.0.1:${port}/style.safetensors`, seen, close: () => host.close() };
}

/** Every file under a folder, as raw bytes. */
function filesUnder(folder: string): Map<string, Buffer> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return new Map(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name))
      .map((file) => [file, readFileSync(file)]),
  );
}

test('no token and no key is found in the data folder, in the log, in an answer or at another host', async () => {
  const foreign = await openForeignHost();
  const server = await startStandIn({
    API_KEYS: staticKey,
    HF_TOKEN: serverToken,
    TOKEN_SECRET: tokenSecret,
    OUTBOUND_ALLOW: '127.0.0.1',
  });
  try {
    const made = z
      .object({ key: z.string() })
      .parse(JSON.parse(await call(server, '/v1/keys', staticKey, { name: 'canary', scope: 'write' })));
    // The one answer that shows it.
    answers.splice(0);
    secrets.push(made.key.slice(3));
    const small = { prompt, sample_steps: 1, width: 64, height: 64 };
    const body = { model: 'demo', base_only: true, prompts: [small], hf_token: hfToken };
    for (const key of [staticKey, made.key]) {
      const accepted = z
        .object({ request_id: z.string() })
        .parse(JSON.parse(await call(server, '/v1/inference', key, body)));
      const { request_id: id } = accepted;
      await call(server, `/v1/requests/${id}/events`, key);
      for (const part of ['status', 'result', 'outputs/0', 'webhooks']) {
        await call(server, `/v1/requests/${id}/${part}`, key);
      }
      await call(server, '/v1/inference', key, { ...body, hf_token: [hfToken] });
      await call(server, '/v1/inference', key, { ...body, model: 'none', hf_tokens: 'x' });
      await call(server, '/v1/inference', key, JSON.stringify(body).slice(0, -2));
      await call(server, '/v1/inference', key, { ...body, base_only: false, loras: [{ path: foreign.url }] });
      await call(server, '/v1/requests', key);
    }
    await call(server, '/v1/keys', staticKey);
    await call(server, '/v1/models', `${made.key}x`);
    await call(server, '/metrics', staticKey);
    await server.stop();
    expect(foreign.seen.length).toBeGreaterThan(0);
    const written = filesUnder(server.config.DARKROOM_DATA);
    expect([...written.values()].some((bytes) => bytes.includes(prompt))).toBe(true);
    expect(answers.some((text) => text.includes('"succeeded"'))).toBe(true);
    expect(server.log.length).toBeGreaterThan(10);
    for (const secret of secrets) {
      expect([...written].filter(([, bytes]) => bytes.includes(secret)).map(([file]) => file)).toEqual([]);
      expect(server.log.filter((line) => line.includes(secret))).toEqual([]);
      expect(answers.filter((text) => text.includes(secret))).toEqual([]);
      expect(foreign.seen.filter((text) => text.includes(secret))).toEqual([]);
    }
  } finally {
    foreign.close();
    await server.remove();
  }
});
