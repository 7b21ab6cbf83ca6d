/**
 * `darkroom sheet`: a contact sheet from a file with the body of POST /v1/sheets, followed until all of it is rendered, and written into
 * a folder: picture, manifest, cells, and a page that shows them.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { fromBufferPromise } from 'yauzl';
import { z } from 'zod';
import type { operations } from '../client/api.ts';
import { UsageError } from '../errors/usage-error.ts';
import { commandServer } from './command-server.ts';
import { createProgressBar } from './progress-bar.ts';
import type { RegistryServer } from './registry-server.ts';

const optionsSchema = z.object({
  out: z.string().min(1).default('sheet'),
  server: z.string().optional(),
  loras: z.string().optional(),
  dryRun: z.boolean().default(false),
  json: z.boolean().default(false),
});
type Options = z.infer<typeof optionsSchema>;
type Body = operations['createSheet']['requestBody']['content']['application/json'];

const lookEveryMs = 1_000;

export async function sheetCommand(file: unknown, given: unknown): Promise<void> {
  const options = optionsSchema.parse(given);
  const body = await readBody(z.string().parse(file));
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  const server = await commandServer(options.server, { WORKFLOWS_BASE_PATH: options.loras });
  try {
    await (options.dryRun
      ? tellCosts(server, body, options)
      : renderSheet(server, body, options, stop.signal));
  } finally {
    await server.end();
  }
}

async function readBody(file: string): Promise<Body> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`${file} could not be read: ${error.message}.`, { cause: error });
  });
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${file} is no JSON: ${error instanceof Error ? error.message : error}.`);
  }
}

async function tellCosts({ ask, client }: RegistryServer, body: Body, { json }: Options): Promise<void> {
  const costs = await ask(client.api.POST('/v1/sheets', { body, params: { query: { dry_run: 'true' } } }));
  if (json || !('dry_run' in costs)) {
    console.log(JSON.stringify(costs));
    return;
  }
  const { cells, to_render, reused, merges, base_loads, downloads, disk_bytes, seconds } = costs;
  const gigabytes = (bytes: number | null): string => `${((bytes ?? 0) / 1e9).toFixed(1)} GB`;
  console.log(`${cells} cells, ${to_render} pictures to render, ${reused} cells shown from what there is
${merges} merges of LoRAs, ${base_loads} loads of the base model, ${gigabytes(downloads.bytes)} to download
about ${gigabytes(disk_bytes)} of disk, and ${seconds.likely} s (${seconds.low} to ${seconds.high} s, ${seconds.source === 'measured' ? 'as measured here' : 'a guess'})`);
}

async function renderSheet(
  server: RegistryServer,
  body: Body,
  options: Options,
  stop: AbortSignal,
): Promise<void> {
  const { ask, client } = server;
  const sheet = await ask(client.api.POST('/v1/sheets', { body }));
  if ('dry_run' in sheet) throw new UsageError('The server answered as to a dry run.');
  for (const warning of sheet.warnings) console.error(`note: ${warning}`);
  const ended = await follow(server, sheet.sheet_id, stop);
  if (ended === null) {
    console.error(
      `The sheet ${sheet.sheet_id} goes on at the server, or with the next one of this data folder.`,
    );
    process.exitCode = 130;
    return;
  }
  const files = await unpack(await client.download(ended.zip_url), options.out);
  if (options.json) console.log(JSON.stringify(ended));
  else
    console.log(
      `${files.length} files in ${options.out}: ${files.filter((name) => !name.includes('/')).join(', ')}`,
    );
  if (ended.failed_cells === 0) return;
  const first = ended.cells.find(({ status }) => status === 'failed');
  throw new UsageError(
    `${ended.failed_cells} of ${ended.counts.cells} cells failed, the first with: ${first?.error ?? 'no reason'} (${first?.error_code})`,
  );
}

/** As it has ended; null when it is followed no longer. */
async function follow({ ask, client: { api } }: RegistryServer, sheet_id: string, stop: AbortSignal) {
  const bar = createProgressBar('sheet');
  try {
    for (;;) {
      const sheet = await ask(api.GET('/v1/sheets/{sheet_id}', { params: { path: { sheet_id } } }));
      const { counts, eta_seconds: left, failed_cells: failed } = sheet;
      const done = counts.cells - counts.in_queue - counts.in_progress;
      const notes = [`${done} of ${counts.cells} cells`, ...(failed > 0 ? [`${failed} failed`] : [])];
      bar.update(
        done,
        counts.cells,
        [...notes, ...(left === null ? [] : [`${Math.round(left)} s left`])].join(', '),
      );
      if (counts.in_queue + counts.in_progress === 0) return sheet;
      if (stop.aborted) return null;
      await sleep(lookEveryMs, undefined, { signal: stop }).catch(() => {});
    }
  } finally {
    bar.clear();
  }
}

/** The files of a ZIP file of ours; yauzl refuses names that would leave the folder. */
async function unpack(archive: Uint8Array, folder: string): Promise<string[]> {
  const zip = await fromBufferPromise(Buffer.from(archive), { lazyEntries: true });
  const names: string[] = [];
  for await (const entry of zip.eachEntry()) {
    const file = path.join(folder, entry.fileName);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, await buffer(await zip.openReadStreamPromise(entry)));
    names.push(entry.fileName);
  }
  return names;
}
