import { expect, test } from 'vitest';
import type { ModelEntry } from '../catalog/define-model.ts';
import { loadCatalog } from '../catalog/load-catalog.ts';
import { callProvenance } from '../files/encode/call-provenance.ts';
import type { Provenance } from '../files/encode/provenance.ts';
import { buildPlan } from '../render/build-plan.ts';
import { emptyPrompt, exampleRequest } from '../render/request.fixture.ts';
import type { PromptRequest, RenderRequest } from '../render/request.ts';
import { usualFit } from '../render/source-picture.ts';
import { compareRecipes } from './compare-recipes.ts';
import { replayRequest } from './replay-request.ts';

const catalog = await loadCatalog();
const output = { format: 'webp', quality: 71 } as const;
const made = {
  versions: { torch: '2' },
  darkroom: '1',
  commits: {},
  device: { type: 'cpu', name: 'a processor' },
  dtype: 'float32',
  quantization: null,
};

/** What a picture stands for in a request is its hash here. */
const hashIn = (source: string): string =>
  Buffer.from(source.split(',').at(-1) ?? '', 'base64').toString() || source;

function recipeOf(entry: ModelEntry, request: RenderRequest): Provenance {
  const square = (source: string) => ({ sha256: hashIn(source), width: 200, height: 120 });
  const { plan } = buildPlan({
    entry,
    request,
    loras: [],
    controlImages: request.prompts.map(({ controlImages }) => controlImages.map(square)),
    sources: request.prompts.map(({ source }) =>
      source === null
        ? null
        : { image: square(source.image), mask: source.mask === null ? null : square(source.mask) },
    ),
    settings: { decodesInTiles: () => true },
    drawSeed: () => 5,
  });
  const [call] = plan.calls;
  if (call === undefined) throw new Error('a call for each prompt');
  const recipe = callProvenance({ plan, loras: [], output }, call, made);
  // As whoever encodes a video adds it.
  return call.output === 'video' ? { ...recipe, num_frames: call.num_frames, fps: call.fps ?? 0 } : recipe;
}

function again(entry: ModelEntry, recipe: Provenance) {
  const pictures = new Map(
    Object.values(recipe.images ?? {})
      .flat()
      .map((sha256) => [sha256, Buffer.from(sha256)]),
  );
  return recipeOf(entry, replayRequest(recipe, { entry, loras: [], pictures, output }));
}

const sizes = [
  { width: 1000, height: 600 },
  { width: 333, height: 777 },
  { width: null, height: null },
];

/** Everything that a model may be asked for. */
function prompts(entry: ModelEntry): Partial<PromptRequest>[] {
  const { control_images: control, abilities, pipeline, output: kind } = entry;
  const controls = Array.from({ length: control.maximum }, (_, index) => `control${index}`);
  const usual = {
    controlImages: controls,
    negativePrompt: 'dark',
    secondNegativePrompt: 'grey',
    guidanceRescale: 0.5,
    seed: '9007199254740993',
    ...(kind.kind === 'video' ? { numFrames: 10, fps: 7 } : {}),
  };
  const fit = { ...usualFit, filter: 'bicubic' as const };
  return [
    ...sizes.map((size) => ({ ...usual, ...size })),
    ...Object.keys(pipeline.samplers ?? {}).map((sampler) => ({ ...usual, sampler })),
    ...(pipeline.high === undefined ? [] : [{ ...usual, resolution: 'High' as const }]),
    ...(abilities.image_to_image === undefined
      ? []
      : [{ source: { image: 'whole', mask: null, strength: 0.6, fit } }]),
    ...(abilities.inpainting === undefined
      ? []
      : [{ source: { image: 'part', mask: 'mask', strength: 0.3, fit } }]),
  ];
}

test.each([...catalog.keys()])('%s: what a recipe asks for is what it was made with', (id) => {
  const entry = catalog.get(id);
  if (entry === undefined) throw new Error('an entry');
  for (const prompt of prompts(entry))
    for (const on of [true, false]) {
      const options = { kvCache: on, matchTargetRes: on, cfgNorm: on, tiledDecoding: on };
      const request = exampleRequest({ model: id, prompts: [{ ...emptyPrompt, ...prompt }], options });
      const recipe = recipeOf(entry, request);
      expect(compareRecipes(recipe, again(entry, recipe)), JSON.stringify(prompt)).toEqual([]);
    }
});

test('what has to be equal and what may differ are told apart', () => {
  const entry = catalog.get('sdxl');
  if (entry === undefined) throw new Error('an entry');
  const lora = { path: 'a.safetensors', sha256: 'a', scale: 1, component: 'unet' };
  const then = {
    ...recipeOf(entry, exampleRequest({ model: 'sdxl' })),
    loras: [lora],
    commits: { 'a/b': 'c'.repeat(40) },
  };
  const now = {
    ...then,
    seed: 4,
    loras: [{ ...lora, path: 'elsewhere.safetensors', scale: 0.5 }],
    commits: { 'a/b': 'd'.repeat(40) },
    arguments: { ...then.arguments, clip_skip: 2 },
    dtype: 'bfloat16',
    device: { type: 'cuda', name: 'a card' },
    versions: { torch: '3' },
  };
  expect(compareRecipes(then, now).map(({ kind, field }) => [kind, field])).toEqual([
    ['picture', 'commit of a/b'],
    ['picture', 'strength of lora 1'],
    ['picture', 'seed'],
    ['picture', 'arguments.clip_skip'],
    ['precision', 'dtype'],
    ['environment', 'device'],
    ['environment', 'versions.torch'],
  ]);
  expect(compareRecipes(then, { ...now, commits: { 'a/b': 'files:00' } })).not.toContainEqual(
    expect.objectContaining({ field: 'commit of a/b' }),
  );
});
