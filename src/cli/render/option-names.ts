/** What the options of `darkroom render` are called, for what the core says of a request. */
import type { LoraField, PromptField, Reference, RequestField } from '../../errors/reference.ts';
import { type Sentence, wordSentence } from '../../errors/sentence.ts';

const options: Readonly<Partial<Record<RequestField | LoraField | PromptField, string>>> = {
  loras: '--lora',
  triggerWord: '--trigger',
  promptFlags: '--prompt-flags',
  controlOrientation: '--control-orientation',
  kvCache: '--kv-cache',
  matchTargetRes: '--match-target-res',
  cfgNorm: '--do-cfg-norm',
  tiledDecoding: '--tiled-decoding',
  prompt: '--prompt',
  negativePrompt: '--negative',
  steps: '--steps',
  guidanceScale: '--guidance',
  guidanceRescale: '--guidance-rescale',
  numFrames: '--frames',
  fps: '--fps',
  resolution: '--high',
  controlImages: '--control',
  image: '--image',
  mask: '--mask',
  strength: '--strength',
};

function optionName(reference: Reference): string | null {
  switch (reference.of) {
    case 'request':
      return options[reference.field] ?? null;
    case 'lora':
    case 'prompt':
      return reference.field === null ? null : (options[reference.field] ?? null);
    case 'controlImage':
      return `--control (picture ${reference.image + 1})`;
    case 'controlImages':
      return '--control';
    case 'setting':
      return settingName(reference);
    case 'state':
    case 'place':
      return null;
  }
}

function settingName({ field, values: [value] }: Extract<Reference, { of: 'setting' }>): string | null {
  if (field === 'expert') return '--lora-high or --lora-low';
  const name = options[field];
  if (name === undefined) return null;
  if (field === 'promptFlags') return value === true ? name : `no ${name}`;
  return `${name} ${typeof value === 'boolean' ? (value ? 'yes' : 'no') : value}`;
}

export const inOptions = (sentence: Sentence): string => wordSentence(sentence, optionName);
