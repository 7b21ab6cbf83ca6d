import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { afterEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { parseConfig } from '../config.ts';
import { open, type RunningServer } from './open.ts';

// Each start makes a database; on a busy machine that takes a while.
vi.setConfig({ testTimeout: 120_000 });

const log = pino({ level: 'silent' });
const folder = () => mkdtempSync(path.join(os.tmpdir(), 'darkroom-serve-'));
const running: RunningServer[] = [];
const folders: string[] = [];

async function start(environment: Record<string, string>): Promise<RunningServer> {
  const data = environment.DARKROOM_DATA ?? folder();
  folders.push(data);
  const config = parseConfig({ PORT: '0', DARKROOM_DATA: data, ...environment });
  const server = await open({ role: 'both', config, log, engine: 'stand-in' });
  running.push(server);
  return server;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop()));
  for (const data of folders.splice(0)) rmSync(data, { recursive: true, force: true });
});

test('serves, renders and stops; a second start finds what the first left', async () => {
  const data = folder();
  const first = await start({ DARKROOM_DATA: data });
  const accepted = await fetch(`${first.url}/v1/inference`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'demo', base_only: true, prompts: [{ prompt: 'a red apple' }] }),
  });
  const { request_id: id, events_url: events } = z
    .object({ request_id: z.string(), events_url: z.string() })
    .parse(await accepted.json());
  expect(await (await fetch(events)).text()).toContain('"status":"succeeded"');
  await first.stop();
  await expect(fetch(`${first.url}/health`)).rejects.toThrow();

  const second = await start({ DARKROOM_DATA: data });
  const status = await fetch(`${second.url}/v1/requests/${id}/status`);
  expect(await status.json()).toMatchObject({ status: 'succeeded' });
});

test('a data folder serves one process, and the message names what to do', async () => {
  const data = folder();
  await start({ DARKROOM_DATA: data });
  await expect(start({ DARKROOM_DATA: data })).rejects.toThrow(/in use by process \d+/);
});

test('a taken port is said in words, and everything opened before is closed again', async () => {
  const first = await start({});
  const { port } = new URL(first.url);
  const data = folder();
  await expect(start({ PORT: port, DARKROOM_DATA: data })).rejects.toThrow(
    `Port ${port} on 127.0.0.1 is taken`,
  );
  await start({ DARKROOM_DATA: data });
});

test('a public address without keys is refused before anything is opened', async () => {
  await expect(start({ HOST: '0.0.0.0' })).rejects.toThrow('API_KEYS');
});
