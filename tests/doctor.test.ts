/** `darkroom doctor` about a server that runs, over HTTP, and about what processes share. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkEngine } from '../src/cli/doctor/check-engine.ts';
import { checkServer } from '../src/cli/doctor/check-server.ts';
import { checkShared } from '../src/cli/doctor/check-shared.ts';
import { parseConfig } from '../src/config.ts';
import { freePort } from './harness/free-port.ts';
import { type StandInServer, startStandIn } from './support/stand-in-server.ts';

const key = 'a-key-that-is-long-enough-for-a-test-0123456789';

let server: StandInServer;
beforeAll(async () => {
  server = await startStandIn({ API_KEYS: key });
});
afterAll(() => server.remove());

const summary = async (apiKey: string | undefined) =>
  (await checkServer(`${server.url}/`, apiKey)).map(({ check, state }) => `${check} ${state}`);

test('with a good key every check of a healthy server is right', async () => {
  const checks = ['server ok', 'version ok', 'ready ok', 'device ok', 'queue ok', 'disk ok', 'models ok'];
  expect(await summary(key)).toEqual(checks);
});

test.each([undefined, 'another'])('with the key %j it says which key is needed', async (apiKey) => {
  expect(await summary(apiKey)).toContain('key wrong');
});

test('where nobody listens, it says so', async () => {
  const findings = await checkServer(`http://127.0.0.1:${await freePort()}`, key);
  expect(findings).toMatchObject([{ check: 'server', state: 'wrong' }]);
});

test('a database and an object store that do not answer are named, without their secrets', async () => {
  const port = await freePort();
  process.env.AWS_ACCESS_KEY_ID ??= 'nobody';
  process.env.AWS_SECRET_ACCESS_KEY ??= 'hush-hush';
  const findings = await checkShared(
    parseConfig({
      DATABASE_URL: `postgres://someone:hush@127.0.0.1:${port}/darkroom`,
      ARTIFACTS_URL: `s3://bucket/prefix?endpoint=http://127.0.0.1:${port}`,
    }),
  );
  expect(findings).toMatchObject([
    { check: 'database', state: 'wrong', found: expect.stringContaining('DATABASE_URL') },
    { check: 'outputs', state: 'wrong', found: expect.stringContaining('ARTIFACTS_URL') },
  ]);
  expect(JSON.stringify(findings)).not.toContain('hush');
});

test('without settings for them, the embedded ones are in use', async () => {
  expect((await checkShared(parseConfig({}))).map(({ state }) => state)).toEqual(['ok', 'ok']);
});

test('each of DEVICES is looked for on this machine', async () => {
  const config = parseConfig({ DEVICES: 'cpu,cpu,cuda:77', DARKROOM_PYTHON: process.env.DARKROOM_PYTHON });
  const [, ...devices] = await checkEngine(config);
  expect(devices).toMatchObject([
    { check: 'device', state: 'ok', found: expect.stringMatching(/^cpu:0: /) },
    { check: 'device', state: 'ok', found: expect.stringMatching(/^cpu:1: /) },
    {
      check: 'device',
      state: 'wrong',
      found: expect.stringContaining('cuda:77 is not there'),
      remedy: expect.stringContaining('DEVICES'),
    },
  ]);
});
