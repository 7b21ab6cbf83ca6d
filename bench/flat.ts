/**
 * Does accepting a request, or asking how it stands, take longer when many others wait? Two servers with the stand-in engine
 * take turns, one whose queue is almost empty and one whose queue gets longer, so that a busy machine slows both.
 */
import { Pool } from 'undici';
import { z } from 'zod';
import { type Server, startServer } from '../tests/harness/server.ts';
import { type Shot, shoot } from './load.ts';
import type { Measurement } from './print-table.ts';
import { milliseconds, percentile, ratio } from './statistics.ts';

/** Long to render, so that the queue keeps its length while it is measured. */
const post: Shot = {
  method: 'POST',
  path: '/v1/inference',
  body: JSON.stringify({
    model: 'demo',
    base_only: true,
    prompts: [{ prompt: 'a red apple', seed: 42, sample_steps: 100, width: 64, height: 64 }],
  }),
};
const shotsInATurn = 20;
const fillConnections = 64;

interface Side {
  server: Server;
  pool: Pool;
}

export async function measureFlat(depths: readonly number[], turns: number): Promise<Measurement> {
  const [empty, deep] = [await openSide(), await openSide()];
  const rows: string[][] = [];
  let depth = 1;
  for (const wanted of depths) {
    await shoot(deep.pool, post, Math.max(0, wanted - depth), fillConnections);
    const [accepts, polls] = [
      await takeTurns(empty, deep, 'post', turns),
      await takeTurns(empty, deep, 'status', turns),
    ];
    depth = Math.max(wanted, depth) + turns * shotsInATurn;
    rows.push(rowOf(`POST, ${wanted} waiting`, accepts), rowOf(`status, ${wanted} waiting`, polls));
  }
  for (const { pool, server } of [empty, deep]) {
    await pool.close();
    await server.remove();
  }
  return {
    title: `Answers while requests wait: one connection, ${turns * shotsInATurn} of each`,
    baseline: 'the same server with a queue that was empty at first, taking turns',
    head: ['', 'p50', 'p99', 'p50 with few', 'p99 with few', 'p50 ratio', 'p99 ratio'],
    rows,
  };
}

async function openSide(): Promise<Side> {
  const server = await startServer({
    args: ['--engine', 'stand-in'],
    env: { MAX_QUEUE: '1000000', LOG_LEVEL: 'error' },
  });
  const pool = new Pool(server.url, { connections: fillConnections });
  await shoot(pool, post, 50, 1);
  return { server, pool };
}

/** Asks for the newest request: the one with the most in front of it. */
async function statusOfNewest({ pool }: Side): Promise<Shot> {
  const answer = await pool.request({ method: 'GET', path: '/v1/requests?limit=1' });
  const { requests } = z
    .object({ requests: z.array(z.object({ request_id: z.string() })) })
    .parse(await answer.body.json());
  return { method: 'GET', path: `/v1/requests/${requests[0]?.request_id}/status` };
}

interface Latencies {
  few: number[];
  many: number[];
}

async function takeTurns(few: Side, many: Side, what: 'post' | 'status', turns: number): Promise<Latencies> {
  const latencies: Latencies = { few: [], many: [] };
  const shotOf = (side: Side): Shot | Promise<Shot> => (what === 'post' ? post : statusOfNewest(side));
  const [toFew, toMany] = [await shotOf(few), await shotOf(many)];
  for (let turn = 0; turn < turns; turn += 1) {
    latencies.few.push(...(await shoot(few.pool, toFew, shotsInATurn, 1)));
    latencies.many.push(...(await shoot(many.pool, toMany, shotsInATurn, 1)));
  }
  return latencies;
}

function rowOf(name: string, { few, many }: Latencies): string[] {
  const at = (samples: number[], share: number): number => percentile(samples, share);
  const times = [at(many, 0.5), at(many, 0.99), at(few, 0.5), at(few, 0.99)].map(milliseconds);
  return [name, ...times, ratio(at(many, 0.5) / at(few, 0.5)), ratio(at(many, 0.99) / at(few, 0.99))];
}
