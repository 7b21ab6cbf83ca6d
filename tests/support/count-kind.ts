/**
 * A kind of work that only tests have: it counts to a number, rests before each, and puts each down as a picture. `count` does
 * so beside the device, `device_count` takes it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { z } from 'zod';
import { jobFileKey } from '../../src/files/file-key.ts';
import type { FileStore } from '../../src/files/file-store.ts';
import type { Job, NewJob } from '../../src/jobs/job.ts';
import type { JobKind } from '../../src/jobs/job-kind.ts';
import type { RunnerParts, WorkKinds } from '../../src/server/kinds.ts';
import type { Attempt } from '../../src/worker/attempt.ts';
import type { AttemptOutcome, KindRunner } from '../../src/worker/kind-runner.ts';

const countTaskSchema = z.strictObject({
  to: z.int(),
  restMs: z.int(),
  /** Where it throws instead of counting on. */
  breaksAt: z.int().exactOptional(),
});
type CountTask = z.infer<typeof countTaskSchema>;
const countResultSchema = z.strictObject({ counted: z.int() });

export const countLimitSeconds = 8;

const stored: JobKind<CountTask, z.infer<typeof countResultSchema>> = {
  task: countTaskSchema,
  result: countResultSchema,
  facts: ({ to }, result) => ({
    checkpoint: { repository: `numbers/to-${to}`, revision: 'main' },
    loras: [],
    timings: null,
    versions: result === null ? {} : { counted: String(result.counted) },
  }),
};

const createRunner = ({ files }: RunnerParts): KindRunner<CountTask> => ({
  limit: { seconds: countLimitSeconds, setting: 'COUNT_TIMEOUT', advice: 'Count less far' },
  prepare: async (job, attempt) => ({ kind: 'prepared', run: () => count(job, attempt, files) }),
});

async function count(
  job: Job<CountTask>,
  attempt: Attempt,
  files: Pick<FileStore, 'put'>,
): Promise<AttemptOutcome> {
  const { to, restMs, breaksAt } = job.task;
  const done = new Set(job.outputs.map(({ index }) => index));
  for (let index = 0; index < to; index += 1) {
    if (done.has(index)) continue;
    const progress = { phase: 'saving', call: index, calls: to, step: index, total: to } as const;
    attempt.tell({ type: 'progress', progress: { ...progress, fraction: index / to, etaSeconds: null } });
    await sleep(restMs, undefined, { signal: attempt.signal }).catch(() => {});
    if (attempt.signal.aborted) return { kind: 'canceled' };
    if (index === breaksAt) throw new Error('a number that nobody may see');
    const size = { width: index + 1, height: 1 };
    const picture = sharp({ create: { ...size, channels: 3, background: 'white' } }).png();
    const key = jobFileKey(job.id, `${job.id}_output_${index}.png`);
    const stored = await files.put(key, await picture.toBuffer(), 'image/png');
    await attempt.keep({
      index,
      kind: 'image',
      format: 'png',
      ...size,
      frames: 1,
      fps: null,
      seed: index,
      key,
      seconds: restMs / 1000,
      ...stored,
    });
  }
  attempt.warn(`counted to ${to}`);
  return { kind: 'done', result: { counted: to } };
}

export const countKinds: WorkKinds = {
  count: { ...stored, needsDevice: false, createRunner },
  device_count: { ...stored, needsDevice: true, createRunner },
};

export interface CountOrder extends CountTask {
  id: string;
  kind: 'count' | 'device_count';
  /** Where a webhook is told of it. */
  webhook?: string;
}

export function countJob({ id, kind, webhook, ...task }: CountOrder): NewJob<CountTask> {
  return {
    id,
    kind,
    dialect: 'native',
    project: 'proj_local',
    model: 'demo',
    queue: 'numbers',
    units: task.to,
    task,
    needs: [],
    inputs: [],
    request: null,
    priority: 0,
    warnings: [],
    keyId: null,
    idempotency: null,
    webhook:
      webhook === undefined
        ? null
        : { url: webhook, events: ['started', 'output', 'completed'], origin: 'http://here' },
  };
}
