/**
 * Requests accepted per second over 16 connections, each committed to the database before its answer, against a Fastify
 * route that parses the same body and commits nothing. The stand-in engine keeps the device out of the measurement.
 */
import fastify from 'fastify';
import { Pool } from 'undici';
import { startServer } from '../tests/harness/server.ts';
import { shoot } from './load.ts';
import type { Measurement } from './print-table.ts';
import { milliseconds, percentile, ratio } from './statistics.ts';

const connections = 16;
const body = JSON.stringify({
  model: 'demo',
  base_only: true,
  prompts: [{ prompt: 'a red apple', seed: 42, sample_steps: 4 }],
});

interface Load {
  perSecond: number;
  latencies: number[];
}

export async function measureAccepts(requests: number): Promise<Measurement> {
  const bare = fastify();
  bare.post('/v1/inference', async () => ({ request_id: 'x', status: 'queued' }));
  const bareUrl = await bare.listen({ port: 0, host: '127.0.0.1' });
  const server = await startServer({
    args: ['--engine', 'stand-in'],
    env: { MAX_QUEUE: '1000000', LOG_LEVEL: 'error' },
  });
  await send(bareUrl, 'POST', '/v1/inference', 500);
  await send(server.url, 'POST', '/v1/inference', 500);
  const uncommitted = await send(bareUrl, 'POST', '/v1/inference', requests);
  const accepts = await send(server.url, 'POST', '/v1/inference', requests);
  const health = await send(server.url, 'GET', '/health', requests);
  await bare.close();
  await server.remove();
  const row = (name: string, load: Load): string[] => [
    name,
    load.perSecond.toFixed(0),
    milliseconds(percentile(load.latencies, 0.5)),
    milliseconds(percentile(load.latencies, 0.99)),
    ratio(load.perSecond / uncommitted.perSecond),
  ];
  return {
    title: `Requests per second: ${connections} connections, ${requests} requests`,
    baseline: 'a Fastify route that parses the same body and stores nothing',
    head: ['', 'per second', 'p50', 'p99', 'ratio'],
    rows: [
      row('bare route', uncommitted),
      row('POST /v1/inference, committed', accepts),
      row('GET /health', health),
    ],
  };
}

async function send(origin: string, method: 'GET' | 'POST', path: string, requests: number): Promise<Load> {
  const pool = new Pool(origin, { connections });
  const started = performance.now();
  const shot = method === 'POST' ? { method, path, body } : { method, path };
  const latencies = await shoot(pool, shot, requests, connections);
  const perSecond = requests / ((performance.now() - started) / 1000);
  await pool.close();
  return { perSecond, latencies };
}
