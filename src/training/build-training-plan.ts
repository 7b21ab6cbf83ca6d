/**
 * TrainingRequest + catalog entry + set ─▶ TrainingPlan. Its samples are calls that `render/build-plan.ts` makes as it makes those of
 * requests, so a preview is what the same request renders with that epoch.
 */
import type { ModelEntry } from '../catalog/define-model.ts';
import { DarkroomError } from '../errors/darkroom-error.ts';
import { plainSentence } from '../errors/sentence.ts';
import { buildPlan, type PlanSettings } from '../render/build-plan.ts';
import { checkRequest } from '../render/check-request.ts';
import { pipelineSpec } from '../render/pipeline-spec.ts';
import type { Call } from '../render/plan.ts';
import { settlePrompts } from '../render/prompts/settle-prompts.ts';
import type { PromptRequest, RenderRequest } from '../render/request.ts';
import type { ChosenEngine } from './choose-engine.ts';
import { settleTraining } from './settle-training.ts';
import type { TrainingPlan } from './training-plan.ts';
import type { SamplePrompt, TrainingRequest } from './training-request.ts';
import type { TrainingItem } from './training-set.ts';

export interface TrainingPlanInput {
  entry: ModelEntry;
  engine: ChosenEngine;
  request: TrainingRequest;
  items: readonly TrainingItem[];
  /** Of the LoRA: goes into the names of its files. */
  name: string;
  settings: PlanSettings;
  drawSeed: () => number;
}

const usualSamples = 2;

/** Throws INVALID_REQUEST, DATASET_INVALID, and for samples what requests throw. */
export function buildTrainingPlan(input: TrainingPlanInput): { plan: TrainingPlan; warnings: string[] } {
  const { entry, engine, request, items, name } = input;
  checkControls(entry, items);
  const { settings, warnings } = settleTraining(input);
  const samples = sampleCalls(input);
  const plan: TrainingPlan = {
    pipeline: pipelineSpec(entry, entry.control_images.maximum > 0),
    ...(engine.name === 'builtin' ? { method: engine.method } : { method: null, toolkit: engine.model }),
    settings,
    name,
    items: items.map((item) => ({
      sha256: item.sha256,
      label: item.label,
      caption: captionOf(item, request),
      repeats: 1,
      controls: entry.control_images.maximum === 0 ? [] : item.controls.map(({ sha256 }) => sha256),
    })),
    samples: samples.calls,
    sample_scale: 1,
    ...(request.keep === null ? {} : { keep: request.keep }),
  };
  return { plan, warnings: [...warnings, ...samples.warnings] };
}

function captionOf({ caption }: TrainingItem, { captions }: TrainingRequest): string {
  switch (captions.mode) {
    case 'file':
    case 'endpoint':
      return caption ?? '';
    case 'template':
      return captions.text;
    case 'none':
      return '';
  }
}

/** A model that edits pictures is trained on pairs. Throws DATASET_INVALID that names every picture without. */
function checkControls(
  { id, control_images: { minimum, maximum } }: ModelEntry,
  items: readonly TrainingItem[],
): void {
  const files = items.flatMap(({ label, controls }) => {
    if (controls.length < minimum)
      return [
        {
          name: label,
          problem: `It has ${controls.length} control pictures, and ${id} is trained with ${minimum === maximum ? minimum : `${minimum} to ${maximum}`}.`,
          fix: 'Put one of the same file name into the folder control.',
        },
      ];
    if (maximum > 0 && controls.length > maximum)
      return [
        {
          name: label,
          problem: `It has ${controls.length} control pictures, and ${id} takes up to ${maximum}.`,
          fix: 'Take some away.',
        },
      ];
    return [];
  });
  if (files.length === 0) return;
  const [first] = files;
  const more = files.length > 1 ? ` ${files.length - 1} more are listed in the details.` : '';
  throw new DarkroomError('DATASET_INVALID', `"${first?.name}": ${first?.problem} ${first?.fix}${more}`, {
    details: { files },
  });
}

function sampleCalls(input: TrainingPlanInput): { calls: Call[]; warnings: string[] } {
  const { entry, request, items, settings, drawSeed } = input;
  const prompts = request.samples ?? usualPrompts(request, items);
  if (prompts.length === 0) return { calls: [], warnings: [] };
  // Samples of a model that takes pictures show those of the set.
  const shown = prompts.map((_, index) =>
    entry.control_images.maximum === 0 ? [] : (items[index % items.length]?.controls ?? []),
  );
  const asked = renderRequest(
    entry,
    request,
    prompts.map((prompt, index) => promptOf(entry, prompt, shown[index] ?? [])),
  );
  const settled = settlePrompts(entry, asked, drawSeed);
  checkRequest(entry, settled.request, { maxLoras: 1 });
  const { plan, warnings } = buildPlan({
    entry,
    request: settled.request,
    loras: [],
    controlImages: shown,
    sources: [],
    settings,
    drawSeed,
  });
  return {
    calls: plan.calls,
    warnings: [...settled.warnings, ...warnings].map(
      (warning) => `Of the samples: ${plainSentence(warning)}`,
    ),
  };
}

/** What the first pictures of the set show. */
function usualPrompts(request: TrainingRequest, items: readonly TrainingItem[]): SamplePrompt[] {
  const texts = items.map((item) => captionOf(item, request)).filter((text) => text !== '');
  const trigger = request.triggerWord ?? '';
  const distinct = [...new Set(texts)].slice(0, usualSamples);
  return (distinct.length === 0 ? [trigger] : distinct).map((text) => ({
    prompt: withTrigger(text, trigger),
    negativePrompt: null,
    width: null,
    height: null,
    steps: null,
    guidanceScale: null,
    seed: null,
  }));
}

/** As captions are trained: with the trigger word in front where it is not in them. */
function withTrigger(text: string, trigger: string): string {
  if (trigger === '' || text.includes(trigger) || /\[(trigger|name)\]/.test(text)) return text;
  return `${trigger} ${text}`;
}

function renderRequest(entry: ModelEntry, request: TrainingRequest, prompts: PromptRequest[]): RenderRequest {
  return {
    model: entry.id,
    loras: [],
    baseOnly: true,
    prompts,
    triggerWord: request.triggerWord,
    promptFlags: false,
    seed: request.sampleSeed,
    walkSeed: request.sampleSeed === null ? null : true,
    output: { format: 'png', quality: 100 },
    priority: 0,
    previewEvery: 0,
    controlOrientation: null,
    options: { kvCache: null, matchTargetRes: null, cfgNorm: null, tiledDecoding: null },
  };
}

const promptOf = (
  { output }: ModelEntry,
  sample: SamplePrompt,
  controls: readonly { sha256: string }[],
): PromptRequest => ({
  ...sample,
  triggerWord: null,
  secondNegativePrompt: null,
  guidanceRescale: null,
  cfgNorm: null,
  scales: null,
  sampler: null,
  fps: null,
  resolution: null,
  controlIndex: null,
  source: null,
  // A model of videos is trained on pictures, and shows one.
  numFrames: output.kind === 'video' ? 1 : null,
  controlImages: controls.map(({ sha256 }) => sha256),
});
