/** What a prediction asks for, in the words of the core. */

import type { z } from 'zod';
import type { ModelEntry } from '../../catalog/define-model.ts';
import type { Catalog } from '../../catalog/load-catalog.ts';
import type { Sentence } from '../../errors/sentence.ts';
import type { Asker } from '../../registry/asker.ts';
import type { LoraRequest, PromptRequest } from '../../render/request.ts';
import { type Seed, toSeed } from '../../render/seed.ts';
import type { DialectParts } from '../dialect.ts';
import type { Submission } from '../kit/accept-request.ts';
import { type FoundLora, findNamedLora } from './named-lora.ts';
import { type hiddenInput, type PredictionInput, ratioSizes } from './prediction-input.ts';
import { invalidField } from './problem.ts';
import type { ServedTarget } from './served-model.ts';

export interface AskedPrediction {
  target: ServedTarget;
  input: PredictionInput;
  hidden: z.output<typeof hiddenInput>;
  /** Of the first picture. */
  seed: Seed;
  /** Base model to render with. */
  entry: ModelEntry;
  loras: LoraRequest[];
  warnings: Sentence[];
}

/**
 * The base model that is rendered with: that of the target, or what was distilled from it for `schnell`. Throws INVALID_REQUEST for
 * one that has no such model.
 */
export function entryOf({ model }: ServedTarget, input: PredictionInput, catalog: Catalog): ModelEntry {
  if (input.model === 'dev') return model.entry;
  const distilled = catalog.get(model.entry.distilled ?? '');
  if (distilled !== undefined) return distilled;
  throw invalidField(
    'input.model',
    `${model.owner}/${model.name} has no schnell: only models made of FLUX.1-dev do. Send dev, or leave it out`,
  );
}

/** Throws INVALID_REQUEST: the original takes a mask without an image and does nothing with it. */
export function checkMask({ image, mask }: PredictionInput): void {
  if (mask !== undefined && image === undefined)
    throw invalidField(
      'input.mask',
      'A mask is for an image, and none was sent. Send image too, or leave mask out',
    );
}

/** The LoRAs of the model and of the inputs. Throws INVALID_REQUEST for a model that is not here. */
export async function lorasOf(
  { target: { model, version }, input, hidden }: Pick<AskedPrediction, 'target' | 'input' | 'hidden'>,
  asker: Asker,
  parts: Pick<DialectParts, 'registry' | 'jobs' | 'weights' | 'clock'>,
): Promise<{ loras: LoraRequest[]; warnings: Sentence[] }> {
  const { record } = model;
  const own = record.isBase ? null : ownPath(model.record.id, record.currentVersion, version?.id ?? null);
  const named = (reference: string | undefined, field: string): Promise<FoundLora | null> =>
    reference === undefined ? Promise.resolve(null) : findNamedLora(reference, field, asker, parts);
  const main =
    (await named(hidden.replicate_weights, 'replicate_weights')) ?? (own === null ? null : { path: own });
  const extra = await named(input.extra_lora, 'extra_lora');
  const lora = (found: FoundLora | null, scale: number): LoraRequest[] =>
    found === null ? [] : [{ ...found, scale, expert: null }];
  const isSame = extra !== null && (isSameLora(extra, main) || extra.path === record.fullName);
  return {
    loras: [...lora(main, input.lora_scale), ...(isSame ? [] : lora(extra, input.extra_lora_scale))],
    warnings: [
      ...(isSame ? ['extra_lora is the LoRA of the model itself: not used a second time.'] : []),
      ...(main === null && input.lora_scale !== 1
        ? ['lora_scale was not used: the model has no LoRA of its own.']
        : []),
    ],
  };
}

const isSameLora = (one: FoundLora, other: FoundLora | null): boolean =>
  one.path === other?.path && one.registered?.sha256 === other.registered?.sha256;

/** The current version by the id of the model alone, so that a pinned epoch counts. */
const ownPath = (id: string, current: string | null, version: string | null): string =>
  version === null || version === current ? id : `${id}:${version}`;

