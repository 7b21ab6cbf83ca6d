/** A client of Scenario's API never reads a word of native: every awkward request that native's tests know is sent in its words. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { errorCodes } from '../../errors/codes.ts';
import { awkwardRequests, writeTestLoras, writeTestModels } from '../awkward-requests.fixture.ts';
import { nativeFieldNames } from '../native/field-names.fixture.ts';
import { openScenarioApp, type ScenarioApp } from './scenario-app.fixture.ts';

let api: ScenarioApp;

beforeAll(async () => {
  api = await openScenarioApp({
    CATALOG_PATH: await writeTestModels(),
    OUTBOUND_ALLOW: '127.0.0.1',
    TILED_DECODING: 'qwen_image=on',
  });
  await writeTestLoras(api);
});
afterAll(() => api.close());

const words = [
  ...nativeFieldNames(),
  ...Object.keys(errorCodes).filter((code) => code.includes('_')),
  'prompts[',
  '"code"',
  '"detail"',
  'details.problems[',
  'events_url',
];

function nativeWordsIn(text: string): string[] {
  // Flags inside of prompts are the trainer's, in every dialect.
  const said = text.replaceAll(/--\w+/g, '');
  const found = words.filter((word) =>
    /^\w+$/.test(word) ? new RegExp(`(?<!\\w)${word}(?!\\w)`).test(said) : said.includes(word),
  );
  return [...found, ...(said.match(/(?<!scenario)\/v1\/\w+/g) ?? [])];
}

const nativeBody = z.looseObject({
  model: z.string().catch('demo'),
  loras: z.array(z.looseObject({})).catch([]),
  prompts: z.array(z.looseObject({})).catch([]),
});

/** What it has a word for. */
function inScenarioWords(body: object): { model: string; body: object } {
  const { model, loras, prompts } = nativeBody.parse(body);
  const [prompt = {}] = prompts;
  const pictures = ['ctrl_img', 'ctrl_img_1', 'ctrl_img_2'].flatMap((name) => prompt[name] ?? []);
  const names = {
    prompt: 'prompt',
    neg: 'negativePrompt',
    width: 'width',
    height: 'height',
    sampler: 'scheduler',
    sample_steps: 'numInferenceSteps',
    guidance_scale: 'guidance',
    num_frames: 'numFrames',
    fps: 'fps',
  };
  const renamed = Object.entries(names).flatMap(([from, to]) =>
    prompt[from] === undefined ? [] : [[to, prompt[from]] as const],
  );
  return {
    model: `model_${model}`,
    body: {
      ...Object.fromEntries(renamed),
      ...(loras.length === 0 ? {} : { loras: loras.map(({ path }) => path) }),
      ...(loras.length === 0 ? {} : { lorasScale: loras.map(({ network_multiplier: scale = 1 }) => scale) }),
      ...(pictures.length === 0 ? {} : { images: pictures }),
    },
  };
}

test.each(Object.entries(await awkwardRequests()))('%s', async (_, { body }) => {
  const asked = inScenarioWords(body);
  const answer = await api.ask('POST', `/generate/custom/${encodeURIComponent(asked.model)}`, {
    body: asked.body,
  });
  expect(answer.statusCode).toBeLessThan(500);
  expect([409, 422]).not.toContain(answer.statusCode);
  expect(nativeWordsIn(answer.body), answer.body).toEqual([]);
});
