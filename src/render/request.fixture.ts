import type { PromptRequest, RenderRequest } from './request.ts';

/** A prompt that leaves everything to the model. For tests. */
export const emptyPrompt: PromptRequest = {
  prompt: 'a red apple',
  triggerWord: null,
  negativePrompt: null,
  width: null,
  height: null,
  steps: null,
  guidanceScale: null,
  guidanceRescale: null,
  cfgNorm: null,
  secondNegativePrompt: null,
  scales: null,
  seed: null,
  sampler: null,
  numFrames: null,
  fps: null,
  resolution: null,
  controlImages: [],
  controlIndex: null,
  source: null,
};

/** A request for the base model with one prompt. For tests. */
export function exampleRequest(changes: Partial<RenderRequest> = {}): RenderRequest {
  return {
    model: 'demo',
    loras: [],
    baseOnly: true,
    prompts: [emptyPrompt],
    triggerWord: null,
    promptFlags: false,
    seed: null,
    walkSeed: null,
    output: { format: 'png', quality: 95 },
    priority: 0,
    previewEvery: 0,
    controlOrientation: null,
    options: { kvCache: null, matchTargetRes: null, cfgNorm: null, tiledDecoding: null },
    ...changes,
  };
}