/** One prompt for each picture, of which the seeds count up. */
export function renderSubmission(
  asked: AskedPrediction,
  webhook: Submission['webhook'],
  sent: unknown,
): Submission {
  const { target, entry, input, loras, warnings } = asked;
  const { record } = target.model;
  const prompt = toPrompt(asked);
  return {
    request: {
      model: entry.id,
      loras,
      baseOnly: loras.length === 0,
      prompts: Array.from({ length: input.num_outputs }, () => prompt),
      triggerWord: record.trigger,
      promptFlags: false,
      seed: asked.seed,
      walkSeed: true,
      priority: 0,
      previewEvery: 0,
      output: {
        format: input.output_format === 'jpg' ? 'jpeg' : input.output_format,
        // The core counts from 1.
        quality: Math.max(1, input.output_quality),
      },
      controlOrientation: null,
      safetyCheck: !input.disable_safety_checker,
      options: { kvCache: null, matchTargetRes: null, cfgNorm: null, tiledDecoding: null },
    },
    hfToken: null,
    webhook,
    warnings,
    sent,
  };
}

function toPrompt({ target: { model }, entry, input }: AskedPrediction): PromptRequest {
  const { promptEmbedding, negativePromptEmbedding } = model.record;
  return {
    prompt: [promptEmbedding, input.prompt].filter((text) => text !== '').join(', '),
    triggerWord: null,
    negativePrompt: negativePromptEmbedding === '' ? null : negativePromptEmbedding,
    secondNegativePrompt: null,
    ...(input.image === undefined ? sizeOf(input, model.entry.defaults) : { width: null, height: null }),
    steps: input.num_inference_steps,
    guidanceScale: entry.guidance.kind === 'none' ? null : input.guidance_scale,
    guidanceRescale: null,
    cfgNorm: null,
    scales: null,
    seed: null,
    sampler: null,
    numFrames: null,
    fps: null,
    resolution: null,
    controlImages: [],
    controlIndex: null,
    source: toSource(input),
  };
}

/** As the original resizes it, but that it is brought to 1440 pixels a side, as Replicate's later models do. */
function toSource({ image, mask, prompt_strength, ...output }: PredictionInput): PromptRequest['source'] {
  if (image === undefined) return null;
  const isFinest = output.output_format === 'png' || output.output_quality === 100;
  return {
    image,
    mask: mask ?? null,
    strength: prompt_strength,
    fit: {
      longestSide: 1440,
      multiple: 16,
      rounded: 'up',
      transparency: 'dropped',
      filter: isFinest ? 'lanczos' : 'bicubic',
    },
  };
}

/**
 * A ratio has the pixels that the model usually makes. Sides go to the nearest multiple of 16, as the published description says;
 * the original's code rounds up. Throws INVALID_REQUEST for `custom` without a size.
 */
export function sizeOf(
  { aspect_ratio: ratio, width, height }: Pick<PredictionInput, 'aspect_ratio' | 'width' | 'height'>,
  usual: { width: number; height: number },
): { width: number; height: number } {
  if (ratio === 'custom') {
    if (width !== undefined && height !== undefined)
      return { width: nearest(width), height: nearest(height) };
    throw invalidField(
      'input.aspect_ratio',
      'With custom both width and height must be sent. Send them, or another aspect_ratio',
    );
  }
  const [across, down] = ratioSizes[ratio];
  const factor = Math.sqrt(usual.width * usual.height) / 1024;
  return { width: nearest(across * factor), height: nearest(down * factor) };
}

const nearest = (side: number): number => Math.max(1, Math.round(side / 16)) * 16;

/** Below 0, or none: drawn as the original draws it, of 16 bits. */
export const seedOf = (seed: PredictionInput['seed'], random: () => number): Seed =>
  seed === undefined || seed < 0 ? Math.floor(random() * 2 ** 16) : toSeed(seed);
