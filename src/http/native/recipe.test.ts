import { expect, test } from 'vitest';
import { loadCatalog } from '../../catalog/load-catalog.ts';
import { recipeResponse } from './recipe.ts';

const catalog = await loadCatalog();
const recipe = {
  model: 'sdxl',
  checkpoint: { repository: 'a/b', revision: 'main' },
  loras: [],
  prompt: 'x',
  negative_prompt: null,
  seed: 1,
  steps: 4,
  guidance_scale: 5,
  width: 64,
  height: 64,
  versions: {},
};

test.each([
  [
    'words',
    { images: { image: ['a'] } },
    { image: null, mask_image: null, strength: null, control_images: ['a'] },
  ],
  [
    'a picture',
    { pipeline: 'StableDiffusionXLImg2ImgPipeline', images: { image: ['a'] }, arguments: { strength: 0.5 } },
    { image: 'a', mask_image: null, strength: 0.5, control_images: [] },
  ],
  [
    'a part of one',
    {
      pipeline: 'StableDiffusionXLInpaintPipeline',
      images: { image: ['a'], mask_image: ['b'], other: ['c'] },
      arguments: { strength: 0.5 },
    },
    { image: 'a', mask_image: 'b', strength: 0.5, control_images: ['c'] },
  ],
])('of a picture made of %s it names what that was', (_, made, told) => {
  expect(recipeResponse({ ...recipe, ...made }, catalog)).toMatchObject(told);
});
