/** What a trainer's `sample` block says gives the same pictures here: seeds, defaults, strengths by prompt, flags in prompts. */
import { expect, test } from 'vitest';
import { readProvenance } from '../src/files/encode/read-provenance.ts';
import { type Rendered, refusal, render } from './harness/client.ts';
import { decode } from './harness/pictures.ts';
import { type PromptItem, request, smallPrompt } from './harness/requests.ts';
import { sharedServer } from './harness/shared-server.ts';

const server = sharedServer();
const path = 'flux/ai_toolkit.safetensors';

/** Prompts without what the request says for them. */
const bare = ({ width, height }: typeof smallPrompt, ...prompts: Partial<PromptItem>[]) =>
  prompts.map((prompt) => ({ prompt: smallPrompt.prompt, width, height, ...prompt }));

const pixels = ({ files }: Rendered): Promise<string[]> =>
  Promise.all(files.map(async (file) => (await decode(file)).pixels.toString('base64')));

test('prompts of one request have strengths of their own, as requests of their own would give', async () => {
  const scales = [undefined, -3, 0, 0.5];
  const together = await render(
    server,
    request('flux', {
      loras: [{ path, network_multiplier: 0.8 }],
      prompts: scales.map((scale) => (scale === undefined ? {} : { network_multiplier: scale })),
    }),
  );
  const alone = await Promise.all(
    scales.map((scale) =>
      render(server, request('flux', { loras: [{ path, network_multiplier: scale ?? 0.8 }] })),
    ),
  );
  const got = await pixels(together);
  expect(got).toEqual((await Promise.all(alone.map(pixels))).flat());
  expect(new Set(got).size).toBe(scales.length);
  expect(together.outputs.images.map((image) => image.network_multipliers)).toEqual([
    [0.8],
    [-3],
    [0],
    [0.5],
  ]);
  const told = await Promise.all(together.files.map((file) => readProvenance(file)));
  expect(told.map((provenance) => provenance?.loras[0]?.scale)).toEqual([0.8, -3, 0, 0.5]);
});

test('each LoRA of a stack can have its own, and a list must have one for each', async () => {
  const loras = [{ path }, { path: 'flux/kohya.safetensors' }];
  const [both] = await pixels(
    await render(server, request('flux', { loras, prompts: [{ network_multiplier: [0.5, -1] }] })),
  );
  const stacked = [
    { path, network_multiplier: 0.5 },
    { path: 'flux/kohya.safetensors', network_multiplier: -1 },
  ];
  expect([both]).toEqual(await pixels(await render(server, request('flux', { loras: stacked }))));
  const refused = await refusal(server, request('flux', { loras, prompts: [{ network_multiplier: [1] }] }));
  expect(refused).toMatchObject({ status: 400, code: 'PROMPT_INVALID' });
  expect(refused.message).toMatch(/prompts\[0\].*1 strengths.*2 LoRAs/);
});

test.each([
  [{ seed: 5 }, [5, 5, 9, 9]],
  [{ seed: 5, walk_seed: true }, [5, 6, 9, 8]],
  [{ walk_seed: false }, [42, 42, 9, 9]],
  [{}, [42, 43, 9, 45]],
])('a request of %o walks its seeds as the trainer does', async (fields, seeds) => {
  const prompts = bare(smallPrompt, {}, {}, { seed: 9 }, {});
  const { outputs } = await render(server, {
    model: 'flux',
    base_only: true,
    sample_steps: 1,
    prompts,
    ...fields,
  });
  expect(outputs.images.map(({ seed }) => seed)).toEqual(seeds);
});

test('the request speaks for prompts that say nothing, and false is no negative prompt', async () => {
  const all = { sample_steps: 2, guidance_scale: 6, neg: 'blurry', seed: 7 };
  const prompts = bare(smallPrompt, {}, { neg: false }, { sample_steps: 1, guidance_scale: 3, neg: 'dark' });
  const { files } = await render(server, {
    model: 'sdxl',
    base_only: true,
    output_format: 'png',
    ...all,
    prompts,
  });
  const told = await Promise.all(files.map((file) => readProvenance(file)));
  expect(told).toMatchObject([
    { steps: 2, guidance_scale: 6, negative_prompt: 'blurry' },
    { steps: 2, guidance_scale: 6, negative_prompt: '' },
    { steps: 1, guidance_scale: 3, negative_prompt: 'dark' },
  ]);
});

test('flags are read when asked for, and else stay in the text with a warning', async () => {
  const flagged = `${smallPrompt.prompt} --w 64 --d 11 --s 1 --cfg 3 --m 0.5`;
  const send = (prompt: object, more: object = {}) =>
    render(server, {
      ...request('flux', { loras: [{ path }] }),
      ...more,
      prompts: [{ ...smallPrompt, ...prompt }],
    });
  const read = await send({ prompt: flagged }, { prompt_flags: true });
  const fields = { width: 64, seed: 11, sample_steps: 1, guidance_scale: 3, network_multiplier: 0.5 };
  expect(await pixels(read)).toEqual(await pixels(await send(fields)));
  expect(read.warnings).toEqual([]);
  expect(await readProvenance(read.files[0] ?? Buffer.of())).toMatchObject({
    prompt: smallPrompt.prompt,
    seed: 11,
  });
  const left = await send({ prompt: flagged });
  expect(await readProvenance(left.files[0] ?? Buffer.of())).toMatchObject({ prompt: flagged, seed: 7 });
  expect(left.warnings).toEqual([expect.stringContaining('"prompt_flags": true')]);
  const refused = await refusal(server, {
    ...request('flux', { prompts: [{ prompt: 'a --w wide' }] }),
    prompt_flags: true,
  });
  expect(refused.message).toContain('"--w wide", which takes a whole number from 64 to 4096');
});
