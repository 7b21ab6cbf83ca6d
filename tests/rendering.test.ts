/** What a request asks for is what comes back, through HTTP, for each family that has a tiny checkpoint. */
import { copyFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import { readProvenance } from '../src/files/encode/read-provenance.ts';
import { readinessSchema } from '../src/http/system/readiness.ts';
import { call, type Rendered, render } from './harness/client.ts';
import { demo } from './harness/demo.ts';
import { contrast, decode, difference, type Picture, testPattern } from './harness/pictures.ts';
import { readVideo } from './harness/read-video.ts';
import { type LoraItem, type PromptItem, request, smallPrompt } from './harness/requests.ts';
import { readSafetensors, writeSafetensors } from './harness/safetensors-file.ts';
import { sharedServer } from './harness/shared-server.ts';

const server = sharedServer();
let control: string;

beforeAll(async () => {
  control = (await testPattern(80, 80)).toString('base64');
});

const [demoFirst, demoSecond] = demo.loras;
const models = [
  ...(demoFirst === undefined || demoSecond === undefined
    ? []
    : [{ model: 'demo', first: demoFirst, second: demoSecond }]),
  { model: 'flux', first: 'flux/ai_toolkit.safetensors', second: 'flux/kohya.safetensors' },
  {
    model: 'flux_kontext',
    first: 'flux_kontext/diffusion_model.safetensors',
    second: 'flux_kontext/peft_alpha.safetensors',
  },
  { model: 'sdxl', first: 'sdxl/kohya.safetensors', second: 'sdxl/kohya_text.safetensors' },
];

async function picture(
  model: string,
  loras: LoraItem[] = [],
  prompt: Partial<PromptItem> = {},
): Promise<Picture> {
  return decode(firstFile(await render(server, body(model, loras, prompt))));
}

function body(model: string, loras: LoraItem[] = [], prompt: Partial<PromptItem> = {}) {
  const controlled = model === 'flux_kontext' ? { ctrl_img: control } : {};
  return request(model, { loras, prompts: [{ ...controlled, ...prompt }] });
}

/** Base checkpoints read from disk since the engine started. */
async function loads(): Promise<number> {
  return readinessSchema.parse((await call(server, 'GET', '/ready')).body).engine.loads;
}

describe.each(models)('$model', ({ model, first, second }) => {
  const [a, b] = [{ path: first }, { path: second }];

  test('renders a picture of the size asked for, and the same one again', async () => {
    const shown = await picture(model);
    expect([shown.width, shown.height]).toEqual([96, 64]);
    expect(contrast(shown)).toBeGreaterThan(15);
    expect(difference(shown, await picture(model, [], { seed: 8 }))).toBeGreaterThan(2);
    expect(difference(shown, await picture(model, [], { prompt: 'the sea at night' }))).toBeGreaterThan(0.5);
    expect(difference(shown, await picture(model))).toBe(0);
  });

  test('applies a LoRA at its scale, stacks two, and leaves no trace', async () => {
    const base = await picture(model);
    const withA = await picture(model, [a]);
    expect(difference(base, withA)).toBeGreaterThan(1);
    expect(difference(base, await picture(model, [{ ...a, network_multiplier: 0 }]))).toBe(0);
    expect(difference(withA, await picture(model, [{ ...a, network_multiplier: 0.5 }]))).toBeGreaterThan(0.5);
    const both = await picture(model, [a, b]);
    const withB = await picture(model, [b]);
    expect(difference(both, withA)).toBeGreaterThan(0.5);
    expect(difference(both, withB)).toBeGreaterThan(0.5);
    expect(difference(withA, await picture(model, [a]))).toBe(0);
    expect(difference(base, await picture(model))).toBe(0);
  });

  test('never reloads the base model for a LoRA or its scale', async () => {
    await render(server, body(model, [a]));
    const before = await loads();
    for (const scale of [0.2, -0.7, 1])
      await render(server, body(model, [{ ...a, network_multiplier: scale }]));
    await render(server, body(model, [b]));
    await render(server, body(model, [a, b]));
    expect(await loads()).toBe(before);
  });
});

describe('a request', () => {
  test('without options gets the defaults of the model and a JPEG', async () => {
    const { outputs, files, metadata } = await render(server, {
      model: 'sdxl',
      base_only: true,
      prompts: [{ prompt: 'a cat', sample_steps: 1, width: 64, height: 64 }],
    });
    const [image] = outputs.images;
    expect(image).toMatchObject({ format: 'jpeg', seed: 42, width: 64, height: 64 });
    expect((await sharp(files[0]).metadata()).format).toBe('jpeg');
    expect(metadata.model).toBe('sdxl');
  });

  test('with several prompts gives one file each, with seeds that count up', async () => {
    const prompts = ['one', 'two', 'three'].map((prompt) => ({ prompt, width: 64, seed: null }));
    const { outputs, files } = await render(server, request('flux', { prompts }));
    expect(outputs.images.map((image) => image.seed)).toEqual([42, 43, 44]);
    const pictures = await Promise.all(files.map((bytes) => decode(bytes)));
    expect(pictures.map(({ width }) => width)).toEqual([64, 64, 64]);
    expect(new Set(pictures.map(({ pixels }) => pixels.toString('base64'))).size).toBe(3);
  });

  test('with seed -1 is told the seed that was drawn, which gives the picture again', async () => {
    const drawn = await render(server, request('flux', { prompts: [{ seed: -1 }] }));
    const seed = Number(drawn.outputs.images[0]?.seed ?? -1);
    expect(seed).toBeGreaterThanOrEqual(0);
    const again = await render(server, request('flux', { prompts: [{ seed }] }));
    // Not only the pixels: nothing of when or for whom is in the file.
    expect(firstFile(again).equals(firstFile(drawn))).toBe(true);
  });

  test('keeps a seed of 64 bits to the last digit, in the answer and in the file', async () => {
    const seed = '9223372036854775807';
    const rendered = await render(server, { ...request('flux'), prompts: [{ ...smallPrompt, seed }] });
    const answer = await fetch(`${server.url}/v1/requests/${rendered.request_id}/result`);
    expect(await answer.text()).toContain(`"seed":${seed},`);
    expect((await readProvenance(firstFile(rendered)))?.seed).toBe(BigInt(seed));
  });

  test('is told which words of a prompt no text encoder reads, and which of them reads on', async () => {
    const read = Array(75).fill('a').join(' ');
    const { warnings } = await render(server, request('flux', { prompts: [{ prompt: `${read} b c` }] }));
    expect(warnings).toEqual([
      expect.stringMatching(
        /^prompts\[0\]\.prompt is too long: CLIP \(text_encoder\) reads 77 .* Not read: "b c"\. T5 \(text_encoder_2\) reads all of it\.$/,
      ),
    ]);
    expect((await render(server, request('flux', { prompts: [{ prompt: read }] }))).warnings).toEqual([]);
  });

  test('has its size floored to the divisor of the model', async () => {
    const { outputs } = await render(server, request('flux', { prompts: [{ width: 95, height: 79 }] }));
    expect(outputs.images[0]).toMatchObject({ width: 80, height: 64 });
  });

  test('has [trigger] replaced by the trigger word', async () => {
    const filled = await picture('flux', [], { prompt: 'a photo of sks' });
    const rendered = await render(
      server,
      request('flux', { prompts: [{ prompt: 'a photo of [trigger]' }], trigger_word: 'sks' }),
    );
    expect(difference(filled, await decode(rendered.files[0] ?? Buffer.of()))).toBe(0);
  });

  test('is warned about fields that are unknown or that the model does not use', async () => {
    const { warnings } = await render(
      server,
      request('flux', { prompts: [{ neg: 'blurry', num_frames: 9 }], colour: 'red' }),
    );
    expect(warnings.join('\n')).toMatch(/colour/);
    expect(warnings.join('\n')).toMatch(/neg/);
    expect(warnings.join('\n')).toMatch(/num_frames/);
  });

  test('gives WebP when asked', async () => {
    const { files, outputs } = await render(server, request('flux', { output_format: 'webp' }));
    expect(outputs.images[0]?.format).toBe('webp');
    expect((await sharp(files[0]).metadata()).format).toBe('webp');
  });
});

describe('a video model', () => {
  test('gives an MP4 with the frames and the rate asked for', async () => {
    const prompt = {
      prompt: 'the sea',
      width: 64,
      height: 64,
      num_frames: 6,
      fps: 8,
      sample_steps: 1,
      seed: 3,
    };
    const { outputs, files } = await render(server, {
      model: 'wan21_1b',
      base_only: true,
      prompts: [prompt],
    });
    // Wan renders 4n + 1 frames: 6 becomes 5.
    expect(outputs.videos).toEqual([
      expect.objectContaining({ format: 'mp4', width: 64, height: 64, num_frames: 5, fps: 8, seed: 3 }),
    ]);
    const file = path.join(server.data, 'sea.mp4');
    await writeFile(file, firstOf(files));
    expect(await readVideo(file)).toEqual({
      codec: 'h264',
      width: 64,
      height: 64,
      frames: 5,
      fps: 8,
      sound: null,
    });
  });
});

describe('a negative prompt', () => {
  test('changes an SDXL picture', async () => {
    const plain = await picture('sdxl');
    expect(difference(plain, await picture('sdxl', [], { neg: 'blurry, watermark' }))).toBeGreaterThan(0.5);
  });
});

describe('a LoRA', () => {
  test('with keys that fit nothing renders, and a warning names them', async () => {
    const content = await readSafetensors(path.join(server.loras, 'flux/ai_toolkit.safetensors'));
    const [, tensor] = [...content.tensors][0] ?? [];
    if (tensor === undefined) throw new Error('an empty LoRA');
    for (const half of ['A', 'B'])
      content.tensors.set(`transformer.transformer_blocks.77.attn.to_q.lora_${half}.weight`, tensor);
    await writeSafetensors(path.join(server.loras, 'extra_keys.safetensors'), content);
    const rendered = await render(server, body('flux', [{ path: 'extra_keys.safetensors' }]));
    expect(rendered.warnings.join('\n')).toContain('transformer_blocks.77.attn.to_q');
    const plain = await picture('flux', [{ path: 'flux/ai_toolkit.safetensors' }]);
    expect(difference(plain, await decode(firstFile(rendered)))).toBe(0);
  });

  test('replaced on disk under the same name is read anew', async () => {
    const target = path.join(server.loras, 'replaced.safetensors');
    await copyFile(path.join(server.loras, 'flux/ai_toolkit.safetensors'), target);
    const before = await picture('flux', [{ path: 'replaced.safetensors' }]);
    await copyFile(path.join(server.loras, 'flux/kohya.safetensors'), target);
    const after = await picture('flux', [{ path: 'replaced.safetensors' }]);
    expect(difference(before, after)).toBeGreaterThan(0.5);
    expect(difference(after, await picture('flux', [{ path: 'flux/kohya.safetensors' }]))).toBe(0);
  });
});

test('GET /v1/models tells the defaults of every model', async () => {
  const { status, body: models } = await call(server, 'GET', '/v1/models');
  expect(status).toBe(200);
  const text = JSON.stringify(models);
  for (const id of ['flux', 'flux_kontext', 'sdxl', 'demo']) expect(text).toContain(`"${id}"`);
});

function firstFile({ files }: Rendered): Buffer {
  return firstOf(files);
}

function firstOf(files: Buffer[]): Buffer {
  const [first] = files;
  if (first === undefined) throw new Error('no file');
  return first;
}
