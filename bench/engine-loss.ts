/**
 * What the loss of an engine process costs: from SIGKILL in the middle of a render to the next denoising step of the same request,
 * with a spare process standing by and without. The two servers take turns, so that a busy machine slows both.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { readinessSchema } from '../src/http/system/readiness.ts';
import { call, outcome, submit, waitUntil } from '../tests/harness/client.ts';
import { readEvents } from '../tests/harness/event-stream.ts';
import { logOf, type Server, startServer } from '../tests/harness/server.ts';
import type { Measurement } from './print-table.ts';
import { percentile, ratio } from './statistics.ts';

const body = {
  model: 'demo',
  base_only: true,
  prompts: [{ prompt: 'a red apple', width: 128, height: 128, sample_steps: 150, seed: 42 }],
};

interface Loss {
  /** From the kill to the first step after it. */
  seconds: number;
  /** Of that, loading the model. */
  loadSeconds: number;
}

export async function measureEngineLoss(rounds: number): Promise<Measurement> {
  const start = (spare: string): Promise<Server> =>
    startServer({ env: { SPARE_ENGINE: spare, LOG_LEVEL: 'info' } });
  const [without, withSpare] = [await start('off'), await start('on')];
  try {
    const losses: { without: Loss; withSpare: Loss }[] = [];
    for (let round = 0; round < rounds; round += 1) {
      losses.push({ without: await loseEngine(without), withSpare: await loseEngine(withSpare) });
    }
    return describe(losses);
  } finally {
    await Promise.all([without.remove(), withSpare.remove()]);
  }
}

async function loseEngine(server: Server): Promise<Loss> {
  await isSettled(server);
  const { request_id: id } = await submit(server, body);
  await waitUntil(server, id, ({ progress }) => progress?.phase === 'denoising' && progress.step > 1);
  const next = nextStep(server, id);
  const killed = performance.now();
  process.kill(engineOf(server), 'SIGKILL');
  await next;
  const seconds = (performance.now() - killed) / 1000;
  const { metadata } = await outcome(server, id);
  return { seconds, loadSeconds: metadata.timings.load_pipeline ?? 0 };
}

/** The engine is idle, and the spare stands by where there is to be one. */
async function isSettled(server: Server): Promise<void> {
  for (;;) {
    const { engine, spare } = readinessSchema.parse((await call(server, 'GET', '/ready')).body);
    if (engine.state === 'ready' && ['off', 'ready'].includes(spare.state)) return;
    await sleep(200);
  }
}

/** Resolves with the first step of the second attempt. */
async function nextStep(server: Server, id: string): Promise<void> {
  let isRetried = false;
  await readEvents(server, id, {
    enough: ({ event, data }) => {
      isRetried ||= event === 'started' && data.attempt === 2;
      return isRetried && event === 'progress' && data.phase === 'denoising';
    },
  });
}

/** The process that became the engine last: the log says which. */
function engineOf(server: Server): number {
  const pids = [...logOf(server).matchAll(/"engine":(\d+)[^\n]*"The engine is ready\."/g)];
  return Number(pids.at(-1)?.[1]);
}

function describe(losses: readonly { without: Loss; withSpare: Loss }[]): Measurement {
  const row = (name: string, of: (loss: Loss) => number): string[] => {
    const [one, other] = [
      percentile(
        losses.map(({ without }) => of(without)),
        0.5,
      ),
      percentile(
        losses.map(({ withSpare }) => of(withSpare)),
        0.5,
      ),
    ];
    return [name, `${one.toFixed(2)} s`, `${other.toFixed(2)} s`, ratio(one / other)];
  };
  return {
    title: `Loss of an engine: from SIGKILL in a render to the next step of the same request, median of ${losses.length}`,
    baseline: 'a server without a spare process, which has to start one and import PyTorch, taking turns',
    head: ['', 'SPARE_ENGINE=off', 'SPARE_ENGINE=on', 'off / on'],
    rows: [
      row('kill to next step', ({ seconds }) => seconds),
      row('of that, loading the model', ({ loadSeconds }) => loadSeconds),
      row('the rest', ({ seconds, loadSeconds }) => seconds - loadSeconds),
    ],
  };
}
