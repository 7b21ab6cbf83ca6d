/**
 * Requests accepted per second over 16 and over 64 connections, each committed to the database before its answer, and status reads,
 * against a Fastify route that parses the same body and commits nothing. A stand-in engine works meanwhile, at a picture every two
 * seconds. With a checkout of the reference server the same is asked of that one, which keeps requests in memory.
 */
import fastify from 'fastify';
import { Pool } from 'undici';
import { z } from 'zod';
import { startServer } from '../tests/harness/server.ts';
import { type Shot, shoot } from './load.ts';
import type { Measurement } from './print-table.ts';
import { startReference } from './reference.ts';
import { milliseconds, percentile, ratio } from './statistics.ts';

/** As many as the reference server was measured with, and as many as make larger groups for each commit. */
const connections = 16;
const manyConnections = 64;
const warmUp = 500;
const body = JSON.stringify({
  model: 'demo',
  base_only: true,
  prompts: [{ prompt: 'a red apple', seed: 42, sample_steps: 100 }],
});

interface Load {
  name: string;
  perSecond: number;
  latencies: number[];
}

/** `reference`: a checkout of the reference server, or null. */
export async function measureAccepts(requests: number, reference: string | null): Promise<Measurement> {
  // First, so that what it lacks is said before anything is measured.
  const theirs = reference === null ? [] : await measureReference(reference, requests);
  const bare = await measureBare(requests);
  const ours = await measureOurs(requests);
  const row = ({ name, perSecond, latencies }: Load): string[] => [
    name,
    perSecond.toFixed(0),
    milliseconds(percentile(latencies, 0.5)),
    milliseconds(percentile(latencies, 0.99)),
    ratio(perSecond / bare.perSecond),
  ];
  return {
    title: `Requests per second: ${connections} connections where no other number stands, ${requests} requests`,
    baseline: 'a Fastify route that parses the same body and stores nothing',
    head: ['', 'per second', 'p50', 'p99', 'ratio'],
    rows: [bare, ...ours, ...theirs].map(row),
  };
}

async function measureBare(requests: number): Promise<Load> {
  const bare = fastify();
  bare.post('/v1/inference', async () => ({ request_id: 'x', status: 'queued' }));
  const url = await bare.listen({ port: 0, host: '127.0.0.1' });
  const load = await send('bare route', url, accept(body), requests);
  await bare.close();
  return load;
}

async function measureOurs(requests: number): Promise<Load[]> {
  const server = await startServer({
    args: ['--engine', 'stand-in'],
    env: { MAX_QUEUE: '1000000', LOG_LEVEL: 'error' },
  });
  const loads = [
    await send('POST /v1/inference, committed', server.url, accept(body), requests),
    await send(
      `the same, ${manyConnections} connections`,
      server.url,
      accept(body),
      requests,
      manyConnections,
    ),
    await send('status of a waiting request', server.url, await statusOfNew(server.url, body), requests),
    await send('GET /health', server.url, { method: 'GET', path: '/health' }, requests),
  ];
  await server.remove();
  return loads;
}

async function measureReference(checkout: string, requests: number): Promise<Load[]> {
  const reference = await startReference(checkout);
  const loads = [
    await send('reference: POST, in memory', reference.url, accept(reference.body), requests),
    await send(
      'reference: status',
      reference.url,
      await statusOfNew(reference.url, reference.body),
      requests,
    ),
  ];
  await reference.stop();
  return loads;
}

const accept = (text: string): Shot => ({ method: 'POST', path: '/v1/inference', body: text });

async function statusOfNew(origin: string, text: string): Promise<Shot> {
  const answer = await fetch(`${origin}/v1/inference`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: text,
  });
  const { request_id } = z.object({ request_id: z.string() }).parse(await answer.json());
  return { method: 'GET', path: `/v1/requests/${request_id}/status` };
}

async function send(
  name: string,
  origin: string,
  shot: Shot,
  requests: number,
  width: number = connections,
): Promise<Load> {
  const pool = new Pool(origin, { connections: width });
  await shoot(pool, shot, warmUp, width);
  const started = performance.now();
  const latencies = await shoot(pool, shot, requests, width);
  const perSecond = requests / ((performance.now() - started) / 1000);
  await pool.close();
  return { name, perSecond, latencies };
}
