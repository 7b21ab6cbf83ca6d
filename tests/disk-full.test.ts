/** A disk that is full: what cannot be kept is refused by that name, nothing that was kept is lost, and space is all it takes. */
import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { acceptedSchema, errorResponseSchema } from '../src/http/native/schemas/response-schema.ts';
import { call, download, outcome, render, result } from './harness/client.ts';
import { request } from './harness/requests.ts';
import { type Server, startServer } from './harness/server.ts';

/** Mounts a small disk that only the server sees. Whoever is not root needs a kernel that lets everyone have namespaces. */
const asRoot = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
const withDisk = (folder: string, size: string): string[] => [
  'unshare',
  ...asRoot,
  '--mount',
  'sh',
  '-c',
  `mount -t tmpfs -o size=${size} tmpfs "${folder}" && exec "$@"`,
  'sh',
];
const [unshare = '', ...mounting] = withDisk(os.tmpdir(), '1m');
const canMount = spawnSync(unshare, [...mounting, 'true']).status === 0;

let server: Server;
let filler: string;

beforeAll(async () => {
  if (!canMount) return;
  const data = mkdtempSync(path.join(os.tmpdir(), 'darkroom-full-'));
  const disk = path.join(data, 'disk');
  mkdirSync(disk);
  const env = { DARKROOM_DATA: disk, WORKFLOWS_BASE_PATH: path.join(data, 'loras') };
  server = await startServer({ data, env, under: withDisk(disk, '400m') });
  filler = path.join('/proc', String(server.pid), 'root', disk, 'filler');
});
afterAll(() => server?.remove());

function fillDisk(): void {
  for (const size of [1 << 20, 1 << 12, 1])
    try {
      for (;;) appendFileSync(filler, Buffer.alloc(size));
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
    }
}

test.skipIf(!canMount)(
  'on a full disk requests are refused, and none that was accepted is lost',
  async () => {
    const before = await render(server, request('flux'));
    fillDisk();
    const answers = [];
    for (let seed = 0; seed < 8; seed += 1) {
      const large = { seed, width: 512, height: 512, sample_steps: 1 };
      answers.push(
        await call(server, 'POST', '/v1/inference', request('flux', { prompts: [large, { seed }] })),
      );
    }
    const refused = answers.filter(({ status }) => status !== 200);
    expect(refused.length).toBeGreaterThan(0);
    for (const { status, body } of refused) {
      expect(status).toBe(503);
      expect(errorResponseSchema.parse(body).error).toMatchObject({ code: 'STORAGE_FULL' });
    }
    expect((await call(server, 'GET', '/health')).status).toBe(200);
    rmSync(filler);
    // What the database had room for runs, and ends as it could.
    for (const { status, body } of answers) {
      if (status !== 200) continue;
      const ended = await outcome(server, acceptedSchema.parse(body).request_id);
      if (ended.status !== 'succeeded') expect(ended).toMatchObject({ error_code: 'STORAGE_FULL' });
    }
    expect((await render(server, request('flux'))).status).toBe('succeeded');
    const after = await result(server, before.request_id);
    expect(after.status).toBe('succeeded');
    const file = await download(after.outputs.images[0]?.url ?? '');
    expect(file.equals(before.files[0] ?? Buffer.of())).toBe(true);
  },
);
