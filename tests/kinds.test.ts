/**
 * A second kind of work, which only this test knows, lives as a render does: accepted, claimed, run with a limit of its own,
 * canceled, recovered after its process was killed, and told of. Real processes with the stand-in engine.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer, type Server as Receiver } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { call, outcome, status, submit, waitUntil } from './harness/client.ts';
import { readEvents } from './harness/event-stream.ts';
import { node, root } from './harness/paths.ts';
import { request } from './harness/requests.ts';
import type { ServerFacts } from './harness/server.ts';
import type { CountOrder } from './support/count-kind.ts';
import { type PostgresServer, startPostgres } from './support/databases.ts';

interface CountServer extends ServerFacts {
  count(order: CountOrder): Promise<string>;
  kill(): Promise<void>;
}

const messageSchema = z.object({ type: z.string(), data: z.looseObject({ request_id: z.string() }) });

describe.each(['pglite', 'postgres'])('on %s', (kind) => {
  let data = '';
  let postgres: PostgresServer | null = null;
  let databaseUrl: string | null = null;
  let server: CountServer;
  let receiver: Receiver;
  /** What the webhook of each job was told, in order. */
  const told = new Map<string, string[]>();

  async function start(): Promise<CountServer> {
    const log = openSync(path.join(data, 'server.log'), 'a');
    const child: ChildProcess = spawn(node, [path.join(root, 'tests', 'support', 'count-server.ts')], {
      env: {
        PATH: process.env.PATH ?? '',
        HOME: os.homedir(),
        LOG_LEVEL: 'warn',
        DARKROOM_DATA: data,
        PORT: '0',
        OUTBOUND_ALLOW: '127.0.0.1',
        ...(databaseUrl === null ? {} : { DATABASE_URL: databaseUrl }),
      },
      stdio: ['ignore', log, log, 'ipc'],
    });
    closeSync(log);
    const [url] = await once(child, 'message');
    return {
      url: String(url),
      data,
      loras: path.join(data, 'loras'),
      pid: child.pid ?? 0,
      count: async (order) => {
        child.send(order);
        const [id] = await once(child, 'message');
        return String(id);
      },
      kill: async () => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        const closed = once(child, 'close');
        child.kill('SIGKILL');
        await closed;
      },
    };
  }

  beforeAll(async () => {
    data = await mkdtemp(path.join(os.tmpdir(), 'darkroom-kinds-'));
    if (kind === 'postgres') {
      postgres = await startPostgres();
      databaseUrl = await postgres.createDatabase();
    }
    receiver = createServer(async (incoming, response) => {
      let text = '';
      for await (const chunk of incoming) text += String(chunk);
      const { type, data: about } = messageSchema.parse(JSON.parse(text));
      told.set(about.request_id, [...(told.get(about.request_id) ?? []), type]);
      response.writeHead(204).end();
    }).listen(0, '127.0.0.1');
    await once(receiver, 'listening');
    server = await start();
  });
  afterAll(async () => {
    await server?.kill();
    receiver?.close();
    await postgres?.stop();
    await rm(data, { recursive: true, force: true, maxRetries: 5 });
  });

  const webhook = (): string => {
    const address: AddressInfo | string | null = receiver.address();
    return `http://127.0.0.1:${typeof address === 'object' ? address?.port : address}/`;
  };

  test('it is accepted, run and told of, by status, events, result, request, files and webhook', async () => {
    const id = await server.count({ id: 'first', kind: 'count', to: 3, restMs: 50, webhook: webhook() });
    const result = await outcome(server, id);
    expect(result).toMatchObject({ status: 'succeeded', model: 'demo', warnings: ['counted to 3'] });
    expect(result.outputs.images.map(({ index, width }) => [index, width])).toEqual([
      [0, 1],
      [1, 2],
      [2, 3],
    ]);
    expect(result.metadata).toMatchObject({ base_model: 'numbers/to-3', versions: { counted: '3' } });
    const events = await readEvents(server, id);
    expect(events.map(({ event }) => event).filter((event) => event !== 'progress')).toEqual([
      'queued',
      'started',
      'output',
      'output',
      'output',
      'warning',
      'ended',
    ]);
    const shown = await call(server, 'GET', `/v1/requests/${id}`);
    expect(shown.body).toMatchObject({ request_id: id, kind: 'count', outputs: [{}, {}, {}] });
    // A list of another kind is asked for by its name.
    expect((await call(server, 'GET', '/v1/requests')).body).toMatchObject({ requests: [] });
    const file = await fetch(`${server.url}/v1/requests/${id}/outputs/2`);
    expect(file.headers.get('content-type')).toBe('image/png');
    expect((await file.arrayBuffer()).byteLength).toBeGreaterThan(50);
    await expect
      .poll(() => told.get(id)?.toSorted(), { timeout: 20_000 })
      .toEqual(['request.completed', ...Array(3).fill('request.output'), 'request.started']);
  });

  test('what needs no device runs beside a render, what needs it waits for its end', async () => {
    const { request_id: render } = await submit(
      server,
      request('demo', { prompts: Array.from({ length: 20 }, () => ({ sample_steps: 50 })) }),
    );
    await waitUntil(server, render, ({ status: word }) => word === 'in_progress');
    const waiting = await server.count({ id: 'at-the-device', kind: 'device_count', to: 1, restMs: 10 });
    const beside = await server.count({ id: 'beside', kind: 'count', to: 2, restMs: 10 });
    expect(await outcome(server, beside)).toMatchObject({ status: 'succeeded' });
    expect(await status(server, render)).toMatchObject({ status: 'in_progress' });
    expect(await status(server, waiting)).toMatchObject({ status: 'in_queue', progress: { prompts: 1 } });
    await call(server, 'POST', `/v1/requests/${render}/cancel`);
    expect(await outcome(server, waiting)).toMatchObject({ status: 'succeeded' });
  });

  test('its own limit stops it, and what its runner throws fails it without a word of what it was', async () => {
    const slow = await server.count({
      id: 'slow',
      kind: 'count',
      to: 100,
      restMs: 1_000,
      webhook: webhook(),
    });
    const broken = await server.count({ id: 'broken', kind: 'count', to: 3, restMs: 10, breaksAt: 1 });
    const failed = await outcome(server, broken);
    expect(failed).toMatchObject({ status: 'failed', error_code: 'INTERNAL' });
    expect(failed.outputs.images).toHaveLength(1);
    expect(failed.error).not.toContain('nobody');
    const stopped = await outcome(server, slow);
    expect(stopped).toMatchObject({ status: 'failed', error_code: 'TIMEOUT' });
    expect(stopped.error).toContain('COUNT_TIMEOUT (8 s) and was stopped. Count less far');
    expect(stopped.outputs.images.length).toBeGreaterThan(0);
  });

  test('a running one is canceled at once and keeps what it has; one that waits never starts', async () => {
    const id = await server.count({ id: 'canceled', kind: 'count', to: 50, restMs: 200, webhook: webhook() });
    await readEvents(server, id, { enough: ({ event }) => event === 'output' });
    await call(server, 'POST', `/v1/requests/${id}/cancel`);
    const canceled = await outcome(server, id);
    expect(canceled.status).toBe('canceled');
    expect(canceled.outputs.images.length).toBeGreaterThan(0);
    expect(canceled.outputs.images.length).toBeLessThan(50);
    await expect.poll(() => told.get(id)?.at(-1), { timeout: 20_000 }).toBe('request.completed');
    const ahead = await server.count({ id: 'ahead', kind: 'device_count', to: 5, restMs: 100 });
    const behind = await server.count({ id: 'behind', kind: 'device_count', to: 1, restMs: 10 });
    await call(server, 'POST', `/v1/requests/${behind}/cancel`);
    await outcome(server, ahead);
    const never = (await readEvents(server, behind)).map(({ event }) => event);
    expect(never.filter((event) => event !== 'queued')).toEqual(['ended']);
  });

  test('after SIGKILL the next process counts on where it was, and everything is told once', async ({
    task,
  }) => {
    const names = ['killed-0', 'killed-1', 'killed-at-the-device', 'killed-waiting'];
    const ids = names.map((name) => `${name}-${task.result?.retryCount ?? 0}`);
    for (const id of ids) {
      const kindOf = id.includes('device') || id.includes('waiting') ? 'device_count' : 'count';
      await server.count({ id, kind: kindOf, to: 8, restMs: 400, webhook: webhook() });
    }
    for (const id of ids.slice(0, 3))
      await readEvents(server, id, { enough: ({ event }) => event === 'output' });
    await server.kill();
    server = await start();
    for (const id of ids) {
      const result = await outcome(server, id);
      expect(result, id).toMatchObject({ status: 'succeeded' });
      expect(result.outputs.images.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
      const events = await readEvents(server, id);
      const attempts = events.flatMap(({ event, data: { attempt } }) =>
        event === 'started' ? [attempt] : [],
      );
      expect(attempts, id).toEqual(id.includes('waiting') ? [1] : [1, 2]);
      expect(events.filter(({ event }) => event === 'output')).toHaveLength(8);
      expect(await readdir(path.join(data, 'outputs', id))).toHaveLength(8);
      await expect
        .poll(() => told.get(id)?.filter((type) => type === 'request.completed'), { timeout: 90_000 })
        .toEqual(['request.completed']);
    }
  });
});
