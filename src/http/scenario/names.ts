/** What Scenario's API calls what the core speaks of. A request of it has one prompt, however many pictures it asks for. */
import type { LoraField, Place, PromptField, Reference, RequestField } from '../../errors/reference.ts';
import { type Sentence, wordSentence } from '../../errors/sentence.ts';

const requestFields: Partial<Record<RequestField, string>> = { loras: 'loras' };
const loraFields: Partial<Record<LoraField, string>> = { path: 'loras', scale: 'lorasScale' };
const promptFields: Partial<Record<PromptField, string>> = {
  prompt: 'prompt',
  negativePrompt: 'negativePrompt',
  steps: 'numInferenceSteps',
  guidanceScale: 'guidance',
  scales: 'lorasScale',
  sampler: 'scheduler',
  numFrames: 'numFrames',
  fps: 'fps',
  controlImages: 'image',
};
const places: Partial<Record<Place, string>> = {
  documentation: 'GET /scenario/openapi.json',
  problems: 'details.problems',
  nextPage: '`nextPaginationToken` of the page before',
  credential: '"Authorization: Basic base64(<any name>:<key>)" or "Authorization: Bearer <key>"',
};

/** Null for what its clients cannot say or see. */
export function scenarioName(reference: Reference): string | null {
  switch (reference.of) {
    case 'request':
      return requestFields[reference.field] ?? null;
    case 'lora':
      return loraName(reference.index, reference.field);
    case 'prompt':
      return reference.field === null ? 'the prompt' : (promptFields[reference.field] ?? null);
    case 'controlImage':
      return reference.image === 0 ? 'image' : `images[${reference.image}]`;
    case 'controlImages':
      return reference.most > 1 ? 'images' : 'image';
    case 'setting':
      return null;
    case 'state':
      return stateWords[reference.state];
    case 'place':
      return places[reference.place] ?? null;
  }
}

/** Of a job, as the enum of the published reference has them. */
export const stateWords = {
  queued: 'queued',
  held: 'queued',
  running: 'in-progress',
  succeeded: 'success',
  failed: 'failure',
  canceled: 'canceled',
} as const;

function loraName(index: number | null, field: LoraField | null): string | null {
  const list = field === null ? 'loras' : loraFields[field];
  if (list === undefined) return null;
  return index === null ? list : `${list}[${index}]`;
}

export const inScenario = (sentence: Sentence): string => wordSentence(sentence, scenarioName);
