/**
 * What a sentence refers to and every dialect has its own name for: a field of the request, a value to set it to, a place of
 * the API. The names here are the core's; no client reads them.
 */
import { z } from 'zod';

const requestField = z.enum([
  'loras',
  'baseOnly',
  'triggerWord',
  'promptFlags',
  'controlOrientation',
  'kvCache',
  'matchTargetRes',
  'cfgNorm',
  'tiledDecoding',
  'hubToken',
  'webhookUrl',
]);
const loraField = z.enum(['path', 'scale', 'expert']);
const promptField = z.enum([
  'prompt',
  'triggerWord',
  'negativePrompt',
  'steps',
  'guidanceScale',
  'guidanceRescale',
  'cfgNorm',
  'scales',
  'sampler',
  'numFrames',
  'fps',
  'resolution',
  'controlImages',
  'controlIndex',
  'image',
  'mask',
  'strength',
]);
const place = z.enum(['documentation', 'events', 'problems', 'nextPage', 'credential']);

/** Of a job. */
const state = z.enum(['queued', 'held', 'running', 'succeeded', 'failed', 'canceled']);

const values = z.array(z.union([z.string(), z.boolean()])).min(1);

export const referenceSchema = z.discriminatedUnion('of', [
  z.strictObject({ of: z.literal('request'), field: requestField }),
  /** One LoRA as a whole, or a field of it, or that field of any. */
  z.strictObject({ of: z.literal('lora'), index: z.int().nullable(), field: loraField.nullable() }),
  z.strictObject({ of: z.literal('prompt'), index: z.int().nullable(), field: promptField.nullable() }),
  /** One of the pictures of a prompt. */
  z.strictObject({ of: z.literal('controlImage'), prompt: z.int(), image: z.int() }),
  /** The fields for the pictures of a prompt of a model that takes so many. */
  z.strictObject({ of: z.literal('controlImages'), most: z.int() }),
  /** A field with one of these values, as it is written in a request. */
  z.strictObject({ of: z.literal('setting'), field: z.union([requestField, loraField]), values }),
  z.strictObject({ of: z.literal('state'), state }),
  z.strictObject({ of: z.literal('place'), place }),
]);

export type Reference = z.infer<typeof referenceSchema>;
export type RequestField = z.infer<typeof requestField>;
export type LoraField = z.infer<typeof loraField>;
export type PromptField = z.infer<typeof promptField>;
export type Place = z.infer<typeof place>;

export const requestNamed = (field: RequestField): Reference => ({ of: 'request', field });
export const loraNamed = (index: number | null, field: LoraField | null = null): Reference => ({
  of: 'lora',
  index,
  field,
});
export const promptNamed = (index: number | null, field: PromptField | null = null): Reference => ({
  of: 'prompt',
  index,
  field,
});
export const setting = (
  field: RequestField | LoraField,
  ...to: [string | boolean, ...(string | boolean)[]]
): Reference => ({ of: 'setting', field, values: to });
export const placeNamed = (which: Place): Reference => ({ of: 'place', place: which });

const plainFields: Readonly<Record<RequestField | LoraField | PromptField, string>> = {
  loras: 'the LoRAs',
  baseOnly: 'rendering without LoRAs',
  triggerWord: 'trigger word',
  promptFlags: 'reading flags in prompts',
  controlOrientation: 'the orientation of control images',
  kvCache: 'the key-value cache',
  matchTargetRes: 'scaling control images to the output',
  cfgNorm: 'the norm of the guidance',
  tiledDecoding: 'decoding in tiles',
  hubToken: 'a token of the hub',
  webhookUrl: 'the webhook',
  path: 'path',
  scale: 'strength',
  expert: 'transformer',
  prompt: 'text',
  negativePrompt: 'negative prompt',
  steps: 'number of steps',
  guidanceScale: 'guidance',
  guidanceRescale: 'rescale of the guidance',
  scales: 'strength of the LoRAs',
  sampler: 'sampler',
  numFrames: 'number of frames',
  fps: 'frames per second',
  resolution: 'resolution',
  controlImages: 'control image',
  controlIndex: 'meaning of the control image',
  image: 'picture to begin with',
  mask: 'mask',
  strength: 'strength of the change',
};

/** What to call it where a dialect has no name for it. Lists count from 1, as people do. */
export function plainName(reference: Reference): string {
  switch (reference.of) {
    case 'request':
      return plainFields[reference.field];
    case 'lora':
      return partName('LoRA', reference.index, reference.field);
    case 'prompt':
      return partName('prompt', reference.index, reference.field);
    case 'controlImage':
      return `control image ${reference.image + 1} of prompt ${reference.prompt + 1}`;
    case 'controlImages':
      return reference.most > 1 ? 'control images' : 'a control image';
    case 'setting':
      return `${plainFields[reference.field]} (${reference.values.join(' or ')})`;
    case 'state':
      return reference.state;
    case 'place':
      return plainPlaces[reference.place];
  }
}

const plainPlaces: Readonly<Record<Place, string>> = {
  documentation: 'the documentation',
  events: 'its events',
  problems: 'the details',
  nextPage: 'the cursor of the next page',
  credential: 'a key',
};

function partName(
  what: 'LoRA' | 'prompt',
  index: number | null,
  field: LoraField | PromptField | null,
): string {
  const one = index === null ? `a ${what}` : `${what} ${index + 1}`;
  if (field === null) return one;
  return index === null ? plainFields[field] : `the ${plainFields[field]} of ${one}`;
}
