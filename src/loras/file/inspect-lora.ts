import path from 'node:path';
import { type FamilyGrammar, familyGrammar } from '../../catalog/lora-grammar.ts';
import { toErrorBody } from '../../errors/darkroom-error.ts';
import { plainSentence } from '../../errors/sentence.ts';
import { readPeftConfig } from '../sources/peft-folder.ts';
import { detectFamilies } from './detect-family.ts';
import { invalidLora } from './header/parse-header.ts';
import { readHeader } from './header/read-header.ts';
import {
  frequentTags,
  networkAlpha,
  type TrainingFacts,
  trainingFacts,
  triggerWords,
} from './header/training-facts.ts';
import { type LoraModule, loraModules } from './lora-modules.ts';
import { type DescribedLora, type StrengthSource, settleStrength } from './lora-strength.ts';
import type { LoraForm } from './parse-lora-key.ts';
import { refuseForeign } from './refuse-foreign.ts';
import { readValues, whyBad } from './values/lora-values.ts';
import { readAlphas } from './values/read-alphas.ts';

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
  strength: WrittenStrength;
  /** Why a request with it is refused, whatever the model; null: it is not. */
  refused: string | null;
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

/** What its modules are multiplied by besides `network_multiplier`. */
export interface WrittenStrength {
  /** What it is read from, in the order in which it counts; empty: nothing is written, the rank counts as alpha. */
  from: StrengthSource[];
  /** The different factors of modules without an alpha tensor, smallest first. */
  factors: number[];
  warnings: string[];
  /** Why what is written cannot be used; such a file is refused. */
  problem: string | null;
}

type Described = DescribedLora & { fileBytes: number | null };

/** A LoRA of this machine as far as it is described outside of its values. Throws LORA_INVALID. */
export async function describeLora(file: string): Promise<Described> {
  const header = await readHeader(file, path.basename(file));
  return { ...header, peftConfig: await readPeftConfig(path.resolve(file), { base: '/', allowed: [] }) };
}

/** What a LoRA file says of itself, from its header, its alphas and what lies beside it. Throws LORA_INVALID. */
export async function inspectLora(file: string): Promise<LoraFacts> {
  const described = await describeLora(file);
  const name = path.basename(file);
  const facts = loraFacts(described, name, await readAlphas(file, described.tensors));
  const { bad } = await readValues(file, name);
  return bad === null
    ? facts
    : { ...facts, refused: facts.refused ?? invalidLora(name, whyBad(bad)).message };
}

/** The same from a header alone: the alphas are then known only as far as the trainer wrote them into the metadata. */
export function loraFacts(lora: Described, fileName: string, alphas: number[] | null = null): LoraFacts {
  const { metadata, tensors } = lora;
  const { modules, foreign } = loraModules(tensors);
  const families = detectFamilies(modules, metadata);
  const ranks = modules.flatMap((module) => (module.rank === null ? [] : [module.rank]));
  return {
    name: metadata.ss_output_name ?? metadata.name ?? fileName.replace(/\.safetensors$/i, ''),
    bytes: lora.fileBytes,
    families: families.map(({ id, label }) => ({ id, label })),
    forms: distinct(modules.map((module) => module.form)),
    keys: distinct(tensors.flatMap(({ name }) => (name.endsWith('.alpha') ? [] : [keyStyle(name)]))),
    ranks: distinct(ranks).sort((a, b) => a - b),
    alphas: alphas ?? alphasOf(modules, metadata),
    strength: strengthOf(
      lora,
      fileName,
      families.some(({ alphaEntry }) => alphaEntry),
    ),
    refused: refusalOf(() => refuseForeign(fileName, lora)),
    dtypes: distinct(tensors.map((tensor) => tensor.dtype)),
    modules: modules.length,
    components: countKinds(modules, familyGrammar(families[0]?.id ?? '')),
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

function strengthOf(lora: DescribedLora, fileName: string, hasAlphaEntry: boolean): WrittenStrength {
  let settled: Omit<WrittenStrength, 'problem'> = { from: [], factors: [], warnings: [] };
  const problem = refusalOf(() => {
    const { from, factors, warnings } = settleStrength(fileName, lora, hasAlphaEntry);
    settled = { from, factors, warnings };
  });
  return { ...settled, problem };
}

function refusalOf(check: () => void): string | null {
  try {
    check();
    return null;
  } catch (error) {
    return plainSentence(toErrorBody(error).message);
  }
}

function keyStyle(name: string): KeyStyle {
  if (/\.(lokr|hada)_/.test(name)) return 'LyCORIS';
  if (/\.lora_[AB]\b/.test(name)) return 'PEFT';
  if (/\.lora_(down|up|mid)\b/.test(name)) return 'kohya';
  if (/lora(_linear_layer)?\.(down|up)\b/.test(name)) return 'diffusers';
  return 'other';
}

function countKinds(modules: readonly LoraModule[], { encoders }: FamilyGrammar): LoraFacts['components'] {
  const counts: LoraFacts['components'] = {};
  for (const { component: named, name } of modules) {
    const component = named === null ? 'denoiser' : (encoders[named] ?? named);
    const kinds = counts[component] ?? {};
    counts[component] = kinds;
    const kind = name.replace(/(?<=_)\d+(?=_)/g, '*');
    kinds[kind] = (kinds[kind] ?? 0) + 1;
  }
  return counts;
}

const distinct = <T>(values: T[]): T[] => [...new Set(values)];
