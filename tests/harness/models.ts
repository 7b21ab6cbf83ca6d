/**
 * What every model id can be asked for, from its entry alone: an id is in the tables of the tests by being in the catalog,
 * and fails them where it has no tiny checkpoint.
 */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { ModelEntry } from '../../src/catalog/define-model.ts';
import { loadCatalog } from '../../src/catalog/load-catalog.ts';
import { type Rendered, render } from './client.ts';
import { demo } from './demo.ts';
import { decode, type Picture, testPattern } from './pictures.ts';
import { decodeVideoBytes } from './read-video.ts';
import type { LoraItem, PromptItem } from './requests.ts';
import type { ServerFacts } from './server.ts';

export const models = [...(await loadCatalog()).values()];

/** Control images of different sizes and aspects, as base64. */
const controls = await Promise.all(
  [
    [90, 64],
    [70, 98],
    [128, 66],
  ].map(async ([width = 0, height = 0]) => (await testPattern(width, height)).toString('base64')),
);

/** The first `count` control images as fields of a prompt. */
export function controlFields(count: number): Partial<PromptItem> {
  return Object.fromEntries(controls.slice(0, count).map((image, index) => [`ctrl_img_${index + 1}`, image]));
}

/** The smallest prompt that shows everything of a model in a moment: only what costs time is set. */
export function smallest(entry: ModelEntry): PromptItem {
  const { divisor, area = 64 * 64, frames: grid } = entry.size;
  const side = Math.ceil(Math.sqrt(area) / divisor) * divisor;
  return {
    prompt: 'a photo of a cat',
    width: side,
    height: side,
    sample_steps: 2,
    ...(grid === undefined ? {} : { num_frames: grid.offset + grid.step }),
    ...controlFields(entry.control_images.minimum),
  };
}

/** The LoRA files of a model, one for each spelling, with the side of a mixture of experts where they have one. */
export function loraForms(server: ServerFacts, entry: ModelEntry): LoraItem[] {
  if (entry.checkpoint.bundled !== undefined) return demo.loras.map((file) => ({ path: file }));
  const folder = path.join(server.loras, entry.id);
  const names = existsSync(folder) ? readdirSync(folder).sort() : [];
  if (names.length === 0)
    throw new Error(`${entry.id} has no tiny LoRA: add recipes to engine/tiny_checkpoints/recipes.py`);
  return names.map((name) => {
    const side = /_(high|low)_noise\./.exec(name)?.[1];
    return { path: `${entry.id}/${name}`, ...(side === undefined ? {} : { transformer: side }) };
  });
}

export const atScale = (loras: LoraItem[], scale: number): LoraItem[] =>
  loras.map((lora) => ({ ...lora, network_multiplier: scale }));

/** A request of one small prompt, with these LoRAs or with none. */
export function bodyOf(entry: ModelEntry, loras: LoraItem[] = [], prompt: Partial<PromptItem> = {}) {
  return {
    model: entry.id,
    output_format: 'png',
    prompts: [{ ...smallest(entry), seed: 7, ...prompt }],
    ...(loras.length === 0 ? { base_only: true } : { loras }),
  };
}

/** The picture that comes of it, or the frames of the video, one below the other. */
export async function look(
  server: ServerFacts,
  entry: ModelEntry,
  loras: LoraItem[] = [],
  prompt: Partial<PromptItem> = {},
): Promise<Picture> {
  return pictureOf(await render(server, bodyOf(entry, loras, prompt)));
}

export async function pictureOf({ files, outputs }: Rendered): Promise<Picture> {
  const [file] = files;
  if (file === undefined) throw new Error('no file');
  return outputs.videos.length > 0 ? (await decodeVideoBytes(file)).picture : decode(file);
}
