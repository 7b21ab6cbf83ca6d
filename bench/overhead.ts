/**
 * What the server adds to a picture: from POST to the last event, against the same call in a bare diffusers script. The two
 * take turns, so that a busy machine slows both.
 */
import path from 'node:path';
import { submit } from '../tests/harness/client.ts';
import { readEvents } from '../tests/harness/event-stream.ts';
import { engineFolder, root } from '../tests/harness/paths.ts';
import { type Server, startServer } from '../tests/harness/server.ts';
import { startLineProcess } from './line-process.ts';
import type { Measurement } from './print-table.ts';
import { milliseconds, percentile, ratio } from './statistics.ts';

const steps = 4;
const side = 64;
const body = {
  model: 'demo',
  base_only: true,
  output_format: 'png',
  prompts: [{ prompt: 'a red apple', width: side, height: side, sample_steps: steps, seed: 42 }],
};

export async function measureOverhead(rounds: number): Promise<Measurement> {
  const script = path.relative(engineFolder, path.join(root, 'bench', 'bare_pipeline.py'));
  const checkpoint = path.join(root, 'checkpoints', 'demo');
  const bare = await startLineProcess([script, checkpoint, '--steps', String(steps), '--side', String(side)]);
  const server = await startServer();
  const samples: { bare: number; http: number }[] = [];
  for (let round = -3; round < rounds; round++) {
    const sample = { bare: Number(await bare.ask()), http: await renderOnce(server) };
    // The first rounds warm both up.
    if (round >= 0) samples.push(sample);
  }
  await bare.stop();
  await server.remove();
  return describe(samples);
}

async function renderOnce(server: Server): Promise<number> {
  const started = performance.now();
  const { request_id } = await submit(server, body);
  await readEvents(server, request_id);
  return performance.now() - started;
}

function describe(samples: { bare: number; http: number }[]): Measurement {
  const bare = samples.map((sample) => sample.bare);
  const http = samples.map((sample) => sample.http);
  const row = (name: string, share: number): string[] => {
    const [one, other] = [percentile(bare, share), percentile(http, share)];
    return [name, milliseconds(one), milliseconds(other), milliseconds(other - one), ratio(other / one)];
  };
  return {
    title: `Request overhead: demo, ${steps} steps at ${side}×${side}, ${samples.length} rounds, one at a time`,
    baseline: 'the same call in a bare diffusers script, PNG included, taking turns',
    head: ['', 'bare call', 'over HTTP', 'difference', 'ratio'],
    rows: [row('p50', 0.5), row('p99', 0.99)],
  };
}
