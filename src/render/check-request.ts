import type { ModelEntry } from '../catalog/define-model.ts';
import type { Catalog } from '../catalog/load-catalog.ts';
import { nearestId } from '../catalog/nearest-id.ts';
import { DarkroomError } from '../errors/darkroom-error.ts';
import { loraNamed, promptNamed, requestNamed, setting } from '../errors/reference.ts';
import { advice, said } from '../errors/sentence.ts';
import type { LoraRequest, RenderRequest } from './request.ts';
import { abilityFor } from './source-picture.ts';

/** The entry of a model id, or MODEL_NOT_FOUND with the nearest id and the whole list. */
export function findModel(catalog: Catalog, id: string): ModelEntry {
  const entry = catalog.get(id);
  if (entry !== undefined) return entry;
  const supported = [...catalog.keys()];
  const nearest = nearestId(id, supported);
  const hint = nearest === null ? '' : ` Did you mean "${nearest}"?`;
  throw new DarkroomError(
    'MODEL_NOT_FOUND',
    `There is no model "${id.slice(0, 80)}".${hint} Supported: ${supported.join(', ')}.`,
    { details: { supported, ...(nearest === null ? {} : { nearest }) } },
  );
}

/**
 * Everything about a request that needs only the entry: how many LoRAs, which side of a mixture of experts they are for,
 * and whether every prompt has the control image it needs. Throws the first problem found.
 */
export function checkRequest(entry: ModelEntry, request: RenderRequest, limits: { maxLoras: number }): void {
  checkLoraCount(request, limits.maxLoras);
  if (entry.lora.experts === undefined) checkNoExperts(entry, request.loras);
  else checkExperts(entry, request.loras, limits.maxLoras);
  checkScales(request);
  checkSamplers(entry, request);
  checkSteps(entry, request);
  checkControlImages(entry, request);
  checkSources(entry, request);
}

function checkLoraCount(request: RenderRequest, maxLoras: number): void {
  if (request.loras.length === 0 && !request.baseOnly) {
    throw new DarkroomError(
      'LORA_FILE_REQUIRED',
      said`The request has no LoRA. Add one${advice` to \`${requestNamed('loras')}\``}${advice` as {"${loraNamed(null, 'path')}": "name.safetensors"}`}${advice`, or send ${setting('baseOnly', true)} to render the base model`}.`,
    );
  }
  const sides = request.loras.filter((lora) => lora.expert === null);
  if (maxLoras === 1 && sides.length > 1) {
    throw new DarkroomError(
      'SINGLE_LORA_ONLY',
      `This server takes one LoRA in a request (MAX_LORAS=1) and got ${sides.length}.`,
    );
  }
  if (maxLoras > 1 && request.loras.length > maxLoras) {
    throw new DarkroomError(
      'TOO_MANY_LORAS',
      `This server takes up to ${maxLoras} LoRAs in a request and got ${request.loras.length}. Send fewer, or raise MAX_LORAS.`,
    );
  }
}

function checkNoExperts(entry: ModelEntry, loras: LoraRequest[]): void {
  const index = loras.findIndex((lora) => lora.expert !== null);
  if (index === -1) return;
  throw new DarkroomError(
    'MOE_FORMAT_NOT_SUPPORTED',
    said`${loraNamed(index)} has "${loraNamed(null, 'expert')}", but ${entry.id} has only one transformer. Leave the field out.`,
  );
}

function checkExperts(entry: ModelEntry, loras: LoraRequest[], maxLoras: number): void {
  const index = loras.findIndex((lora) => lora.expert === null);
  if (index !== -1) {
    throw new DarkroomError(
      'MOE_FORMAT_REQUIRED',
      said`${entry.id} has a high- and a low-noise transformer: ${loraNamed(index)} must say which${advice` as ${setting('expert', 'high', 'low')}`}.`,
    );
  }
  for (const side of ['high', 'low'] as const) {
    const count = loras.filter((lora) => lora.expert === side).length;
    if (maxLoras === 1 && count > 1) {
      throw new DarkroomError(
        'SINGLE_MOE_CONFIG_ONLY',
        `This server takes one LoRA for each side (MAX_LORAS=1) and got ${count} for "${side}".`,
      );
    }
  }
}

function checkScales({ prompts, loras, baseOnly }: RenderRequest): void {
  if (baseOnly) return;
  for (const [index, { scales }] of prompts.entries()) {
    if (scales === null || typeof scales === 'number' || scales.length === loras.length) continue;
    throw new DarkroomError(
      'PROMPT_INVALID',
      said`${promptNamed(index, 'scales')} has ${scales.length} strengths and the request ${loras.length} LoRAs. Send one number for all of them, or a list with one for each${advice`, in the order of \`${requestNamed('loras')}\``}.`,
    );
  }
}

/** A model with one sampler warns of others in the plan; one with several must know the name. */
function checkSamplers({ id, pipeline: { samplers } }: ModelEntry, { prompts }: RenderRequest): void {
  if (samplers === undefined) return;
  const names = Object.keys(samplers);
  for (const [index, { sampler }] of prompts.entries()) {
    if (sampler === null || names.includes(sampler)) continue;
    const nearest = nearestId(sampler, names);
    const hint = nearest === null ? '' : ` Did you mean "${nearest}"?`;
    throw new DarkroomError(
      'PROMPT_INVALID',
      said`${promptNamed(index, 'sampler')} is "${sampler.slice(0, 80)}", which ${id} does not have.${hint} Send one of the trainer's names, or leave it out for ddpm: ${names.join(', ')}.`,
      { details: { promptIndex: index, samplers: names } },
    );
  }
}

