import { expect, test } from 'vitest';
import { loadCatalog } from '../../catalog/load-catalog.ts';
import { buildPlan } from '../../render/build-plan.ts';
import { findModel } from '../../render/check-request.ts';
import { emptyPrompt, exampleRequest } from '../../render/request.fixture.ts';
import { usualFit } from '../../render/source-picture.ts';
import { callProvenance } from './call-provenance.ts';
import { cutProvenance } from './provenance.ts';

const catalog = await loadCatalog();
const sha256 = 'ab'.repeat(32);

const made = {
  versions: {},
  darkroom: '1.0.0',
  commits: { 'a/b': 'c'.repeat(40) },
  device: { type: 'cpu', name: 'a processor' },
  dtype: 'float32',
  quantization: null,
};

const square = (name: string) => ({ sha256: name, width: 64, height: 64 });

const sourceIn = ({ source = null }: Partial<typeof emptyPrompt>) =>
  source === null
    ? null
    : { image: square(source.image), mask: source.mask === null ? null : square(source.mask) };

function recipeOf(model: string, changes: Partial<typeof emptyPrompt>, pictures: string[] = []) {
  const { plan } = buildPlan({
    entry: findModel(catalog, model),
    request: exampleRequest({ model, prompts: [{ ...emptyPrompt, ...changes }] }),
    loras: [],
    controlImages: [pictures.map((picture) => ({ sha256: picture, width: 64, height: 64 }))],
    sources: [sourceIn(changes)],
    settings: { decodesInTiles: () => false },
    drawSeed: () => 0,
  });
  const [call] = plan.calls;
  if (call === undefined) throw new Error('a call for each prompt');
  return callProvenance({ plan, loras: [], output: { format: 'png', quality: 95 } }, call, made);
}

test('the recipe names rescaling, a second negative prompt and the sampler', () => {
  const recipe = recipeOf('sdxl', { guidanceRescale: 0.7, secondNegativePrompt: 'blurry', sampler: 'ddim' });
  expect(recipe.arguments).toMatchObject({ guidance_rescale: 0.7, negative_prompt_2: 'blurry' });
  expect(recipe.scheduler).toMatch(/DDIM/);
  expect(recipeOf('sdxl', {}).scheduler).toBeUndefined();
});

test('it names switches of the model, and control pictures by their hashes', () => {
  const recipe = recipeOf('qwen_image_edit_plus', { cfgNorm: true }, [sha256]);
  expect(recipe.arguments).toMatchObject({ do_cfg_norm: true });
  expect(Object.values(recipe.images ?? {})).toEqual([[sha256]]);
});

test('no text of a client is longer than the cut', () => {
  const recipe = recipeOf('sdxl', { secondNegativePrompt: 'é'.repeat(20_000), prompt: 'x'.repeat(9_000) });
  const cut = cutProvenance(recipe, 100);
  expect(JSON.stringify(cut).length).toBeLessThan(3_000);
});

test('the recipe of a picture that was made of another names it, its mask, the strength and the pipeline', () => {
  const source = { image: 'a'.repeat(64), mask: 'b'.repeat(64), strength: 0.5, fit: usualFit };
  expect(recipeOf('sd15', { source })).toMatchObject({
    pipeline: 'StableDiffusionInpaintPipeline',
    arguments: { strength: 0.5 },
    images: { image: ['a'.repeat(64)], mask_image: ['b'.repeat(64)] },
  });
});
