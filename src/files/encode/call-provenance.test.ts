import { expect, test } from 'vitest';
import { loadCatalog } from '../../catalog/load-catalog.ts';
import { buildPlan } from '../../render/build-plan.ts';
import { findModel } from '../../render/check-request.ts';
import { emptyPrompt, exampleRequest } from '../../render/request.fixture.ts';
import { callProvenance } from './call-provenance.ts';
import { cutProvenance } from './provenance.ts';

const catalog = await loadCatalog();
const sha256 = 'ab'.repeat(32);

function recipeOf(model: string, changes: Partial<typeof emptyPrompt>, pictures: string[] = []) {
  const { plan } = buildPlan({
    entry: findModel(catalog, model),
    request: exampleRequest({ model, prompts: [{ ...emptyPrompt, ...changes }] }),
    loras: [],
    controlImages: [pictures.map((picture) => ({ sha256: picture, width: 64, height: 64 }))],
    settings: { decodesInTiles: () => false },
    drawSeed: () => 0,
  });
  const [call] = plan.calls;
  if (call === undefined) throw new Error('a call for each prompt');
  return callProvenance({ plan, loras: [] }, call, {});
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
