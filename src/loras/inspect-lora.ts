import path from 'node:path';
import { detectFamilies } from './detect-family.ts';
import { type LoraForm, type LoraModule, loraModules } from './lora-modules.ts';
import { readAlphas } from './read-alphas.ts';
import { readHeader, type SafetensorsHeader } from './read-header.ts';
import {
  frequentTags,
  networkAlpha,
  type TrainingFacts,
  trainingFacts,
  triggerWords,
} from './training-facts.ts';

/** How the names in the file are written: dotted paths, or flat with underscores. */
export type KeyStyle = 'PEFT' | 'kohya' | 'diffusers' | 'LyCORIS' | 'other';

export interface LoraFacts {
  name: string;
  /** Null when a host does not say. */
  bytes: number | null;
  /** Families it may be for, best first; empty when not recognised. */
  families: { id: string; label: string }[];
  forms: LoraForm[];
  keys: KeyStyle[];
  /** The different ranks, smallest first. */
  ranks: number[];
  /** The different alphas, smallest first; null when the file has some that were not read. Empty: the rank counts as alpha. */
  alphas: number[] | null;
  dtypes: string[];
  modules: number;
  /** For each component, how many modules of each kind are changed; `*` stands for the number of a block. */
  components: Record<string, Record<string, number>>;
  /** Keys of no known form: they change nothing. */
  unknownKeys: string[];
  triggerWords: string[];
  frequentTags: { tag: string; count: number }[];
  training: TrainingFacts;
  metadata: Record<string, string>;
}

type Header = Pick<SafetensorsHeader, 'tensors' | 'metadata'> & { fileBytes: number | null };

/** What a LoRA file says of itself, from its header and its alphas. Throws LORA_INVALID. */
export async function inspectLora(file: string): Promise<LoraFacts> {
  const header = await readHeader(file, path.basename(file));
  return loraFacts(header, path.basename(file), await readAlphas(file, header.tensors));
}

/** The same from a header alone: the alphas are then known only as far as the trainer wrote them into the metadata. */
export function loraFacts(header: Header, fileName: string, alphas: number[] | null = null): LoraFacts {
  const { metadata, tensors } = header;
  const { modules, foreign } = loraModules(tensors);
  const ranks = modules.flatMap((module) => (module.rank === null ? [] : [module.rank]));
  return {
    name: metadata.ss_output_name ?? metadata.name ?? fileName.replace(/\.safetensors$/i, ''),
    bytes: header.fileBytes,
    families: detectFamilies(modules, metadata).map(({ id, label }) => ({ id, label })),
    forms: distinct(modules.map((module) => module.form)),
    keys: distinct(tensors.flatMap(({ name }) => (name.endsWith('.alpha') ? [] : [keyStyle(name)]))),
    ranks: distinct(ranks).sort((a, b) => a - b),
    alphas: alphas ?? alphasOf(modules, metadata),
    dtypes: distinct(tensors.map((tensor) => tensor.dtype)),
    modules: modules.length,
    components: countKinds(modules),
    unknownKeys: foreign,
    triggerWords: triggerWords(metadata),
    frequentTags: frequentTags(metadata),
    training: trainingFacts(metadata),
    metadata,
  };
}

function alphasOf(modules: readonly LoraModule[], metadata: Record<string, string>): number[] | null {
  if (!modules.some((module) => module.hasAlpha)) return [];
  const alpha = networkAlpha(metadata);
  return alpha === null ? null : [alpha];
}

function keyStyle(name: string): KeyStyle {
  if (/\.(lokr|hada)_/.test(name)) return 'LyCORIS';
  if (/\.lora_[AB]\b/.test(name)) return 'PEFT';
  if (/\.lora_(down|up|mid)\b/.test(name)) return 'kohya';
  if (/lora(_linear_layer)?\.(down|up)\b/.test(name)) return 'diffusers';
  return 'other';
}

function countKinds(modules: readonly LoraModule[]): LoraFacts['components'] {
  const counts: LoraFacts['components'] = {};
  for (const { component, name } of modules) {
    const kinds = counts[component] ?? {};
    counts[component] = kinds;
    const kind = name.replace(/(?<=_)\d+(?=_)/g, '*');
    kinds[kind] = (kinds[kind] ?? 0) + 1;
  }
  return counts;
}

const distinct = <T>(values: T[]): T[] => [...new Set(values)];
