/** What clients ask for, in the words of the core: both routes that make pictures come together here. */
import type { ModelEntry } from '../../catalog/define-model.ts';
import type { Sentence } from '../../errors/sentence.ts';
import type { LoraRequest, PromptRequest } from '../../render/request.ts';
import { type Seed, toSeed } from '../../render/seed.ts';
import type { Submission } from '../kit/accept-request.ts';
import { type CustomBody, type Txt2imgBody, usualSamples } from './schema/generate.ts';

/** What renders: a base model, with the LoRAs of the model that the client named. */
export interface RenderTarget {
  /** Id that the client named. */
  modelId: string;
  entry: ModelEntry;
  loras: LoraRequest[];
  triggerWord: string | null;
  /** Put before every prompt, and before every negative one. Empty for none. */
  promptEmbedding: string;
  negativePromptEmbedding: string;
}

/** A body of either route. */
export interface AskedRender {
  prompt: string;
  negativePrompt: string | null;
  width: number | null;
  height: number | null;
  steps: number | null;
  guidance: number | null;
  sampler: string | null;
  numFrames: number | null;
  fps: number | null;
  seed: Seed | null;
  count: number;
  /** Data URLs or http(s) URLs. */
  pictures: string[];
  warnings: readonly Sentence[];
}

/** `pictures` are those of the body, with assets read. `known` are the fields of its schema. */
export function askedCustom(body: CustomBody, pictures: string[], known: readonly string[]): AskedRender {
  return {
    ...commonOf(body),
    pictures,
    count: body.numOutputs ?? 1,
    numFrames: body.numFrames ?? null,
    fps: body.fps ?? null,
    warnings: unknownFields(body, known),
  };
}

export function askedTxt2img(
  body: Txt2imgBody,
  entry: ModelEntry,
  maxPrompts: number,
  known: readonly string[],
): AskedRender {
  const { aspectRatio, width, height } = body;
  const size = aspectRatio ? sizeOf(aspectRatio, entry) : { width: null, height: null };
  return {
    ...commonOf(body),
    width: width ?? size.width,
    height: height ?? size.height,
    pictures: [],
    count: body.numSamples ?? Math.min(usualSamples, maxPrompts),
    numFrames: null,
    fps: null,
    warnings: [...unknownFields(body, known), ...unusedFields(body)],
  };
}

type Common = Pick<AskedRender, 'prompt' | 'negativePrompt' | 'width' | 'height' | 'steps' | 'guidance'> &
  Pick<AskedRender, 'sampler' | 'seed'>;

function commonOf(body: CustomBody | Txt2imgBody): Common {
  return {
    prompt: body.prompt,
    negativePrompt: body.negativePrompt ?? null,
    width: body.width ?? null,
    height: body.height ?? null,
    steps: body.numInferenceSteps ?? null,
    guidance: body.guidance ?? null,
    sampler: body.scheduler ?? null,
    seed: body.seed === undefined || body.seed === null ? null : toSeed(BigInt(body.seed)),
  };
}

/** A size of this shape with about as many pixels as the model makes by default. */
function sizeOf(ratio: string, { defaults, size }: ModelEntry): { width: number; height: number } {
  const [across = 1, down = 1] = ratio.split(':').map(Number);
  const unit = Math.sqrt((defaults.width * defaults.height) / (across * down));
  const snapped = (parts: number): number =>
    Math.max(64, Math.round((parts * unit) / size.divisor) * size.divisor);
  return { width: snapped(across), height: snapped(down) };
}

function unknownFields(body: object, known: readonly string[]): Sentence[] {
  const unknown = Object.keys(body).filter((name) => !known.includes(name));
  return unknown.length === 0
    ? []
    : [`Nothing here knows ${unknown.slice(0, 10).join(', ').slice(0, 300)}: not used.`];
}

function unusedFields({ negativePromptStrength, intermediateImages }: Txt2imgBody): Sentence[] {
  return [
    ...(typeof negativePromptStrength === 'number'
      ? ['negativePromptStrength was not used: a negative prompt has the strength of the guidance.']
      : []),
    ...(intermediateImages === true
      ? ['intermediateImages was not used: pictures are told of when they are done.']
      : []),
  ];
}

/** One prompt for each picture, of which the seeds count up from one that is drawn when the client gave none. */
export function renderSubmission(target: RenderTarget, asked: AskedRender, sent: unknown): Submission {
  const { entry, loras } = target;
  return {
    request: {
      model: entry.id,
      loras,
      baseOnly: loras.length === 0,
      prompts: Array.from({ length: asked.count }, () => toPrompt(target, asked)),
      triggerWord: target.triggerWord,
      promptFlags: false,
      seed: asked.seed ?? -1,
      walkSeed: true,
      priority: 0,
      previewEvery: 0,
      output: { format: 'png', quality: 95 },
      controlOrientation: null,
      options: { kvCache: null, matchTargetRes: null, cfgNorm: null, tiledDecoding: null },
    },
    hfToken: null,
    webhook: null,
    warnings: asked.warnings,
    sent,
  };
}

function toPrompt(target: RenderTarget, asked: AskedRender): PromptRequest {
  const negative = joined(target.negativePromptEmbedding, asked.negativePrompt ?? '');
  return {
    prompt: joined(target.promptEmbedding, asked.prompt),
    triggerWord: null,
    negativePrompt: negative === '' ? null : negative,
    secondNegativePrompt: null,
    width: asked.width,
    height: asked.height,
    steps: asked.steps,
    guidanceScale: asked.guidance,
    guidanceRescale: null,
    cfgNorm: null,
    scales: null,
    seed: null,
    sampler: asked.sampler === null ? null : samplerOf(asked.sampler, target.entry),
    numFrames: asked.numFrames,
    fps: asked.fps,
    resolution: null,
    controlImages: asked.pictures,
    controlIndex: null,
    source: null,
  };
}

const joined = (first: string, second: string): string =>
  [first, second].filter((text) => text !== '').join(', ');

/** Clients name schedulers by their class; a model knows each by the name that the trainer has for it. */
function samplerOf(scheduler: string, { pipeline }: ModelEntry): string {
  const found = Object.entries(pipeline.samplers ?? {}).find(([, { class: name }]) => name === scheduler);
  return found?.[0] ?? scheduler;
}
