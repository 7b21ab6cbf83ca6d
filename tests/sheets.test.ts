/** Contact sheets on the real server: killed in the middle, and rendered by the command line with pixels of single requests. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { afterAll, expect, test } from 'vitest';
import { manifestSchema, sheetSchema } from '../src/http/native/schemas/sheet-answer-schema.ts';
import { call, render } from './harness/client.ts';
import { demo } from './harness/demo.ts';
import { root } from './harness/paths.ts';
import { runProgram } from './harness/run-program.ts';
import { type Server, startServer } from './harness/server.ts';

const servers: Server[] = [];
afterAll(() => Promise.all(servers.map((server) => server.remove())));

const readSheet = async (server: Server, id: string) =>
  sheetSchema.parse((await call(server, 'GET', `/v1/sheets/${id}`)).body);

async function until(server: Server, id: string, wanted: (done: number, waiting: number) => boolean) {
  for (const end = Date.now() + 120_000; ; await sleep(250)) {
    const sheet = await readSheet(server, id);
    const { succeeded, in_queue: queued, in_progress: running } = sheet.counts;
    if (wanted(succeeded, queued + running)) return sheet;
    if (Date.now() > end) throw new Error(JSON.stringify(sheet.counts));
  }
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

test('300 cells survive a server that is killed, and none is rendered twice', {
  timeout: 200_000,
}, async () => {
  const args = ['--engine', 'stand-in'];
  const first = await startServer({ args });
  const seeds = Array.from({ length: 60 }, (_, index) => index);
  const prompts = ['one', 'two', 'three', 'four', 'five'];
  const answer = await call(first, 'POST', '/v1/sheets', {
    model: 'demo',
    common: { width: 64, height: 64, sample_steps: 1 },
    axes: [
      { name: 'prompt', values: prompts },
      { name: 'seed', values: seeds },
    ],
  });
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  const { sheet_id: id } = sheetSchema.parse(answer.body);
  const before = await until(first, id, (done) => done >= 40);
  await first.kill();
  const second = await startServer({ args, data: first.data });
  servers.push(second);
  const ended = await until(second, id, (_, waiting) => waiting === 0);
  expect(ended).toMatchObject({ status: 'succeeded', failed_cells: 0, pictures: 300 });
  expect(ended.counts.succeeded).toBe(300);
  const kept = new Map(ended.cells.map((cell) => [cell.request_id, cell.sha256]));
  for (const { request_id: request, sha256 } of before.cells)
    if (sha256 !== null) expect(kept.get(request)).toBe(sha256);
  expect(kept.size).toBe(300);
  const pictures = (await filesIn(path.join(second.data, 'outputs'))).filter((name) => name.endsWith('.png'));
  expect(pictures).toHaveLength(300);
});

test('the command renders a sheet whose pixels are those of single requests', {
  timeout: 200_000,
}, async () => {
  const server = await startServer({ env: { WORKFLOWS_BASE_PATH: demo.lorasFolder } });
  servers.push(server);
  const out = await mkdtemp(path.join(os.tmpdir(), 'darkroom-sheet-'));
  const file = path.join(root, 'docs', 'sheet-demo.json');
  const run = await runProgram(process.execPath, [
    path.join(root, 'src', 'main.ts'),
    ...['sheet', file, '--out', out, '--server', server.url],
  ]);
  expect(run.code, run.stderr).toBe(0);
  const manifest = manifestSchema.parse(JSON.parse(await readFile(path.join(out, 'manifest.json'), 'utf8')));
  expect(manifest.cells).toHaveLength(12);
  const { width, height } = await sharp(path.join(out, 'sheet.webp')).metadata();
  expect(manifest.images).toEqual([{ width, height }]);
  for (const place of ['1,1,0', '0,0,1']) {
    const cell = manifest.cells.find((one) => one.place.join() === place);
    const { body } = await call(server, 'GET', `/v1/requests/${cell?.request_id}`);
    const sent: unknown = Reflect.get(Object(body), 'request');
    const { files } = await render(server, sent);
    const stored = await readFile(path.join(out, cell?.file ?? ''));
    expect(files[0]?.equals(stored), place).toBe(true);
  }
  const base = manifest.cells.filter(({ place }) => place[0] === 0 && place[2] === 0);
  expect(new Set(base.map((cell) => cell.file)).size).toBe(1);
  await rm(out, { recursive: true, force: true });
});
