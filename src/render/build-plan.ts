/**
 * RenderRequest + catalog entry ─▶ RenderPlan. Pure: files were found and hashed before, the one source of chance
 * (`drawSeed`) is passed in, and nothing here knows of HTTP, of a clock or of torch.
 */
import type { ModelEntry } from '../catalog/define-model.ts';
import { promptNamed, setting } from '../errors/reference.ts';
import { advice, type Sentence, said } from '../errors/sentence.ts';
import { pipelineArguments } from './arguments.ts';
import { controlImageArguments } from './control-images.ts';
import { forResolution, resolutionArgument } from './high-resolution.ts';
import { pipelineSpec } from './pipeline-spec.ts';
import type { Adapter, Call, RenderPlan } from './plan.ts';
import { fillTrigger, missingTriggers, stripSpace } from './prompts/prompt.ts';
import type {
  PromptRequest,
  RenderRequest,
  ResolvedControlImage,
  ResolvedLora,
  ResolvedSource,
} from './request.ts';
import { chooseSeed } from './seed.ts';
import { snapFrames, snapSize, stretchedSize } from './size.ts';
import { forSource, sizeOfSource, sourceCall } from './source-picture.ts';
import { unusedPromptFields, unusedRequestFields } from './unused-fields.ts';

/** What the server that makes a plan adds. */
export interface PlanSettings {
  /** Whether pictures of a model that can be decoded in tiles are, when the request does not say. */
  decodesInTiles: (model: string) => boolean;
}

export interface PlanInput {
  entry: ModelEntry;
  request: RenderRequest;
  /** One for each of `request.loras`, in order; empty when the request is base only. */
  loras: ResolvedLora[];
  /** For each prompt, its control images in order. */
  controlImages: ResolvedControlImage[][];
  /** For each prompt, the picture that it begins with, where it has one. */
  sources: (ResolvedSource | null)[];
  settings: PlanSettings;
  /** A seed for prompts that ask for a random one: an integer from 0 to 2^32 - 1. */
  drawSeed: () => number;
}

/**
 * Settle every value of a request that has passed `checkRequest`. What the model cannot use is named in `warnings`.
 * Throws SIZE_INVALID.
 */
export function buildPlan(input: PlanInput): { plan: RenderPlan; warnings: Sentence[] } {
  const { entry, request } = input;
  const warnings = [...unusedRequestFields(entry, request), ...missingTriggers(request)];
  const calls = request.prompts.map((prompt, index) => {
    const built = buildCall(input, prompt, index);
    warnings.push(...built.warnings);
    return built;
  });
  if (request.options.tiledDecoding === null && calls.some(({ call }) => call.tiling !== undefined)) {
    warnings.push(
      said`Decoded in tiles, as this server is set (TILED_DECODING): pixels differ slightly from those of a whole decode.${advice` Send ${setting('tiledDecoding', false)} for that.`}`,
    );
  }
  const hasControlImage = calls.some((built) => built.hasControlImage);
  const plan = {
    pipeline: pipelineSpec(forResolution(entry, request), hasControlImage),
    adapters: adapters(entry, input.loras),
    calls: calls.map(({ call }) => call),
    ...(request.safetyCheck === true ? { safety_check: true as const } : {}),
  };
  return { plan, warnings };
}

function adapters(entry: ModelEntry, loras: ResolvedLora[]): Adapter[] {
  const [denoiser = 'transformer'] = entry.lora.targets;
  return loras.map(({ request, sha256, source, strength, ignored }) => ({
    name: request.path,
    sha256,
    ...(source === null ? {} : { source }),
    ...(strength === null ? {} : { strength }),
    ...(ignored === 0 ? {} : { ignored }),
    component: request.expert === null ? denoiser : (entry.lora.experts?.[request.expert] ?? denoiser),
    scale: request.scale,
    ...adapterReading(entry),
  }));
}

/** What the engine is told of the model to read a LoRA's names. */
export function adapterReading({ lora }: ModelEntry): Required<Pick<Adapter, 'family' | 'targets'>> {
  return { family: lora.families[0] ?? '', targets: [...lora.targets] };
}

