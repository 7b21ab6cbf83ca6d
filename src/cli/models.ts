import Table from 'cli-table3';
import { z } from 'zod';
import type { ModelEntry } from '../catalog/define-model.ts';
import { loadCatalog } from '../catalog/load-catalog.ts';
import { commandConfig } from './command-config.ts';

const optionsSchema = z.object({ json: z.boolean().default(false) });

/** `darkroom models`: the catalog as a table, or whole as JSON. */
export async function listModels(given: unknown): Promise<void> {
  const { json } = optionsSchema.parse(given);
  const catalog = await loadCatalog(commandConfig().CATALOG_PATH);
  const entries = [...catalog.values()];
  console.log(json ? JSON.stringify(entries, null, 2) : modelTable(entries));
}

/** One row a model, plain enough to be read in a log. */
export function modelTable(entries: readonly ModelEntry[]): string {
  const table = new Table({
    head: ['model', 'makes', 'size', 'steps', 'guidance', 'control image', 'memory', 'checkpoint'],
    style: { head: [], border: [], compact: true },
  });
  for (const entry of entries) table.push(row(entry));
  return table.toString();
}

function row(entry: ModelEntry): string[] {
  const { defaults, checkpoint } = entry;
  return [
    entry.id,
    taskWords[entry.task],
    `${defaults.width}×${defaults.height}`,
    `${defaults.sample_steps}`,
    `${defaults.guidance_scale}`,
    controlImages(entry),
    memory(entry.memory_gib),
    `${checkpoint.repository}${checkpoint.gated ? ' (gated)' : ''}`,
  ];
}

const taskWords: Record<ModelEntry['task'], string> = {
  text_to_image: 'pictures from text',
  image_editing: 'edited pictures',
  text_to_video: 'videos from text',
  image_to_video: 'videos from a picture',
};

function controlImages({ control_images: { minimum, maximum } }: ModelEntry): string {
  if (maximum === 0) return '–';
  const most = maximum === 1 ? 'one' : `up to ${maximum}`;
  return minimum === 0 ? `${most}, optional` : `${most}, required`;
}

const memory = (gib: number): string => (gib < 1 ? `${Math.ceil(gib * 1024)} MB` : `${Math.ceil(gib)} GB`);
