/** What the native API calls what the core speaks of. */
import type { LoraField, Place, PromptField, Reference, RequestField } from '../../errors/reference.ts';
import { type Sentence, wordSentence } from '../../errors/sentence.ts';
import { statusWord } from './status-word.ts';

const requestFields: Readonly<Record<RequestField, string>> = {
  loras: 'loras',
  baseOnly: 'base_only',
  triggerWord: 'trigger_word',
  promptFlags: 'prompt_flags',
  controlOrientation: 'control_orientation',
  kvCache: 'kv_cache',
  matchTargetRes: 'match_target_res',
  cfgNorm: 'do_cfg_norm',
  tiledDecoding: 'tiled_decoding',
  hubToken: 'hf_token',
  webhookUrl: 'webhook_url',
};
const loraFields: Readonly<Record<LoraField, string>> = {
  path: 'path',
  scale: 'network_multiplier',
  expert: 'transformer',
};
const promptFields: Readonly<Record<PromptField, string>> = {
  prompt: 'prompt',
  triggerWord: 'trigger_word',
  negativePrompt: 'neg',
  steps: 'sample_steps',
  guidanceScale: 'guidance_scale',
  guidanceRescale: 'guidance_rescale',
  cfgNorm: 'do_cfg_norm',
  scales: 'network_multiplier',
  sampler: 'sampler',
  numFrames: 'num_frames',
  fps: 'fps',
  resolution: 'resolution',
  controlImages: 'ctrl_img',
  controlIndex: 'ctrl_idx',
  image: 'image',
  mask: 'mask_image',
  strength: 'strength',
};
const places: Readonly<Record<Place, string>> = {
  documentation: 'GET /docs',
  events: 'events_url',
  problems: 'details.problems',
  nextPage: '`next_cursor` of the page before',
  credential: '"Authorization: Bearer <key>"',
};

export function nativeName(reference: Reference): string {
  switch (reference.of) {
    case 'request':
      return requestFields[reference.field];
    case 'lora':
      return itemField(
        'loras',
        reference.index,
        reference.field === null ? null : loraFields[reference.field],
      );
    case 'prompt':
      return itemField(
        'prompts',
        reference.index,
        reference.field === null ? null : promptFields[reference.field],
      );
    case 'controlImage':
      return `prompts[${reference.prompt}] control image ${reference.image + 1}`;
    case 'controlImages':
      return reference.most > 1 ? 'ctrl_img_1 to ctrl_img_3' : 'ctrl_img';
    case 'setting': {
      const values = reference.values.map((value) => JSON.stringify(value)).join(' or ');
      return `"${settingFields[reference.field]}": ${values}`;
    }
    case 'state':
      return statusWord(reference.state);
    case 'place':
      return places[reference.place];
  }
}

const settingFields = { ...requestFields, ...loraFields };

function itemField(list: string, index: number | null, field: string | null): string {
  if (index === null) return field ?? list;
  return field === null ? `${list}[${index}]` : `${list}[${index}].${field}`;
}

export const inNative = (sentence: Sentence): string => wordSentence(sentence, nativeName);
