/** From the form to what is sent. */
import type { InferenceRequest } from '../api/requests.ts';
import type { Beginning, Draft } from '../draft/draft.ts';
import type { ModelForm } from './model-form.ts';
import { promptFlags } from './prompt-flags.ts';
import { promptsOf } from './prompt-list.ts';

/** Seeds that JavaScript and everybody else write alike. */
const largestDrawn = 2 ** 32;

export interface BodyContext {
  form: ModelForm;
  controls: readonly (string | null)[];
  /** A picture that another is made of, and which part of it. */
  beginning: Beginning;
  /** Draws a seed, so that what is sent names it and can be sent again. */
  random: () => number;
}

/** The request that the form stands for. */
export function requestBody(
  draft: Draft,
  { form, controls, beginning, random }: BodyContext,
): InferenceRequest {
  const active = draft.loras.filter(({ muted, path }) => !muted && path.trim() !== '');
  const { mode, value } = draft.seed;
  const drawSeed = () => Math.floor(random() * largestDrawn);
  const trigger = draft.trigger.trim();
  const prompts = promptsOf(draft);
  return {
    model: draft.model ?? '',
    ...(active.length === 0
      ? { base_only: true }
      : {
          loras: active.map(({ path, scale, side }) => ({
            path: path.trim(),
            network_multiplier: scale,
            ...(form.lora.sides ? { transformer: side ?? 'high' } : {}),
          })),
        }),
    ...(trigger === '' ? {} : { trigger_word: trigger }),
    ...valuesOf(draft, form),
    ...previewEvery(draft, form),
    ...beginningFields(beginning, draft, form),
    ...(prompts.some((prompt) => promptFlags(prompt).length > 0) ? { prompt_flags: true } : {}),
    prompts: prompts.map((prompt, index) => ({
      prompt,
      seed: mode === 'random' ? drawSeed() : mode === 'same' ? value : value + index,
      ...controlFields(controls, form),
    })),
  };
}

/** Only what the model's form has: a value that another model left behind is not sent. */
function valuesOf({ values }: Draft, form: ModelForm): Partial<InferenceRequest> {
  const known = new Set([
    'width',
    'height',
    'output_format',
    form.steps.name,
    ...(form.guidance === null ? [] : [form.guidance.name]),
    ...(form.negative === null ? [] : ['neg']),
    ...(form.video === null ? [] : ['num_frames', 'fps']),
    ...(form.rescale === null ? [] : [form.rescale.name]),
    ...(form.high ? ['resolution'] : []),
    ...(form.samplers.length > 1 ? ['sampler'] : []),
    ...form.switches.map(({ name }) => name),
  ]);
  return Object.fromEntries(Object.entries(values).filter(([name]) => known.has(name)));
}

/** A picture of how far it is, each fifth of the steps. */
function previewEvery({ values }: Draft, { steps, video }: ModelForm): Partial<InferenceRequest> {
  const count = values[steps.name] ?? steps.default;
  return video !== null || typeof count !== 'number'
    ? {}
    : { preview_every: Math.max(1, Math.round(count / 5)) };
}

/** Fields of a prompt with the pictures that it is made from, as many as the model takes. */
export function controlFields(
  controls: readonly (string | null)[],
  { controls: { maximum } }: ModelForm,
): Record<string, string> {
  const given = controls.slice(0, maximum).filter((picture) => picture !== null);
  const [only] = given;
  if (only === undefined) return {};
  if (maximum === 1) return { ctrl_img: only };
  return Object.fromEntries(given.map((picture, index) => [`ctrl_img_${index + 1}`, picture]));
}

function beginningFields(
  { image, mask }: Beginning,
  { values }: Draft,
  { beginning }: ModelForm,
): Partial<InferenceRequest> {
  if (beginning === null || image === null) return {};
  const { strength } = values;
  return {
    image,
    ...(mask !== null && beginning.mask ? { mask_image: mask } : {}),
    ...(typeof strength === 'number' ? { strength } : {}),
  };
}
