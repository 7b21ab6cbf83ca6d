/** The `config.yaml` of an ai-toolkit job, as far as the registry reads it. Fields are those of the trainer. */
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Catalog } from '../../catalog/load-catalog.ts';
import { importInvalid } from './import-parts.ts';

/** What the trainer reads as it stands may be of any type that YAML has. */
const loose = <T extends z.ZodType>(schema: T) => schema.nullish().catch(null);

const sampleSchema = z.looseObject({ prompt: z.string() });

const processSchema = z.looseObject({
  trigger_word: loose(z.string()),
  model: loose(
    z.looseObject({
      name_or_path: loose(z.string()),
      arch: loose(z.string()),
      is_flux: loose(z.boolean()),
      is_xl: loose(z.boolean()),
    }),
  ),
  datasets: loose(z.array(z.looseObject({ folder_path: loose(z.string()) }))),
  sample: loose(
    z.looseObject({ prompts: loose(z.array(z.string())), samples: loose(z.array(sampleSchema)) }),
  ),
  train: loose(z.looseObject({ steps: loose(z.int()) })),
});

const configSchema = z.looseObject({
  config: z.looseObject({ name: z.coerce.string(), process: z.array(processSchema).min(1) }),
});

export interface TrainerConfig {
  name: string;
  trigger: string | null;
  /** Ids of the catalog that its base may be, best first. */
  bases: string[];
  /** Folders of training sets. */
  datasets: string[];
  /** By the index of the sample. */
  prompts: string[];
  /** Steps of the whole training. */
  steps: number | null;
  /** All of it. */
  whole: unknown;
}

/** Null when there is no such file. Throws IMPORT_INVALID for one that is no configuration of a job. */
export async function readTrainerConfig(file: string, catalog: Catalog): Promise<TrainerConfig | null> {
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) return null;
  const whole = parseYaml(text);
  const read = configSchema.safeParse(whole);
  const job = read.success ? read.data.config.process[0] : undefined;
  if (!read.success || job === undefined)
    throw importInvalid(
      'The config.yaml of the folder is no configuration of an ai-toolkit job: it has no `config.name` and `config.process`. Take the folder that the trainer wrote.',
    );
  return {
    name: read.data.config.name,
    trigger: job.trigger_word || null,
    whole,
    bases: basesOf(job, catalog),
    datasets: (job.datasets ?? []).flatMap(({ folder_path }) => folder_path ?? []),
    prompts: job.sample?.samples?.map(({ prompt }) => prompt) ?? job.sample?.prompts ?? [],
    steps: job.train?.steps ?? null,
  };
}

function parseYaml(text: string): unknown {
  try {
    // Aliases could make a small file enormous.
    return parse(text, { maxAliasCount: 100 });
  } catch (error) {
    const why = error instanceof Error ? (error.message.split('\n')[0] ?? '') : '';
    throw importInvalid(`The config.yaml of the folder is no YAML: ${why}`);
  }
}

/** A repository says more than an architecture, which several models share; both together say most. */
function basesOf({ model }: z.infer<typeof processSchema>, catalog: Catalog): string[] {
  const repository = model?.name_or_path?.toLowerCase() ?? '';
  const arch = model?.arch ?? (model?.is_flux ? 'flux' : model?.is_xl ? 'sdxl' : null);
  const entries = [...catalog.values()];
  const byRepository = entries.filter(
    ({ checkpoint, training }) =>
      checkpoint.repository.toLowerCase() === repository ||
      training?.ai_toolkit?.name_or_path?.toLowerCase() === repository,
  );
  const byArch = entries.filter(({ id, training }) => id === arch || training?.ai_toolkit?.arch === arch);
  const both = byRepository.filter((entry) => byArch.includes(entry));
  const exact = byArch.filter(({ id }) => id === arch);
  const best = [both, byRepository, exact, byArch].find((found) => found.length > 0) ?? [];
  return best.map(({ id }) => id);
}
