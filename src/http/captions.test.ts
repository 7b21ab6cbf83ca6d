/** Captions by a model that sees, as each API asks for them, of an endpoint that this test is. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eq } from 'drizzle-orm';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { trainingItems } from '../database/training-schema.ts';
import { openTestApp, type TestApp } from './app.fixture.ts';
import { nativeDialect } from './native/native-dialect.ts';
import { replicateDialect } from './replicate/replicate-dialect.ts';
import { scenarioDialect } from './scenario/scenario-dialect.ts';

const askedSchema = z.object({
  model: z.string(),
  messages: z.tuple([
    z.object({
      role: z.literal('user'),
      content: z.tuple([
        z.object({ type: z.literal('text'), text: z.string() }),
        z.object({ type: z.literal('image_url'), image_url: z.object({ url: z.string() }) }),
      ]),
    }),
  ]),
});

/** What the endpoint was asked, and how it answers. */
let asked: { key: string | undefined; path: string | undefined; text: string; image: Buffer }[] = [];
let answer: { status: number; body: string } | null = null;
let endpoint: Server;
let app: TestApp;

beforeAll(async () => {
  endpoint = createServer(async (request, response) => {
    let sent = '';
    for await (const chunk of request) sent += String(chunk);
    const [{ content }] = askedSchema.parse(JSON.parse(sent)).messages;
    const image = Buffer.from(content[1].image_url.url.replace(/^data:image\/jpeg;base64,/, ''), 'base64');
    asked.push({ key: request.headers.authorization, path: request.url, text: content[0].text, image });
    const said = { choices: [{ message: { role: 'assistant', content: ' a plain\ncolour ' } }] };
    const { status, body } = answer ?? { status: 200, body: JSON.stringify(said) };
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  });
  await new Promise<void>((done) => endpoint.listen(0, '127.0.0.1', done));
  app = await openWith(endpoint.address());
});
beforeEach(() => {
  asked = [];
  answer = null;
});
afterAll(async () => {
  await app.close();
  endpoint.close();
});

const dialects = [nativeDialect, scenarioDialect, replicateDialect];
const portOf = (address: string | AddressInfo | null): number =>
  typeof address === 'object' && address !== null ? address.port : 0;
const openWith = (address: string | AddressInfo | null) =>
  openTestApp(
    {
      CAPTION_URL: `http://127.0.0.1:${portOf(address)}/v1/`,
      CAPTION_MODEL: 'eyes',
      CAPTION_KEY: 'a-key',
      OUTBOUND_ALLOW: '127.0.0.1',
    },
    null,
    dialects,
  );

async function picture(colour: string): Promise<string> {
  const image = sharp({ create: { width: 1500, height: 100, channels: 3, background: colour } });
  return `data:image/png;base64,${(await image.png().toBuffer()).toString('base64')}`;
}

async function send(url: string, payload: object, method: 'POST' | 'PUT' = 'POST', server = app) {
  const reply = await server.app.inject({ method, url, payload });
  return { status: reply.statusCode, read: reply.json() };
}

const captionsOf = async (training: string): Promise<(string | null)[]> =>
  (
    await app.database.queries
      .select()
      .from(trainingItems)
      .where(eq(trainingItems.training, training.toUpperCase()))
  )
    .toSorted((a, b) => a.position - b.position)
    .map(({ caption }) => caption);

const dataset = async () => [
  { image: await picture('red'), caption: 'mine' },
  { image: await picture('blue') },
];

test('a picture without a caption gets one, and one with a caption keeps it', async () => {
  const captions = { mode: 'endpoint', prefix: 'tok,', suffix: 'on white', text: 'What is it?' };
  const { status, read } = await send('/v1/trainings', { base: 'demo', dataset: await dataset(), captions });
  expect([status, read.warnings]).toEqual([200, []]);
  expect(await captionsOf(read.training_id)).toEqual(['mine', 'tok, a plain colour on white']);
  expect(asked.map(({ key, path, text }) => [key, path, text])).toEqual([
    ['Bearer a-key', '/v1/chat/completions', 'What is it?'],
  ]);
  const { format, width, height } = await sharp(asked[0]?.image).metadata();
  expect([format, width, height]).toEqual(['jpeg', 1024, 68]);
});

