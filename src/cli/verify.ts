/**
 * `darkroom verify`: the previews of a training against what is rendered with its LoRAs. Ends with
 *
 *   0  all that could be compared passed      3  nothing could be compared
 *   1  something did not                      4  it cannot be rendered here
 *   2  wrong usage, or no readable job        130  interrupted
 */
import { statSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { UsageError } from '../errors/usage-error.ts';
import { isLoopbackHost } from '../security/safe-binding.ts';
import { reportJunit } from '../verification/report/report-junit.ts';
import { explanations } from '../verification/verification-task.ts';
import { type CommandServer, commandServer } from './command-server.ts';
import { createProgressBar } from './progress-bar.ts';
import { reportFailure } from './report-failure.ts';
import { tellVerification, type Verification } from './verify/tell-verification.ts';

const listOf = (what: string) =>
  z
    .string()
    .regex(/^\d+(,\d+)*$/, `must be ${what} with commas between them, such as 0,2`)
    .transform((text) => text.split(',').map(Number));

const optionsSchema = z.object({
  steps: z.union([z.enum(['all', 'last']), listOf('all, last, or numbers of steps')]).default('all'),
  prompts: listOf('indexes of prompts').optional(),
  model: z.string().min(1).optional(),
  explain: z.enum(explanations).default('quick'),
  out: z.string().min(1).optional(),
  json: z.boolean().default(false),
  junit: z.string().min(1).optional(),
  minPsnr: z.coerce.number().min(0).max(99).optional(),
  server: z.url().optional(),
});
type Options = z.infer<typeof optionsSchema>;

const lookEveryMs = 300;
const codes = {
  passed: 0,
  failed: 1,
  usage: 2,
  nothing_comparable: 3,
  cannot_render: 4,
  interrupted: 130,
} as const;

export async function verifyCommand(what: unknown, given: unknown): Promise<void> {
  process.exitCode = await verify(what, given).catch((error: unknown) => {
    reportFailure(error);
    return codes.usage;
  });
}

async function verify(what: unknown, given: unknown): Promise<number> {
  const job = z.string().min(1).parse(what);
  const options = optionsSchema.parse(given);
  const server = await commandServer(options.server);
  const stop = new AbortController();
  const interrupt = () => stop.abort();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, interrupt);
  try {
    const ended = await verified(bodyOf(job, server, options), server, stop.signal);
    if (ended === null) return codes.interrupted;
    await keep(ended, server, options);
    return codes[ended.verdict ?? 'failed'];
  } finally {
    await server.end();
  }
}

/** A folder is read by the server; what is none may be a training of it. */
function bodyOf(job: string, server: CommandServer, options: Options) {
  const folder = path.resolve(job);
  const isThere = statSync(folder, { throwIfNoEntry: false }) !== undefined;
  const isTraining = !isThere && /^[\w-]{1,64}$/.test(job);
  if (!isThere && !isTraining)
    throw new UsageError(`There is no folder ${folder}. Name the folder that ai-toolkit wrote for a job.`);
  if (isThere && !isLoopbackHost(new URL(server.url).hostname))
    throw new UsageError(
      `A folder is verified by the server that can read it. Run this on ${new URL(server.url).hostname}, or leave out --server.`,
    );
  const { steps, prompts = null, model = null, explain, minPsnr: min_psnr = null } = options;
  const source = isThere ? { folder } : { training: job };
  return { ...source, steps, prompts, model, explain, min_psnr };
}

/** Null when it was interrupted. */
async function verified(
  body: ReturnType<typeof bodyOf>,
  { ask, client: { api } }: CommandServer,
  stop: AbortSignal,
): Promise<Verification | null> {
  const { verification_id } = await ask(api.POST('/v1/verifications', { body }));
  const params = { path: { verification_id } };
  const bar = createProgressBar('verify');
  try {
    for (;;) {
      const now = await ask(api.GET('/v1/verifications/{verification_id}', { params }));
      if (now.status === 'failed' || (now.status === 'canceled' && !stop.aborted))
        throw new UsageError(now.error ?? 'The verification was canceled.');
      if (now.status === 'succeeded') return now;
      if (stop.aborted) {
        await ask(
          api.POST('/v1/requests/{request_id}/cancel', { params: { path: { request_id: verification_id } } }),
        );
        return null;
      }
      const { step = 0, total = 1 } = now.progress ?? {};
      bar.update(step, total, `${step} of ${total} rendered`);
      await sleep(lookEveryMs, undefined, { signal: stop }).catch(() => {});
    }
  } finally {
    bar.clear();
  }
}

async function keep(ended: Verification, { client }: CommandServer, options: Options): Promise<void> {
  if (options.junit !== undefined) await writeFile(options.junit, reportJunit(ended));
  let report: string | null = null;
  if (options.out !== undefined && ended.report_url !== null) {
    await mkdir(options.out, { recursive: true });
    report = path.join(options.out, 'report.html');
    await writeFile(report, await client.download(ended.report_url));
    await writeFile(path.join(options.out, 'report.json'), `${JSON.stringify(ended, null, 2)}\n`);
  }
  if (options.json) console.log(JSON.stringify(ended));
  else tellVerification(ended, report);
}
