/** The previews of a `sample` block as requests, as the trainer renders them (its BaseSDTrainProcess.sample). */
import type { ModelEntry } from '../catalog/define-model.ts';
import { DarkroomError } from '../errors/darkroom-error.ts';
import { settlePrompts } from '../render/prompts/settle-prompts.ts';
import type { PromptRequest, RenderRequest } from '../render/request.ts';
import { toSeed } from '../render/seed.ts';
import type { PreviewRequest } from './job-source.ts';
import type { SampleBlock, SampleItem } from './sample-settings.ts';

export interface PreviewParts {
  entry: ModelEntry;
  trigger: string | null;
  /** A control picture as a data URL; null when it is not there. */
  picture: (path: string) => string | null;
}

export function previewRequests(block: SampleBlock, parts: PreviewParts): PreviewRequest[] {
  const prompts = block.items.map((item) => promptOf(item, block, parts));
  const settled = settle(prompts, block, parts);
  return block.items.map((item, index) => {
    const prompt = settled[index] ?? prompts[index];
    if (prompt === undefined) throw new Error('a prompt for each preview');
    return { prompt, written: item.prompt, unusable: whyUnusable(item, prompt, block, parts) };
  });
}

/** All together, because a seed may be carried over; one that a flag makes impossible stays as it is. */
function settle(
  prompts: PromptRequest[],
  block: SampleBlock,
  { entry, trigger }: PreviewParts,
): PromptRequest[] {
  const request = emptyRequest(entry, {
    prompts,
    promptFlags: true,
    triggerWord: trigger,
    seed: toSeed(Math.max(-1, Math.trunc(block.seed))),
    walkSeed: block.walkSeed,
  });
  try {
    return settlePrompts(entry, request, () => 0).request.prompts;
  } catch (error) {
    if (error instanceof DarkroomError) return prompts;
    throw error;
  }
}

export const emptyRequest = (
  entry: ModelEntry,
  changes: Pick<RenderRequest, 'prompts'> & Partial<RenderRequest>,
): RenderRequest => ({
  model: entry.id,
  loras: [],
  baseOnly: true,
  triggerWord: null,
  promptFlags: false,
  seed: null,
  walkSeed: null,
  output: { format: 'png', quality: 100 },
  priority: 0,
  previewEvery: 0,
  controlOrientation: 'as_stored',
  options: { kvCache: null, matchTargetRes: null, cfgNorm: null, tiledDecoding: null },
  ...changes,
});

function promptOf(
  item: SampleItem,
  block: SampleBlock,
  { entry, trigger, picture }: PreviewParts,
): PromptRequest {
  const isVideo = entry.output.kind === 'video';
  return {
    prompt: item.prompt,
    triggerWord: trigger,
    negativePrompt: item.negativePrompt,
    width: item.width,
    height: item.height,
    steps: item.steps,
    guidanceScale: item.guidanceScale,
    guidanceRescale: block.guidanceRescale === 0 ? null : block.guidanceRescale,
    cfgNorm: entry.options.do_cfg_norm === undefined ? null : block.cfgNorm,
    secondNegativePrompt: null,
    scales: item.multiplier,
    seed: item.seed === null ? null : toSeed(Math.max(-1, Math.trunc(item.seed))),
    sampler: entry.pipeline.samplers === undefined ? null : block.sampler,
    numFrames: isVideo ? item.numFrames : null,
    fps: isVideo && !entry.output.fixed_fps && item.numFrames > 1 ? item.fps : null,
    resolution: null,
    controlImages: item.controls.flatMap((path) => picture(path) ?? []),
    controlIndex: entry.arguments.control_index === null ? null : item.controlIndex,
    source: null,
  };
}

function whyUnusable(
  item: SampleItem,
  { seed }: PromptRequest,
  block: SampleBlock,
  { entry, picture }: PreviewParts,
): string | null {
  if (seed === -1) return 'its seed is -1: the trainer drew one and did not write it down';
  const missing = item.controls.find((path) => picture(path) === null);
  if (missing !== undefined) return `its control picture ${missing} is not there`;
  if (block.guidanceRescale !== 0 && entry.arguments.guidance_rescale === null)
    return 'guidance_rescale is not rendered for this model';
  if (block.cfgNorm && entry.options.do_cfg_norm === undefined)
    return 'do_cfg_norm is not rendered for this model';
  const { samplers } = entry.pipeline;
  if (samplers !== undefined && samplers[block.sampler] === undefined)
    return `the sampler ${block.sampler} is not rendered for this model; it has ${Object.keys(samplers).join(', ')}`;
  if (/--(p2|n2)\s/.test(item.prompt)) return 'it has a second prompt (--p2, --n2)';
  if (/--(ref|a|ev|extra_values)\s/.test(item.prompt)) return 'it has flags of adapters or of a refiner';
  return null;
}
