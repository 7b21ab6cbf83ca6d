import path from 'node:path';
import { z } from 'zod';
import { detectFamilies } from './detect-family.ts';
import { type LoraModule, loraModules } from './lora-modules.ts';
import { readHeader } from './read-header.ts';

export interface LoraFacts {
  name: string;
  bytes: number;
  /** Families it may be for, best first; empty when not recognised. */
  families: { id: string; label: string }[];
  forms: string[];
  ranks: number[];
  hasAlpha: boolean;
  dtypes: string[];
  modules: number;
  components: Record<string, number>;
  triggerWords: string[];
  /** Optimiser steps and epochs when it was saved, from the trainer's metadata. */
  training: { step: number | null; epoch: number | null; software: string | null; base: string | null };
  metadata: Record<string, string>;
}

/** What a LoRA file says of itself, from its header alone. Throws LORA_INVALID. */
export async function inspectLora(file: string): Promise<LoraFacts> {
  const header = await readHeader(file, path.basename(file));
  const { modules } = loraModules(header.tensors);
  const ranks = modules.flatMap((module) => (module.rank === null ? [] : [module.rank]));
  return {
    name: header.metadata.ss_output_name ?? header.metadata.name ?? path.basename(file, '.safetensors'),
    bytes: header.fileBytes,
    families: detectFamilies(modules, header.metadata).map(({ id, label }) => ({ id, label })),
    forms: distinct(modules.map((module) => module.form)),
    ranks: distinct(ranks).sort((a, b) => a - b),
    hasAlpha: modules.some((module) => module.hasAlpha),
    dtypes: distinct(header.tensors.map((tensor) => tensor.dtype)),
    modules: modules.length,
    components: countComponents(modules),
    triggerWords: triggerWords(header.metadata),
    training: trainingFacts(header.metadata),
    metadata: header.metadata,
  };
}

const distinct = <T>(values: T[]): T[] => [...new Set(values)];

function countComponents(modules: LoraModule[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { component } of modules) counts[component] = (counts[component] ?? 0) + 1;
  return counts;
}

/** Trigger words as ai-toolkit (`ss_tag_frequency`), kohya and the model spec write them. */
export function triggerWords(metadata: Record<string, string>): string[] {
  const tags = jsonOf(z.record(z.string(), z.record(z.string(), z.number())), metadata.ss_tag_frequency);
  const tagged = Object.values(tags ?? {}).flatMap((counts) =>
    Object.keys(counts).length === 1 ? Object.keys(counts) : [],
  );
  const named = [metadata.trigger_word, metadata['modelspec.trigger_phrase']].flatMap((word) => word ?? []);
  return distinct([...named, ...tagged].map((word) => word.trim()).filter(Boolean));
}

function trainingFacts(metadata: Record<string, string>): LoraFacts['training'] {
  const training = jsonOf(
    z.looseObject({ step: z.number().optional(), epoch: z.number().optional() }),
    metadata.training_info,
  );
  const software = jsonOf(
    z.looseObject({ name: z.string(), version: z.string().optional() }),
    metadata.software,
  );
  return {
    step: training?.step ?? null,
    epoch: training?.epoch ?? null,
    software: software === null ? null : [software.name, software.version].filter(Boolean).join(' '),
    base: metadata.ss_base_model_version ?? null,
  };
}

function jsonOf<T>(schema: z.ZodType<T>, text: string | undefined): T | null {
  if (text === undefined) return null;
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
