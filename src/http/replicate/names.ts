/** What Replicate's API calls what the core speaks of. A prediction has one prompt, however many pictures it asks for. */
import type { Place, PromptField, Reference, RequestField } from '../../errors/reference.ts';
import { type Sentence, wordSentence } from '../../errors/sentence.ts';
import type { JobState } from '../../jobs/job.ts';

const requestFields: Partial<Record<RequestField, string>> = { loras: 'extra_lora', webhookUrl: 'webhook' };
const promptFields: Partial<Record<PromptField, string>> = {
  prompt: 'prompt',
  steps: 'num_inference_steps',
  guidanceScale: 'guidance_scale',
  scales: 'lora_scale',
  image: 'image',
  mask: 'mask',
  strength: 'prompt_strength',
};
const places: Partial<Record<Place, string>> = {
  documentation: 'GET /replicate/openapi.json',
  problems: 'invalid_fields',
  nextPage: '`next` of the page before',
  credential: '"Authorization: Bearer <key>"',
};

/** Null for what its clients cannot say or see. */
export function replicateName(reference: Reference): string | null {
  switch (reference.of) {
    case 'request':
      return requestFields[reference.field] ?? null;
    case 'prompt':
      return reference.field === null ? 'the prompt' : (promptFields[reference.field] ?? null);
    case 'state':
      return statusWords[reference.state];
    case 'place':
      return places[reference.place] ?? null;
    case 'lora':
    case 'controlImage':
    case 'controlImages':
    case 'setting':
      return null;
  }
}

export const predictionStatuses = ['starting', 'processing', 'succeeded', 'failed', 'canceled'] as const;

/** Of a job. `aborted` is never said: the official clients would wait for ever after it. */
export const statusWords: Readonly<Record<JobState, (typeof predictionStatuses)[number]>> = {
  queued: 'starting',
  held: 'starting',
  running: 'processing',
  succeeded: 'succeeded',
  failed: 'failed',
  canceled: 'canceled',
};

export const inReplicate = (sentence: Sentence): string => wordSentence(sentence, replicateName);