test.each([
  ['an error', { status: 500, body: 'out of eyes' }, /status 500/],
  ['no JSON', { status: 200, body: '<html>' }, /no text/],
  ['nothing', { status: 200, body: '{"choices":[{"message":{"content":"  "}}]}' }, /no text/],
  ['too much', { status: 200, body: 'x'.repeat(2 ** 20 + 1) }, /more than 1048576 bytes/],
])('an endpoint that answers with %s starts nothing', async (_, given, why) => {
  answer = given;
  const { status, read } = await send('/v1/trainings', {
    base: 'demo',
    name: 'Nothing of it',
    dataset: await dataset(),
    captions: { mode: 'endpoint' },
  });
  expect([status, read.error.code]).toEqual([503, 'CAPTIONS_UNAVAILABLE']);
  expect(read.error.message).toMatch(why);
  const models = (await app.app.inject('/v1/registry/models?limit=100')).body;
  expect(models).not.toContain('Nothing of it');
});

test('without an endpoint captions of one are refused, and an inner address is not asked', async () => {
  const bare = await openTestApp({}, app, dialects);
  const closed = await openTestApp({ CAPTION_URL: 'http://127.0.0.1:9/v1' }, app, dialects);
  const body = { base: 'demo', dataset: await dataset(), captions: { mode: 'endpoint' } };
  const refused = await send('/v1/trainings', body, 'POST', bare);
  expect([refused.status, refused.read.error.message]).toEqual([422, expect.stringContaining('CAPTION_URL')]);
  const inner = await send('/v1/trainings', body, 'POST', closed);
  expect([inner.status, inner.read.error.code]).toEqual([503, 'CAPTIONS_UNAVAILABLE']);
  expect(inner.read.error.message).toContain('OUTBOUND_ALLOW');
  await bare.close();
  await closed.close();
});

test('Scenario tells of the caption at the picture', async () => {
  const body = { type: 'flux.1-lora', baseModelId: 'model_demo' };
  const { id } = (await send('/scenario/v1/models', body)).read.model;
  const sent = await send('/scenario/v1/assets', { name: 'a.png', image: await picture('green') });
  const image = `/scenario/v1/models/${id}/training-images`;
  await send(image, { assetIds: [sent.read.asset.id] });
  const { read } = await send(`/scenario/v1/models/${id}/train`, {}, 'PUT');
  expect(await captionsOf(read.job.jobId.replace(/^job_/, ''))).toEqual(['a plain colour']);
  const model = (await app.app.inject(`/scenario/v1/models/${id}`)).json().model;
  expect(model.trainingImages).toMatchObject([
    { automaticCaptioning: 'a plain colour', description: 'a plain colour' },
  ]);
});

test("Replicate's autocaption is one", async () => {
  const trainer = (await app.app.inject('/replicate/v1/models/darkroom/demo')).json();
  await send('/replicate/v1/models', {
    owner: 'local',
    name: 'mine',
    visibility: 'private',
    hardware: 'cpu',
  });
  const train = async (more: object) => {
    const input = { input_images: await picture('teal'), autocaption_prefix: 'TOK', ...more };
    const url = `/replicate/v1/models/darkroom/demo/versions/${trainer.latest_version.id}/trainings`;
    const { read } = await send(url, { destination: 'local/mine', input });
    await send(`/replicate/v1/trainings/${read.id}/cancel`, {});
    return captionsOf(read.id);
  };
  expect(await train({})).toEqual(['TOK a plain colour']);
  expect(await train({ autocaption: false })).toEqual(['']);
});
