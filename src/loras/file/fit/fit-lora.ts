/**
 * Whether a LoRA fits a model, from headers alone, before a job is accepted.
 *
 * The family decides first. Then names are parsed by the grammar of LoRA keys, as the engine does, and where the base checkpoint is on this
 * machine they are compared with its weights, as the engine does with the loaded ones.
 */

import type { ModelEntry } from '../../../catalog/define-model.ts';
import { familyGrammar } from '../../../catalog/lora-grammar.ts';
import { DarkroomError } from '../../../errors/darkroom-error.ts';
import { detectFamilies } from '../detect-family.ts';
import type { SafetensorsHeader } from '../header/read-header.ts';
import { type LoraModule, loraModules } from '../lora-modules.ts';
import type { BaseModules } from './base-modules.ts';
import { type LeftOut, type PlacingModel, placeModules } from './place-modules.ts';

export interface LoraFit {
  /** Modules, or a part of one, and keys of no known form, that change nothing. */
  ignored: { key: string; why: string }[];
  /** The same for people. */
  warnings: string[];
}

/**
 * Check a LoRA against a model and report what would be ignored. `base` gives the weights of a
 * component (`transformer`, `text_encoder`, …), or null where they are not on this machine.
 *
 * Throws LORA_INVALID when the file holds no adapter, LORA_INCOMPATIBLE when none of it fits.
 */
export async function fitLora(
  entry: ModelEntry,
  label: string,
  header: Pick<SafetensorsHeader, 'tensors' | 'metadata'>,
  base: (component: string) => Promise<BaseModules | null>,
): Promise<LoraFit> {
  const { modules, foreign } = loraModules(header.tensors);
  if (modules.length === 0) throw noAdapter(label, header);
  checkFamily(entry, label, modules, header.metadata);
  const { spots, leftOut } = placeModules(modules, await placingModel(entry, base));
  const ignored = leftOut.map(({ module, why }) => ({ key: module.key, why }));
  if (spots.every((own) => own.length === 0)) throw nothingFits(entry, label, ignored);
  return {
    ignored: [...ignored, ...foreign.map((key) => ({ key, why: 'of no known adapter form' }))],
    warnings: [
      ...misfitWarning(entry, label, leftOut),
      ...copyWarning(label, leftOut),
      ...(foreign.length === 0
        ? []
        : [`LoRA "${label}": ${list(foreign)} of no known adapter form ignored.`]),
    ],
  };
}

function misfitWarning(entry: ModelEntry, label: string, leftOut: readonly LeftOut[]): string[] {
  const names = leftOut.flatMap(({ module, why, copyOf }) =>
    copyOf === null ? [`${module.key} (${why})`] : [],
  );
  if (names.length === 0) return [];
  return [`LoRA "${label}": ${list(names)} ignored, since ${entry.id} cannot use them.`];
}

/** Warning for files that hold a change both fused and split, or under two spellings. */
function copyWarning(label: string, leftOut: readonly LeftOut[]): string[] {
  const names = leftOut.flatMap(({ module, copyOf }) =>
    copyOf === null ? [] : [`${module.key} (as ${copyOf})`],
  );
  if (names.length === 0) return [];
  return [
    `LoRA "${label}" changes the same weights under two names; they count once, without ${list(names)}.`,
  ];
}

async function placingModel(
  entry: ModelEntry,
  base: (component: string) => Promise<BaseModules | null>,
): Promise<PlacingModel> {
  const model = { family: familyGrammar(entry.lora.families[0] ?? ''), targets: entry.lora.targets };
  const read = await Promise.all(
    entry.lora.targets.map(async (target) => [target, await base(target)] as const),
  );
  return {
    ...model,
    base: new Map(read.flatMap(([name, found]) => (found === null ? [] : [[name, found]]))),
  };
}

function checkFamily(
  entry: ModelEntry,
  label: string,
  modules: LoraModule[],
  metadata: Record<string, string>,
): void {
  const families = detectFamilies(modules, metadata);
  if (families.length === 0 || families.some((family) => entry.lora.families.includes(family.id))) return;
  const names = families.map((family) => family.label).join(' or ');
  throw new DarkroomError(
    'LORA_INCOMPATIBLE',
    `The LoRA "${label}" looks made for ${names}, not for ${entry.label} (${entry.id}). Send it to a model of that family.`,
    { details: { path: label, looksMadeFor: families.map((family) => family.id), model: entry.id } },
  );
}

function noAdapter(label: string, header: Pick<SafetensorsHeader, 'tensors'>): DarkroomError {
  const keys = header.tensors.slice(0, 3).map((tensor) => tensor.name.slice(0, 80));
  const found =
    keys.length === 0
      ? 'it holds no tensors'
      : `it holds no adapter keys (found ${keys.join(', ')}…): is it a whole checkpoint?`;
  return new DarkroomError('LORA_INVALID', `The LoRA "${label}" cannot be used: ${found}`, {
    details: { path: label },
  });
}

function nothingFits(entry: ModelEntry, label: string, ignored: LoraFit['ignored']): DarkroomError {
  const examples = ignored.slice(0, 3).map(({ key, why }) => `${key}: ${why}`);
  return new DarkroomError(
    'LORA_INCOMPATIBLE',
    `Nothing in the LoRA "${label}" fits ${entry.label} (${entry.id}): ${examples.join('; ')}.`,
    { details: { path: label, model: entry.id, modules: ignored.length } },
  );
}

function list(names: string[]): string {
  const shown = names.slice(0, 8).join(', ');
  return names.length > 8
    ? `${names.length} keys (${shown}, …)`
    : `${names.length === 1 ? 'key' : 'keys'} ${shown}`;
}
