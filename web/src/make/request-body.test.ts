import { expect, test } from 'vitest';
import { type Draft, emptyDraft } from '../draft/draft.ts';
import type { ModelForm } from './model-form.ts';
import { requestBody } from './request-body.ts';

const form: ModelForm = {
  sizes: { divisor: 8, area: null, maximumArea: null, width: 512, height: 512 },
  steps: { name: 'sample_steps', label: 'Steps', default: 20, minimum: 1, maximum: 150, step: 1 },
  guidance: null,
  rescale: null,
  beginning: null,
  high: false,
  negative: null,
  controls: { minimum: 0, maximum: 0, side: 1, aspect: null },
  video: null,
  samplers: [],
  switches: [],
  lora: { sides: false, most: 4 },
};
const draft: Draft = { ...emptyDraft, model: 'm', prompt: 'a\nb', onePerLine: true };
const beginning = { image: null, mask: null };
const context = { form, controls: [], beginning, random: () => 0.5 };
const row = {
  key: '1',
  path: 'a.safetensors',
  sha256: null,
  scale: 0.8,
  muted: false,
  side: null,
  pair: null,
};

test('seeds count up, stay, or are drawn before they are sent', () => {
  const seeds = (mode: Draft['seed']['mode']) =>
    requestBody({ ...draft, seed: { mode, value: 7 } }, context).prompts.map(({ seed }) => seed);
  expect(seeds('walk')).toEqual([7, 8]);
  expect(seeds('same')).toEqual([7, 7]);
  expect(seeds('random')).toEqual([2 ** 31, 2 ** 31]);
});

test('muted rows are not sent, and without any it is the base model', () => {
  const muted = { ...row, key: '2', path: 'b.safetensors', muted: true };
  expect(requestBody({ ...draft, loras: [row, muted] }, context).loras).toEqual([
    { path: 'a.safetensors', network_multiplier: 0.8 },
  ]);
  expect(requestBody({ ...draft, loras: [muted] }, context)).toMatchObject({ base_only: true });
});

test('what another model left in the form is not sent', () => {
  const values = { guidance_scale: 3, neg: 'ugly', width: 640, sample_steps: 10 };
  const body = requestBody({ ...draft, values }, context);
  expect(body).toMatchObject({ width: 640, sample_steps: 10, preview_every: 2 });
  expect(body).not.toHaveProperty('guidance_scale');
  expect(body).not.toHaveProperty('neg');
});

test('control pictures take the names that the model reads them by', () => {
  const with2 = { ...form, controls: { ...form.controls, maximum: 3 } };
  const with1 = { ...form, controls: { ...form.controls, minimum: 1, maximum: 1 } };
  const [many] = requestBody(draft, { ...context, form: with2, controls: ['x', null, 'y'] }).prompts;
  expect(many).toMatchObject({ ctrl_img_1: 'x', ctrl_img_2: 'y' });
  const [one] = requestBody(draft, { ...context, form: with1, controls: ['x'] }).prompts;
  expect(one).toMatchObject({ ctrl_img: 'x' });
});

test('a picture to begin with is sent where the model makes another of it, and its mask only where it reads one', () => {
  const strength = { name: 'strength', label: 'Strength', default: 0.8, minimum: 0, maximum: 1, step: 0.05 };
  const sent = (mask: boolean) =>
    requestBody(draft, {
      ...context,
      form: { ...form, beginning: { mask, strength } },
      beginning: { image: 'picture', mask: 'mask' },
    });
  expect(sent(true)).toMatchObject({ image: 'picture', mask_image: 'mask' });
  expect(sent(false)).not.toHaveProperty('mask_image');
  expect(requestBody(draft, { ...context, beginning: { image: 'picture', mask: null } })).not.toHaveProperty(
    'image',
  );
});

test('flags of the trainer in a prompt are sent to be read', () => {
  const flagged = { ...draft, prompt: 'a fox --w 512' };
  expect(requestBody(flagged, context)).toMatchObject({ prompt_flags: true });
  expect(requestBody(draft, context)).not.toHaveProperty('prompt_flags');
});
