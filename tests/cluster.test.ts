/** Two servers that only take requests and two workers, on a Postgres and an object store; any of them may be killed. */
import { copyFile, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type FileHost, startFileHost } from '../src/loras/sources/file-host.fixture.ts';
import { demo } from './harness/demo.ts';
import { readEvents } from './harness/event-stream.ts';
import { testPattern } from './harness/pictures.ts';
import { type Member, startMember } from './support/cluster.ts';
import { type PostgresServer, startPostgres } from './support/databases.ts';
import { type ObjectStore, startObjectStore } from './support/object-store.ts';

const acceptedSchema = z.object({ request_id: z.string() });
const resultSchema = z.object({
  outputs: z.object({ images: z.array(z.object({ url: z.string() })) }),
});

describe('servers and workers on a shared database', () => {
  let postgres: PostgresServer;
  let store: ObjectStore;
  let host: FileHost;
  let environment: Record<string, string>;
  let apis: Member[] = [];
  let workers: Member[] = [];

  beforeAll(async () => {
    [postgres, store] = await Promise.all([startPostgres(), startObjectStore()]);
    host = await startFileHost();
    environment = {
      ...store.environment,
      HF_ENDPOINT: host.origin,
      OUTBOUND_ALLOW: '127.0.0.1',
      TOKEN_SECRET: 'known to all of them '.repeat(2),
      DATABASE_URL: await postgres.createDatabase(),
      ARTIFACTS_URL: await store.createBucket('cluster'),
    };
    apis = await Promise.all([startMember('api', environment), startMember('api', environment)]);
  });
  afterAll(async () => {
    await Promise.all([...apis, ...workers].map((member) => member.remove()));
    await Promise.all([postgres?.stop(), store?.stop(), host?.stop()]);
  });

  const facts = (member: Member) => ({ url: member.url, data: '', loras: member.loras, pid: 0 });
  const post = async (member: Member, body: object): Promise<string> => {
    const answer = await fetch(`${member.url}/v1/inference`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    expect(answer.ok, text).toBe(true);
    return acceptedSchema.parse(JSON.parse(text)).request_id;
  };
  const base = { model: 'demo', base_only: true };
  const prompts = (count: number, sample_steps: number) =>
    Array.from({ length: count }, (_, seed) => ({ prompt: 'a red apple', seed, sample_steps }));
  const first = <T>(members: readonly T[]): T => at(members, 0);
  const second = <T>(members: readonly T[]): T => at(members, 1);

  test('a server without workers takes requests, and is ready', async () => {
    const ready = await fetch(`${first(apis).url}/ready`);
    expect([ready.status, await ready.json()]).toMatchObject([
      200,
      { ready: true, engine: { state: 'elsewhere' } },
    ]);
    const id = await post(first(apis), { ...base, prompts: prompts(1, 1) });
    const status = await fetch(`${second(apis).url}/v1/requests/${id}/status`);
    expect(await status.json()).toMatchObject({ status: 'in_queue' });
  });

  test('a worker renders with a LoRA and a control image that only one server has; the other server tells and hands it out', async () => {
    await mkdir(first(apis).loras, { recursive: true });
    await copyFile(
      path.join(demo.lorasFolder, 'neon-glow.safetensors'),
      path.join(first(apis).loras, 'a.safetensors'),
    );
    const lora = { ...base, base_only: false, loras: [{ path: 'a.safetensors' }], prompts: prompts(1, 2) };
    const picture = (await testPattern(64, 64)).toString('base64');
    const edit = {
      ...base,
      model: 'flux_kontext',
      prompts: [{ prompt: 'blue', ctrl_img: picture, sample_steps: 1 }],
    };
    const ids = [await post(first(apis), lora), await post(first(apis), edit)];
    // On another machine these would not be there; what is in the store has to do.
    const data = path.dirname(first(apis).loras);
    for (const name of ['loras', 'scratch']) await rm(path.join(data, name), { recursive: true });
    workers = [await startMember('worker', environment)];
    for (const id of ids) {
      const events = await readEvents(facts(second(apis)), id);
      expect(events.at(-1)?.data).toMatchObject({ status: 'succeeded' });
    }
    const result = await fetch(`${second(apis).url}/v1/requests/${ids[0]}/result`);
    const { images } = resultSchema.parse(await result.json()).outputs;
    const files = await Promise.all(
      apis.map(async ({ url }) => {
        const file = await fetch(new URL(new URL(first(images).url).pathname, url), {
          headers: { range: 'bytes=0-99' },
        });
        return [file.status, Buffer.from(await file.arrayBuffer()).toString('hex')];
      }),
    );
    expect(first(files)).toEqual([206, expect.stringMatching(/^[0-9a-f]{200}$/)]);
    expect(second(files)).toEqual(first(files));
    // It came through the store, by its hash.
    const cache = path.join(path.dirname(first(workers).loras), 'cache', 'loras');
    const loras = (await readdir(cache)).filter((name) => !name.endsWith('.used'));
    expect(loras).toEqual([expect.stringMatching(/^[0-9a-f]{64}\.safetensors$/)]);
  });

  test('a private LoRA is downloaded by the worker, with the token of the request', async () => {
    const content = await readFile(first(demo.loras));
    const token = 'hf_of_the_request';
    host.files.set('/owner/private/resolve/main/style.safetensors', { content, token });
    const lora = 'hf:owner/private/style.safetensors';
    const id = await post(first(apis), {
      model: 'demo',
      prompts: prompts(1, 2),
      loras: [{ path: lora }],
      hf_token: token,
    });
    const events = await readEvents(facts(second(apis)), id);
    expect(events.at(-1)?.data).toMatchObject({ status: 'succeeded' });
    expect(events.some(({ data }) => data.phase === 'downloading')).toBe(true);
  });

  test('a request that runs on a worker is canceled through any server', async () => {
    const id = await post(first(apis), { ...base, prompts: prompts(8, 150) });
    await readEvents(facts(first(apis)), id, { enough: ({ event }) => event === 'progress' });
    const canceled = await fetch(`${second(apis).url}/v1/requests/${id}/cancel`, { method: 'POST' });
    expect(canceled.ok).toBe(true);
    const events = await readEvents(facts(first(apis)), id);
    expect(events.at(-1)?.data).toMatchObject({ status: 'canceled' });
  });

  test('a worker is killed in the middle: the other finishes both requests, and no prompt is rendered twice', async () => {
    workers.push(await startMember('worker', environment));
    const ids = [
      await post(first(apis), { ...base, prompts: prompts(3, 60) }),
      await post(first(apis), { ...base, prompts: prompts(3, 60) }),
    ];
    for (const id of ids)
      await readEvents(facts(second(apis)), id, { enough: ({ event }) => event === 'output' });
    await first(workers).kill();
    const events = (await Promise.all(ids.map((id) => readEvents(facts(second(apis)), id)))).flat();
    const count = (name: string) => events.filter(({ event }) => event === name).length;
    expect([count('started'), count('output')]).toEqual([3, 6]);
    const ends = events.filter(({ data }) => data.status === 'succeeded');
    expect(ends).toHaveLength(2);
  });

  test('a server is killed: what it accepted is rendered, and who asks the other notices nothing', async () => {
    const id = await post(first(apis), { ...base, prompts: prompts(2, 30) });
    const followed = readEvents(facts(second(apis)), id);
    await first(apis).kill();
    const events = await followed;
    expect(events.at(-1)?.data).toMatchObject({ status: 'succeeded' });
    const numbers = events.map((event) => Number(event.id));
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
  });

  test('two workers share two models without loading them in turn', async () => {
    workers.push(await startMember('worker', environment));
    const living = workers.slice(1);
    const before = await loads(living);
    const ids: string[] = [];
    for (let index = 0; index < 12; index += 1) {
      const model = index % 2 === 0 ? 'demo' : 'sdxl';
      ids.push(await post(second(apis), { ...base, model, prompts: prompts(1, 5) }));
    }
    for (const id of ids) {
      const events = await readEvents(facts(second(apis)), id);
      expect(events.at(-1)?.data).toMatchObject({ status: 'succeeded' });
    }
    expect((await loads(living)) - before).toBeLessThanOrEqual(4);
  });

  test('Postgres restarts: nobody dies, requests get a 503 that says to try again, and what runs goes on', async () => {
    const living = workers.slice(1);
    const ids = [
      await post(second(apis), { ...base, prompts: prompts(3, 60) }),
      await post(second(apis), { ...base, prompts: prompts(3, 60) }),
    ];
    for (const id of ids)
      await readEvents(facts(second(apis)), id, { enough: ({ event }) => event === 'output' });
    const restarted = postgres.restart(2_000);
    await sleep(500);
    const answer = await fetch(`${second(apis).url}/v1/requests/${ids[0]}/status`);
    expect([answer.status, await answer.json()]).toMatchObject([
      503,
      { error: { code: 'DATABASE_UNAVAILABLE' } },
    ]);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    await restarted;
    for (const id of ids) {
      const events = await readEvents(facts(second(apis)), id);
      expect(events.at(-1)?.data).toMatchObject({ status: 'succeeded' });
      expect(events.filter(({ event }) => event === 'output')).toHaveLength(3);
    }
    for (const { url } of living) expect((await fetch(`${url}/health`)).ok).toBe(true);
  }, 120_000);

  test('a worker that is asked to stop gives its request back, and the other finishes it', async () => {
    const living = workers.slice(1);
    const ids = [await post(second(apis), { ...base, prompts: prompts(2, 100) })];
    ids.push(await post(second(apis), { ...base, prompts: prompts(2, 100) }));
    for (const id of ids) {
      await readEvents(facts(second(apis)), id, { enough: ({ event }) => event === 'progress' });
    }
    await first(living).stop();
    for (const id of ids) {
      const events = await readEvents(facts(second(apis)), id);
      expect(events.at(-1)?.data).toMatchObject({ status: 'succeeded' });
    }
  });
});

/** Base models that these workers have loaded, together. */
async function loads(workers: readonly Member[]): Promise<number> {
  const counts = await Promise.all(
    workers.map(async ({ url }) => {
      const metrics = await (await fetch(`${url}/metrics`)).text();
      return Number(/^darkroom_engine_loads (\d+)$/m.exec(metrics)?.[1]);
    }),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

function at<T>(members: readonly T[], index: number): T {
  const member = members[index];
  if (member === undefined) throw new Error(`there is no number ${index}`);
  return member;
}