function checkSteps({ id, minimum_steps, defaults }: ModelEntry, { prompts }: RenderRequest): void {
  for (const [index, { steps }] of prompts.entries()) {
    if (steps === null || steps >= minimum_steps) continue;
    throw new DarkroomError(
      'PROMPT_INVALID',
      said`${promptNamed(index, 'steps')} is ${steps}, and ${id} needs at least ${minimum_steps}: its scheduler stretches the steps between two levels of noise, and of fewer it makes a black picture. The default is ${defaults.sample_steps}.`,
      { details: { promptIndex: index, minimumSteps: minimum_steps } },
    );
  }
}

function checkControlImages(entry: ModelEntry, request: RenderRequest): void {
  const needed = entry.control_images.minimum;
  // A picture to begin with is one to work from too.
  const index = request.prompts.findIndex(
    ({ controlImages, source }) => controlImages.length < needed && source === null,
  );
  if (index === -1) return;
  throw new DarkroomError(
    'CONTROL_IMAGE_REQUIRED',
    said`${promptNamed(index)} needs a control image for ${entry.id}: send ${{ of: 'controlImages', most: entry.control_images.maximum }} as base64, a data URL or an http(s) URL.`,
    { details: { promptIndex: index } },
  );
}

/** A model that cannot begin with a picture would have to leave it out. */
function checkSources(entry: ModelEntry, { prompts }: RenderRequest): void {
  for (const [index, { source }] of prompts.entries()) {
    if (source === null || abilityFor(entry, source) !== undefined) continue;
    const { image_to_image, inpainting } = entry.abilities;
    const asked = source.mask === null ? 'image' : 'mask';
    const can = source.mask === null ? inpainting : image_to_image;
    const instead =
      can === undefined
        ? entry.control_images.maximum > 0
          ? said` Pictures that it works from are sent as ${{ of: 'controlImages', most: entry.control_images.maximum }}.`
          : ''
        : source.mask === null
          ? said` It paints a part of one anew: send ${promptNamed(null, 'mask')} too.`
          : said` It makes a new picture of the whole: leave ${promptNamed(null, 'mask')} out.`;
    throw new DarkroomError(
      'PROMPT_INVALID',
      said`${promptNamed(index, asked)}: ${entry.id} has no ${source.mask === null ? 'image to image' : 'inpainting'}.${instead} The list of models says what each is able to.`,
      { details: { promptIndex: index } },
    );
  }
}
