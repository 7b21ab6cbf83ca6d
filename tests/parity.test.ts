/**
 * The promise: the PNG that comes out of HTTP has, pixel for pixel, the values that plain diffusers gives for the same
 * checkpoint, prompt and seed, without a LoRA and with one merged in float32.
 */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { beforeAll, expect, test } from 'vitest';
import { loadCatalog } from '../src/catalog/load-catalog.ts';
import { findModel } from '../src/render/check-request.ts';
import { render } from './harness/client.ts';
import { demo } from './harness/demo.ts';
import { root } from './harness/paths.ts';
import { decode, type Picture, testPattern } from './harness/pictures.ts';
import { type ReferenceCase, renderReferences } from './harness/reference.ts';
import { request, smallPrompt } from './harness/requests.ts';
import { sharedServer } from './harness/shared-server.ts';
import { tinyFixtures } from './harness/tiny-fixtures.ts';

/** The form that the trainer itself writes for a model. */
const trained = (model: string): string => (model.startsWith('sd') ? 'kohya' : 'ai_toolkit');

interface Case {
  title: string;
  model: string;
  loras: { path: string; scale: number }[];
  negative?: string;
  /** Fields of the request's prompt that the reference knows under other names. */
  fields?: Record<string, unknown>;
  reference?: Partial<ReferenceCase>;
  /** Fields of the request itself. */
  top?: Record<string, unknown>;
  /** Made of a picture: all of it, or what a mask says. */
  begins?: 'whole' | 'part';
}

const cases: Case[] = [
  { title: 'flux', model: 'flux', loras: [] },
  ...['ai_toolkit', 'peft_alpha', 'kohya', 'original_names', 'fp8', 'lokr', 'loha', 'dora', 'kohya_text'].map(
    (form) => ({
      title: `flux with ${form}`,
      model: 'flux',
      loras: [{ path: `flux/${form}.safetensors`, scale: 1 }],
    }),
  ),
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
  {
    title: 'sdxl with rescaled guidance',
    model: 'sdxl',
    loras: [],
    fields: { guidance_rescale: 0.7, guidance_scale: 12 },
    reference: { guidance_rescale: 0.7, guidance_scale: 12 },
  },
  // The trainer's second encoder keeps the negative prompt of the field; a blank is how diffusers is told of none.
  ...[undefined, 'dark'].map((neg) => ({
    title: `sdxl with a negative prompt from a flag, ${neg ?? 'none'} in the field`,
    model: 'sdxl',
    loras: [],
    fields: { prompt: `${smallPrompt.prompt} --n blurry`, ...(neg === undefined ? {} : { neg }) },
    reference: { negative_prompt: 'blurry', second_negative_prompt: neg ?? ' ' },
  })),
  ...['kohya', 'kohya_conv', 'kohya_text', 'peft'].map((form) => ({
    title: `sdxl with ${form}`,
    model: 'sdxl',
    loras: [{ path: `sdxl/${form}.safetensors`, scale: 1 }],
  })),
  {
    title: 'qwen_image in tiles',
    model: 'qwen_image',
    loras: [],
    top: { tiled_decoding: true },
    fields: { width: 320, height: 288 },
    reference: { width: 320, height: 288, tiled: true },
  },
  // One of each family that the Python tests hold against diffusers, id by id.
  ...['sd15', 'chroma', 'zimage', 'qwen_image', 'lumina2', 'krea2', 'omnigen2', 'flux2_klein_4b'].flatMap(
    (model) => [
      { title: model, model, loras: [], negative: 'blurry' },
      {
        title: `${model} with a LoRA`,
        model,
        loras: [{ path: `${model}/${trained(model)}.safetensors`, scale: 0.8 }],
      },
    ],
  ),
  { title: 'demo', model: 'demo', loras: [] },
  { title: 'demo, a picture of a picture', model: 'demo', loras: [], begins: 'whole' },
  {
    title: 'demo with a LoRA, a part of a picture',
    model: 'demo',
    loras: demo.loras.slice(0, 1).map((file) => ({ path: file, scale: 1 })),
    begins: 'part',
  },
  ...demo.loras.map((file) => ({
    title: `demo with ${path.basename(file)}`,
    model: 'demo',
    loras: [{ path: file, scale: 1 }],
  })),
];

const catalog = await loadCatalog();
const server = sharedServer();
let references: Picture[];
let control: Buffer;
let mask: Buffer;

beforeAll(async () => {
  const { checkpoints } = await tinyFixtures();
  control = await testPattern(90, 50);
  const controlFile = path.join(server.data, 'control.png');
  await writeFile(controlFile, control);
  mask = await sharp({ create: { width: 60, height: 60, channels: 3, background: '#000' } })
    .composite([
      { input: { create: { width: 30, height: 60, channels: 3, background: '#fff' } }, left: 30, top: 0 },
    ])
    .png()
    .toBuffer();
  await writeFile(path.join(server.data, 'mask.png'), mask);
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
            ...(one.begins === undefined ? {} : { image: control.toString('base64'), strength: 0.7 }),
            ...(one.begins === 'part' ? { mask_image: mask.toString('base64') } : {}),
            ...one.fields,
          },
        ],
        prompt_flags: true,
        ...one.top,
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
    checkpoint: checkpointOf(one.model, checkpoints),
    checkpoints,
    control_images: [],
    loras: one.loras.map(({ path: file, scale }) => ({ file: path.resolve(server.loras, file), scale })),
    negative_prompt: one.negative ?? '',
    ...(one.model === 'flux_kontext' ? { control_image: controlFile } : {}),
    ...(one.begins === undefined ? {} : { image: controlFile, strength: 0.7 }),
    ...(one.begins === 'part' ? { mask_image: path.join(server.data, 'mask.png') } : {}),
    ...one.reference,
  };
}

/** Where the model's own repository is; the demo's comes with the package. */
function checkpointOf(model: string, checkpoints: string): string {
  const { repository, bundled } = findModel(catalog, model).checkpoint;
  return bundled === undefined ? path.join(checkpoints, repository) : path.join(root, bundled);
}

/** How many of the values differ at all. */
function differingValues(a: Buffer, b: Buffer): number {
  return a.reduce((count, value, index) => count + (value === b[index] ? 0 : 1), 0);
}
