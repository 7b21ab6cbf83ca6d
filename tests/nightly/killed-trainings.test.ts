/** Trainings whose engine or server is killed somewhere, twenty times each: they end in the bits of one that nothing disturbed. */
import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { randomFrom } from '../../scripts/chaos/random-from.ts';
import { modelDetailsSchema } from '../../src/http/native/schemas/registry-schema.ts';
import {
  type TrainingResponse,
  trainingResponseSchema,
} from '../../src/http/native/schemas/training-schema.ts';
import { call } from '../harness/client.ts';
import { engineFolder, python } from '../harness/paths.ts';
import { testPattern } from '../harness/pictures.ts';
import { logOf, type Server, startServer } from '../harness/server.ts';

test('a training whose engine is killed at any moment ends in the same bits', async () => {
  const { stdout } = await promisify(execFile)(
    python,
    ['-m', 'pytest', '-q', 'tests/test_training.py', '-k', 'killed'],
    { cwd: engineFolder, env: { ...process.env, KILLS: '20' } },
  );
  expect(stdout).toContain('20 passed');
}, 1_800_000);

const rounds = 5;
const killsOfARound = 4;
/** Changes that are seen of a training before its server is killed. */
const mostChanges = 10;
const seed = z.coerce.number().default(1).parse(process.env.SEED);

const request = {
  base: 'demo',
  name: 'Killed',
  trigger_word: 'zorp',
  steps: 30,
  save_every: 6,
  rank: 4,
  seed: 5,
  learning_rate: 0.01,
  batch_size: 2,
  resolutions: [64],
  preserve: 'none',
  samples: { prompts: [{ prompt: 'zorp red apple', width: 64, height: 64, sample_steps: 2, seed: 7 }] },
};
const pictures = await Promise.all([64, 80].map((width) => testPattern(width, 64)));

test('a training whose server is killed at any moment ends in the same bits', async () => {
  const chance = randomFrom(seed);
  let server = await startServer();
  try {
    const undisturbed = await untilEnd(server, await start(server));
    const wanted = await filesOf(server, undisturbed);
    expect(wanted.map(([step]) => step)).toEqual([6, 12, 18, 24, 30]);
    for (let round = 0; round < rounds; round++) {
      const id = await start(server);
      const killedAt: string[] = [];
      for (let kill = 0; kill < killsOfARound; kill++) {
        killedAt.push(await seen(server, id, 1 + Math.floor(chance() * mostChanges)));
        await server.kill();
        server = await startServer({ data: server.data });
      }
      const ended = await untilEnd(server, id);
      const where = `seed ${seed}, round ${round}, killed at ${killedAt.join(', ')}`;
      console.log(where);
      expect(await filesOf(server, ended), where).toEqual(wanted);
      expect(
        ended.epochs.map(({ step, samples }) => [step, samples.length]),
        where,
      ).toEqual(wanted.map(([step]) => [step, 1]));
      const events = await (await fetch(ended.events_url)).text();
      expect(events.match(/^event: epoch$/gm), where).toHaveLength(wanted.length);
    }
  } finally {
    await server.remove();
  }
}, 3_600_000);

async function start(server: Server): Promise<string> {
  const form = new FormData();
  form.set('request', JSON.stringify(request));
  for (const [index, picture] of pictures.entries())
    form.append('file', new Blob([new Uint8Array(picture)]), `${index}.png`);
  const answer = await fetch(`${server.url}/v1/trainings`, { method: 'POST', body: form });
  return trainingResponseSchema.parse(await answer.json()).training_id;
}

async function look(server: Server, id: string): Promise<TrainingResponse> {
  const now = trainingResponseSchema.parse((await call(server, 'GET', `/v1/trainings/${id}`)).body);
  if (now.status === 'failed') throw new Error(`${JSON.stringify(now)}\n${logOf(server).slice(-4000)}`);
  return now;
}

async function untilEnd(server: Server, id: string): Promise<TrainingResponse> {
  for (;;) {
    const now = await look(server, id);
    if (now.status === 'succeeded') return now;
    await sleep(100);
  }
}

/** Resolves when so many changes of the training were seen, or it has ended; says what the last one was. */
async function seen(server: Server, id: string, changes: number): Promise<string> {
  let last = '';
  for (let count = 0; count <= changes; ) {
    const { status, progress, step, epochs } = await look(server, id);
    const samples = epochs.flatMap((epoch) => epoch.samples).length;
    const now = `${status} ${progress?.phase ?? ''} ${step} ${epochs.length} ${samples}`;
    if (status === 'succeeded') return now;
    if (now !== last) count++;
    last = now;
    await sleep(20);
  }
  return last;
}

async function filesOf(
  server: Server,
  { model }: TrainingResponse,
): Promise<[step: number, sha256: string][]> {
  const { body } = await call(server, 'GET', `/v1/registry/models/${model}`);
  const [version] = modelDetailsSchema.parse(body).versions;
  return (version?.epochs ?? []).map(({ step, files: [file] }) => [step, file?.sha256 ?? '']);
}