function buildCall(
  input: PlanInput,
  prompt: PromptRequest,
  index: number,
): { call: Call; hasControlImage: boolean; warnings: Sentence[] } {
  const { request } = input;
  const entry = forSource(input.entry, prompt.source);
  const filled = fillTrigger(prompt, request.triggerWord);
  const text = stripSpace(filled.prompt);
  const resolved = input.sources[index] ?? null;
  const asked = askedSize(entry, prompt, resolved, index);
  const size = snapSize(entry, asked.width, asked.height);
  const stretched = stretchedSize(entry, asked.width, asked.height, size);
  const control = controlImageArguments(entry, input.controlImages[index] ?? [], stretched, index);
  const numFrames = framesOf(entry, prompt);
  const output = isStill(entry, numFrames) ? 'image' : 'video';
  const values = {
    prompt: text,
    negativePrompt: prompt.negativePrompt ?? entry.defaults.negative_prompt,
    guidanceScale: prompt.guidanceScale ?? entry.defaults.guidance_scale,
    steps: prompt.steps ?? entry.defaults.sample_steps,
    ...size,
    numFrames,
    fps: output === 'image' ? null : framesPerSecond(entry, prompt),
    guidanceRescale: prompt.guidanceRescale ?? 0,
    secondNegativePrompt: prompt.secondNegativePrompt,
    options: { ...request.options, cfgNorm: prompt.cfgNorm ?? request.options.cfgNorm },
  };
  const begun = { source: prompt.source, resolved };
  const { warnings: sourceWarnings, ...source } = sourceCall(entry, begun, {
    size,
    steps: values.steps,
    index,
  });
  const call: Call = {
    index,
    arguments: {
      ...pipelineArguments(entry, values),
      ...resolutionArgument(entry, prompt),
      ...controlIndex(entry, prompt, control.images),
      ...source.arguments,
    },
    images: { ...control.images, ...source.images },
    ...(source.pipeline === undefined ? {} : { pipeline: source.pipeline }),
    seed: chooseSeed(prompt.seed, entry.defaults.seed, index, input.drawSeed),
    ...scalesOf(prompt, input.loras),
    ...tilingOf(input),
    steps: values.steps,
    sigmas: entry.pipeline.sigmas ?? null,
    ...samplerOf(entry, prompt),
    ...size,
    output,
    prompt: text,
    negative_prompt: entry.guidance.negative_prompt ? values.negativePrompt : null,
    guidance_scale: values.guidanceScale,
    num_frames: values.numFrames,
    fps: values.fps,
  };
  const notes = filled.warning === null ? [] : [said`${promptNamed(index)}: ${filled.warning}`];
  return {
    call,
    hasControlImage: Object.keys(control.images).length > 0,
    warnings: [
      ...notes,
      ...snappedSize(prompt, size, entry, index),
      ...snappedFrames(prompt, values.numFrames, entry, index),
      ...control.warnings,
      ...sourceWarnings,
      ...unusedPromptFields(entry, prompt, index),
    ],
  };
}

/** A picture to begin with has a say where the prompt leaves it. */
function askedSize(
  entry: ModelEntry,
  { width, height, source }: PromptRequest,
  resolved: ResolvedSource | null,
  index: number,
): Pick<PromptRequest, 'width' | 'height'> {
  if (source === null || resolved === null) return { width, height };
  return sizeOfSource(entry, { width, height }, { source, image: resolved.image }, index);
}

/** What its control image is for, in a model that may have it for several things. */
function controlIndex(
  { arguments: names }: ModelEntry,
  { controlIndex: index }: PromptRequest,
  images: Call['images'],
): Call['arguments'] {
  if (names.control_index === null || index === null || Object.keys(images).length === 0) return {};
  return { [names.control_index]: index };
}

/** The strengths that this prompt has in place of the LoRAs' own. */
function scalesOf({ scales }: PromptRequest, loras: readonly ResolvedLora[]): Pick<Call, 'scales'> {
  if (scales === null || loras.length === 0) return {};
  return { scales: typeof scales === 'number' ? loras.map(() => scales) : [...scales] };
}

/** In tiles where the model can, and the request or the server's setting wants it. */
function tilingOf({ entry, request, settings }: PlanInput): Pick<Call, 'tiling'> {
  const { tiled_decoding: tiles } = entry;
  if (tiles === undefined || !(request.options.tiledDecoding ?? settings.decodesInTiles(entry.id))) return {};
  return { tiling: { covers: tiles.covers, frames: tiles.frames ?? null } };
}

/** The scheduler of a prompt that names its sampler, where the model has it. */
function samplerOf({ pipeline }: ModelEntry, { sampler }: PromptRequest): Pick<Call, 'scheduler'> {
  const scheduler = sampler === null ? undefined : pipeline.samplers?.[sampler];
  return scheduler === undefined ? {} : { scheduler };
}

function framesOf(entry: ModelEntry, prompt: PromptRequest): number {
  return entry.output.kind === 'image' ? 1 : snapFrames(entry, prompt.numFrames ?? entry.defaults.num_frames);
}

/** Whether the call makes a picture: the model makes nothing else, or can and was asked for one frame. */
function isStill({ output, size }: ModelEntry, numFrames: number): boolean {
  return output.kind === 'image' || (size.frames?.still === true && numFrames === 1);
}

function framesPerSecond({ output, defaults }: ModelEntry, { fps }: PromptRequest): number | null {
  return output.fixed_fps ? defaults.fps : (fps ?? defaults.fps);
}

function snappedSize(
  prompt: PromptRequest,
  size: { width: number; height: number },
  entry: ModelEntry,
  index: number,
): Sentence[] {
  const changed = (asked: number | null, used: number): boolean => asked !== null && asked !== used;
  if (!changed(prompt.width, size.width) && !changed(prompt.height, size.height)) return [];
  const { area, divisor } = entry.size;
  const why =
    area === undefined
      ? `works in multiples of ${divisor} pixels`
      : `always makes about ${area} pixels, in multiples of ${divisor} a side`;
  return [
    said`${promptNamed(index)}: the size became ${size.width}×${size.height}, since ${entry.id} ${why}.`,
  ];
}

function snappedFrames(prompt: PromptRequest, used: number, entry: ModelEntry, index: number): Sentence[] {
  const grid = entry.size.frames;
  if (grid === undefined || prompt.numFrames === null || prompt.numFrames === used) return [];
  return [
    said`${promptNamed(index)}: ${promptNamed(null, 'numFrames')} became ${used}, since ${entry.id} renders ${grid.step} * n + ${grid.offset} frames.`,
  ];
}
