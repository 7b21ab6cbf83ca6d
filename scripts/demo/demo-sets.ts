import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { inspectLora } from '../../src/loras/file/inspect-lora.ts';

export const demoPrompts = [
  { name: 'apple', prompt: 'a red apple', seed: 42 },
  { name: 'snowman', prompt: 'a snowman on a green background', seed: 43 },
  { name: 'cat', prompt: 'a cat face', seed: 44 },
] as const;

/** One column of the contact sheet: the prompts with one LoRA, or with none. */
export interface DemoSet {
  /** For file names and captions. */
  name: string;
  caption: string;
  body: InferenceBody;
}

export interface InferenceBody {
  model: string;
  base_only?: true;
  loras?: { path: string }[];
  trigger_word?: string;
  prompts: { prompt: string; seed: number }[];
  output_format: 'png';
}

/** The base model, and the same prompts and seeds with each LoRA of the folder behind its trigger word. */
export async function demoSets(lorasFolder: string): Promise<DemoSet[]> {
  const files = existsSync(lorasFolder) ? readdirSync(lorasFolder) : [];
  const loras = files.filter((file) => file.endsWith('.safetensors')).sort();
  return [baseSet(), ...(await Promise.all(loras.map((file) => loraSet(lorasFolder, file))))];
}

function baseSet(): DemoSet {
  const prompts = demoPrompts.map(({ prompt, seed }) => ({ prompt, seed }));
  const body: InferenceBody = { model: 'demo', base_only: true, prompts, output_format: 'png' };
  return { name: 'base', caption: 'no LoRA', body };
}

async function loraSet(folder: string, file: string): Promise<DemoSet> {
  const { name, triggerWords } = await inspectLora(path.join(folder, file));
  const [trigger] = triggerWords;
  const prompts = demoPrompts.map(({ prompt, seed }) => ({
    prompt: trigger === undefined ? prompt : `${prompt}, [trigger]`,
    seed,
  }));
  const body: InferenceBody = {
    model: 'demo',
    loras: [{ path: file }],
    ...(trigger === undefined ? {} : { trigger_word: trigger }),
    prompts,
    output_format: 'png',
  };
  return { name: path.basename(file, '.safetensors'), caption: trigger ?? name, body };
}
