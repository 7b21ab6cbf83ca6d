/**
 * `darkroom replay`: pictures that Darkroom has made are made again, from what they say of themselves, and compared with what they
 * are. Ends with
 *
 *   0  the same, or in another environment the same but for rounding      2  wrong usage, or a file that says nothing
 *   1  not the same                                                       4  it cannot be made here
 */
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { UsageError } from '../errors/usage-error.ts';
import { type CommandServer, commandServer } from './command-server.ts';
import { createProgressBar } from './progress-bar.ts';
import { findPictures, type Replay, sendLoras } from './replay/find-missing.ts';
import { reportFailure } from './report-failure.ts';

const optionsSchema = z.object({
  server: z.url().optional(),
  output: z.string().min(1).optional(),
  find: z.string().min(1).optional(),
  strict: z.boolean().default(false),
  json: z.boolean().default(false),
});
type Options = z.infer<typeof optionsSchema>;

const lookEveryMs = 250;
/** From what nothing is wrong with to what is worst. */
const codes = { well: 0, notTheSame: 1, usage: 2, cannot: 4 } as const;

export async function replayCommand(what: unknown, given: unknown): Promise<void> {
  process.exitCode = await replayAll(what, given).catch((error: unknown) => {
    reportFailure(error);
    return codes.usage;
  });
}

async function replayAll(what: unknown, given: unknown): Promise<number> {
  const files = z.array(z.string().min(1)).min(1).parse(what);
  const options = optionsSchema.parse(given);
  const find = options.find === undefined ? undefined : await folderOf(options.find);
  const known = process.env.LORA_ALLOWED_PATHS;
  const allowed = find === undefined ? known : [known, find].filter((one) => one).join(path.delimiter);
  const server = await commandServer(options.server, { LORA_ALLOWED_PATHS: allowed });
  const ended: number[] = [];
  try {
    for (const file of files) ended.push(await replayOne(file, server, { ...options, find }, files.length));
  } finally {
    await server.end();
  }
  return Math.max(...ended);
}

async function replayOne(file: string, server: CommandServer, options: Options, of: number): Promise<number> {
  const replay = await complete(await bytesOf(file), server, options).catch((error: unknown) => {
    if (!(error instanceof UsageError) || of === 1) throw error;
    console.error(`${file}: ${error.message}`);
    return null;
  });
  if (replay === null) return codes.usage;
  if (options.output !== undefined && replay.output_url !== null)
    await write(await server.client.download(replay.output_url), options.output, file, of);
  if (options.json) console.log(JSON.stringify(replay));
  else tell(file, replay);
  return exitCode(replay, options);
}

/** Done again when what was missing has been found in a folder. */
async function complete(bytes: Buffer, server: CommandServer, { find }: Options): Promise<Replay> {
  const body = { file: bytes.toString('base64') };
  const first = await replayed(body, server);
  if (first.verdict !== 'cannot' || find === undefined) return first;
  const sent = server.isOwn ? 0 : await sendLoras(find, first.missing, server);
  const pictures = await findPictures(find, first.missing);
  return sent + pictures.length === 0 ? first : replayed({ ...body, pictures }, server);
}

async function replayed(
  body: { file: string; pictures?: string[] },
  { ask, client: { api } }: CommandServer,
): Promise<Replay> {
  const { replay_id } = await ask(api.POST('/v1/replays', { body }));
  const bar = createProgressBar('replay');
  const cancel = (): void =>
    void api.POST('/v1/requests/{request_id}/cancel', { params: { path: { request_id: replay_id } } });
  process.once('SIGINT', cancel);
  try {
    for (;;) {
      const replay = await ask(api.GET('/v1/replays/{replay_id}', { params: { path: { replay_id } } }));
      if (replay.status === 'failed' || replay.status === 'canceled')
        throw new UsageError(replay.error ?? 'The replay was canceled.');
      if (replay.status === 'succeeded') return replay;
      bar.update(replay.progress?.fraction ?? 0, 1, replay.progress?.phase ?? '');
      await sleep(lookEveryMs);
    }
  } finally {
    process.off('SIGINT', cancel);
    bar.clear();
  }
}

async function bytesOf(file: string): Promise<Buffer> {
  return readFile(file).catch((error: NodeJS.ErrnoException) => {
    const why = error.code === 'ENOENT' ? 'There is no such file' : error.message;
    throw new UsageError(`${file} cannot be read: ${why}. Name a picture or video that Darkroom has made.`);
  });
}

async function folderOf(text: string): Promise<string> {
  const facts = await stat(text).catch(() => null);
  if (facts?.isDirectory() !== true)
    throw new UsageError(`--find names ${text}, which is no folder. Name one that LoRAs or pictures are in.`);
  return path.resolve(text);
}

/** Several go into a folder, under their own names. */
async function write(bytes: Uint8Array, output: string, file: string, of: number): Promise<void> {
  if (of > 1) await mkdir(output, { recursive: true });
  const target = of > 1 ? path.join(output, path.basename(file)) : output;
  await writeFile(target, bytes);
  console.error(`${target}: written`);
}

function tell(file: string, replay: Replay): void {
  console.log(`${file}: ${replay.sentence}`);
  for (const { field, before, after, kind } of replay.differences) {
    const mark = kind === 'precision' ? 'warning' : kind === 'picture' ? 'differs' : 'differs, as it may';
    console.log(`  ${mark}: ${field}: ${before ?? 'none'} then, ${after ?? 'none'} now`);
  }
  for (const { what, how } of replay.missing) console.log(`  missing: ${what}\n    ${how}`);
  for (const warning of replay.warnings) console.error(`note: ${warning}`);
}

function exitCode({ verdict, same_environment }: Replay, { strict }: Options): number {
  switch (verdict) {
    case 'same_file':
      return codes.well;
    case 'same_pixels':
      return same_environment === true ? codes.notTheSame : codes.well;
    case 'rounding':
      return same_environment === true || strict ? codes.notTheSame : codes.well;
    case 'another_picture':
      return codes.notTheSame;
    case 'cannot':
      return codes.cannot;
    case null:
      throw new Error('A replay that has succeeded has a verdict.');
  }
}
