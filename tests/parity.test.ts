/**
 * The promise: the PNG that comes out of HTTP has, pixel for pixel, the values that plain diffusers gives for the same
 * checkpoint, prompt and seed, without a LoRA and with one merged in float32.
 */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { render } from './harness/client.ts';
import { demo } from './harness/demo.ts';
import { decode, type Picture, testPattern } from './harness/pictures.ts';
import { type ReferenceCase, renderReferences } from './harness/reference.ts';
import { request, smallPrompt } from './harness/requests.ts';
import { sharedServer } from './harness/shared-server.ts';
import { tinyFixtures } from './harness/tiny-fixtures.ts';

interface Case {
  title: string;
  model: ReferenceCase['model'];
  loras: { path: string; scale: number }[];
  negative?: string;
}

const cases: Case[] = [
  { title: 'flux', model: 'flux', loras: [] },
  ...['ai_toolkit', 'peft_alpha', 'kohya', 'original_names', 'diffusion_model'].map((form) => ({
    title: `flux with ${form}`,
    model: 'flux' as const,
    loras: [{ path: `flux/${form}.safetensors`, scale: 1 }],
  })),
  {
    title: 'flux with two LoRAs at other scales',
    model: 'flux',
    loras: [
      { path: 'flux/ai_toolkit.safetensors', scale: 0.7 },
      { path: 'flux/kohya.safetensors', scale: -0.4 },
    ],
  },
  { title: 'flux_kontext', model: 'flux_kontext', loras: [] },
  {
    title: 'flux_kontext with a LoRA',
    model: 'flux_kontext',
    loras: [{ path: 'flux_kontext/ai_toolkit.safetensors', scale: 0.8 }],
  },
  { title: 'sdxl', model: 'sdxl', loras: [], negative: 'blurry' },
  ...['kohya', 'kohya_conv', 'kohya_text'].map((form) => ({
    title: `sdxl with ${form}`,
    model: 'sdxl' as const,
    loras: [{ path: `sdxl/${form}.safetensors`, scale: 1 }],
  })),
  ...(demo.exists ? [{ title: 'demo', model: 'demo' as const, loras: [] }] : []),
  ...demo.loras.map((file) => ({
    title: `demo with ${path.basename(file)}`,
    model: 'demo' as const,
    loras: [{ path: file, scale: 1 }],
  })),
];

const server = sharedServer();
let references: Picture[];
let control: Buffer;

beforeAll(async () => {
  const { checkpoints } = await tinyFixtures();
  control = await testPattern(90, 50);
  const controlFile = path.join(server.data, 'control.png');
  await writeFile(controlFile, control);
  references = await renderReferences(cases.map((one) => referenceCase(one, checkpoints, controlFile)));
});

test.each(cases.map((one, index) => [one.title, one, index] as const))(
  '%s equals diffusers',
  async (_title, one, index) => {
    const { files } = await render(server, {
      ...request(one.model, {
        loras: one.loras.map(({ path: file, scale }) => ({ path: file, network_multiplier: scale })),
        prompts: [
          {
            ...(one.model === 'flux_kontext' ? { ctrl_img: control.toString('base64') } : {}),
            ...(one.negative === undefined ? {} : { neg: one.negative }),
          },
        ],
      }),
    });
    const got = await decode(files[0] ?? Buffer.of());
    const wanted = references[index];
    expect([got.width, got.height]).toEqual([wanted?.width, wanted?.height]);
    expect(differingValues(got.pixels, wanted?.pixels ?? Buffer.of())).toBe(0);
  },
);

function referenceCase(one: Case, checkpoints: string, controlFile: string): ReferenceCase {
  const { sample_steps: steps, ...prompt } = smallPrompt;
  return {
    ...prompt,
    steps,
    model: one.model,
    checkpoint: one.model === 'demo' ? demo.folder : path.join(checkpoints, repositories[one.model]),
    loras: one.loras.map(({ path: file, scale }) => ({ file: path.resolve(server.loras, file), scale })),
    ...(one.negative === undefined ? {} : { negative_prompt: one.negative }),
    ...(one.model === 'flux_kontext' ? { control_image: controlFile } : {}),
  };
}

const repositories = {
  flux: 'black-forest-labs/FLUX.1-dev',
  flux_kontext: 'black-forest-labs/FLUX.1-Kontext-dev',
  sdxl: 'stabilityai/stable-diffusion-xl-base-1.0',
};

/** How many of the values differ at all. */
function differingValues(a: Buffer, b: Buffer): number {
  return a.reduce((count, value, index) => count + (value === b[index] ? 0 : 1), 0);
}
