/**
 * What trainers write about a LoRA into its metadata: ai-toolkit (`training_info`, `software`, and `ss_…` as kohya has them),
 * kohya's sd-scripts (`ss_…`), and the model spec (`modelspec.…`, github.com/Stability-AI/ModelSpec). Every value is a
 * string, some of them JSON; what does not parse counts as not there.
 */
import { z } from 'zod';

type Metadata = Readonly<Record<string, string>>;

export interface TrainingFacts {
  /** Optimizer steps and epochs when it was saved. */
  step: number | null;
  epoch: number | null;
  /** Pictures it was trained on, without repeats. */
  images: number | null;
  resolution: string | null;
  software: string | null;
  /** Kind of the base model, as its trainer names it. */
  base: string | null;
  /** File or repository of the base model. */
  baseFile: string | null;
  /** When it was made, as written. */
  date: string | null;
}

export function trainingFacts(metadata: Metadata): TrainingFacts {
  const info = jsonOf(
    z.looseObject({ step: z.number().optional(), epoch: z.number().optional() }),
    metadata.training_info,
  );
  const text = (...names: string[]): string | null =>
    names.flatMap((name) => written(metadata[name]) ?? []).at(0) ?? null;
  const count = (...names: string[]): number | null => {
    const value = Number(text(...names) ?? Number.NaN);
    return Number.isFinite(value) ? value : null;
  };
  return {
    step: info?.step ?? count('ss_steps'),
    epoch: info?.epoch ?? count('ss_epoch'),
    images: count('ss_num_train_images'),
    resolution: text('ss_resolution', 'modelspec.resolution'),
    software: softwareOf(metadata),
    base: text('ss_base_model_version', 'modelspec.architecture'),
    baseFile: text('ss_sd_model_name'),
    date: text('modelspec.date'),
  };
}

function softwareOf(metadata: Metadata): string | null {
  const named = z.looseObject({ name: z.string(), version: z.string().optional() });
  const software = jsonOf(named, metadata.software);
  if (software !== null) return [software.name, software.version].filter(Boolean).join(' ');
  return written(metadata['modelspec.implementation']) ?? (metadata.ss_network_module ? 'sd-scripts' : null);
}

/** Words that call it up: named ones, and the only tag of a folder of pictures, which is what ai-toolkit writes. */
export function triggerWords(metadata: Metadata): string[] {
  const tagged = tagCounts(metadata).flatMap((counts) =>
    Object.keys(counts).length === 1 ? Object.keys(counts) : [],
  );
  const named = [metadata.trigger_word, metadata['modelspec.trigger_phrase']].flatMap((word) => word ?? []);
  return distinct([...named, ...tagged].map((word) => word.trim()).filter(Boolean));
}

const mostTags = 10;

/** The commonest tags of the captions: where no trigger word is written down, it is likely the first of them. */
export function frequentTags(metadata: Metadata): { tag: string; count: number }[] {
  const sums = new Map<string, number>();
  for (const counts of tagCounts(metadata)) {
    for (const [tag, count] of Object.entries(counts))
      sums.set(tag.trim(), (sums.get(tag.trim()) ?? 0) + count);
  }
  const tags = [...sums].map(([tag, count]) => ({ tag, count })).filter(({ tag }) => tag !== '');
  return tags.sort((a, b) => b.count - a.count).slice(0, mostTags);
}

/** The alpha that was set for the whole network. */
export function networkAlpha(metadata: Metadata): number | null {
  const alpha = Number(written(metadata.ss_network_alpha) ?? Number.NaN);
  return Number.isFinite(alpha) ? alpha : null;
}

/** Tag counts of each folder of pictures. */
const tagCounts = (metadata: Metadata): Record<string, number>[] =>
  Object.values(
    jsonOf(z.record(z.string(), z.record(z.string(), z.number())), metadata.ss_tag_frequency) ?? {},
  );

/** Trainers write `None` for what was not set. */
function written(value: string | undefined): string | null {
  return value === undefined || value.trim() === '' || value === 'None' ? null : value.trim();
}

const distinct = (words: string[]): string[] => [...new Set(words)];

function jsonOf<T>(schema: z.ZodType<T>, text: string | undefined): T | null {
  if (text === undefined) return null;
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
