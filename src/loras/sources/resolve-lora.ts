import path from 'node:path';
import type { ModelEntry } from '../../catalog/define-model.ts';
import { loraFamilies } from '../../catalog/lora-families.ts';
import type { PipelineSettings } from '../../render/engine-plan.ts';
import type { LoraSource, Strength } from '../../render/plan.ts';
import { createBaseModuleReader } from '../file/fit/base-modules.ts';
import { fitLora, type LoraFit } from '../file/fit/fit-lora.ts';
import { readHeader } from '../file/header/read-header.ts';
import { type DescribedLora, settleStrength } from '../file/lora-strength.ts';
import { refuseForeign } from '../file/refuse-foreign.ts';
import type { ReadValues } from '../file/values/check-values.ts';
import { refuseBadValue } from '../file/values/lora-values.ts';
import { type LoraFolders, locateLora } from './locate-lora.ts';
import { readPeftConfig } from './peft-folder.ts';
import type { RemoteLoras } from './remote-loras.ts';
import { isRemotePath } from './remote-path.ts';

export interface FoundLora {
  /** Null while it has to be downloaded. */
  file: string | null;
  /** Null until it is known. */
  sha256: string | null;
  /** Where it comes from, for a machine that has not the file; null for one of the LoRA folder. */
  source: LoraSource | null;
  strength: Strength | null;
  /** How many of its modules the warnings say are ignored. */
  ignored: number;
  warnings: string[];
}

/**
 * A LoRA of a request, found, read as far as its header and held against the model. Nothing is downloaded but the header.
 * Throws LORA_NOT_FOUND, LORA_INVALID, LORA_INCOMPATIBLE or LORA_DOWNLOAD_FAILED.
 */
export type ResolveLora = (
  entry: ModelEntry,
  requested: string,
  hfToken: string | null,
  /** The file that the path stands for, where that is known. */
  registered?: { file: string; sha256: string },
) => Promise<FoundLora>;

export interface CheckedLora extends LoraFit {
  /** For the plan. */
  strength: Strength | null;
}

/** Hold a LoRA against a model, and settle its strength. Throws LORA_INVALID or LORA_INCOMPATIBLE. */
export type CheckFit = (entry: ModelEntry, requested: string, lora: DescribedLora) => Promise<CheckedLora>;

/**
 * `locateCheckpoint` finds the base on this machine, so that names and widths can be compared. What a repository holds of an
 * assembled model are not the weights that are loaded, and proves nothing.
 */
export function createCheckFit(locateCheckpoint: PipelineSettings['locate']): CheckFit {
  const readBase = createBaseModuleReader();
  return async (entry, requested, lora) => {
    const base = async (component: string) => {
      const folder = componentFolder(entry, component, locateCheckpoint);
      return folder === null ? null : readBase(folder);
    };
    refuseForeign(requested, lora);
    const fit = await fitLora(entry, requested, lora, base);
    const hasAlphaEntry = loraFamilies.some(
      ({ id, alphaEntry }) => alphaEntry && entry.lora.families.includes(id),
    );
    const { strength, warnings } = settleStrength(requested, lora, hasAlphaEntry);
    return { ...fit, strength, warnings: [...fit.warnings, ...warnings] };
  };
}

/** Where the weights that a component loads are on this machine, under diffusers' names; null when they are not. */
export function componentFolder(
  { checkpoint, pipeline }: ModelEntry,
  component: string,
  locate: PipelineSettings['locate'],
): string | null {
  const elsewhere = pipeline.components[component];
  if (elsewhere?.file !== undefined) return null;
  if (elsewhere) {
    const found = locate(elsewhere.repository, undefined);
    return found === null ? null : path.join(found, elsewhere.subfolder);
  }
  const found = pipeline.assembled ? null : locate(checkpoint.repository, checkpoint.bundled);
  return found === null ? null : path.join(found, component);
}

export interface ResolveLoraDependencies {
  folders: LoraFolders;
  checkFit: CheckFit;
  remote: RemoteLoras;
  readValues: ReadValues;
}

export function createResolveLora(dependencies: ResolveLoraDependencies): ResolveLora {
  const { folders, checkFit, remote, readValues } = dependencies;
  const fits = createFitCache();

  async function local(entry: ModelEntry, requested: string, known: string | null): Promise<FoundLora> {
    const file = known ?? (await locateLora(requested, folders));
    // The header is read before the whole file: a file that is no LoRA must cost next to nothing.
    const header = await readHeader(file, requested);
    const values = await readValues(file, requested);
    refuseBadValue(values, requested);
    const { sha256 } = values;
    const peftConfig = known === null ? await readPeftConfig(requested, folders) : null;
    const checked = await fits(JSON.stringify([entry.id, sha256, requested, peftConfig]), () =>
      checkFit(entry, requested, { ...header, peftConfig }),
    );
    return { file, sha256, source: null, ...found(checked) };
  }

  return async (entry, requested, hfToken, registered) => {
    if (registered !== undefined) return local(entry, requested, registered.file);
    if (!isRemotePath(requested)) return local(entry, requested, null);
    const { file, sha256, source, lora, warnings } = await remote.look(requested, hfToken);
    if (file !== null) refuseBadValue(await readValues(file, requested), requested);
    const checked = found(await checkFit(entry, requested, lora));
    return { file, sha256, source, ...checked, warnings: [...warnings, ...checked.warnings] };
  };
}

const found = ({ strength, ignored, warnings }: CheckedLora) => ({
  strength,
  ignored: ignored.length,
  warnings,
});

/** The verdict on one file for one model does not change; the last thousand are kept. */
function createFitCache(): (key: string, check: () => Promise<CheckedLora>) => Promise<CheckedLora> {
  const known = new Map<string, CheckedLora>();
  return async (key, check) => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const fit = await check();
    known.set(key, fit);
    const [oldest] = known.keys();
    if (known.size > 1000 && oldest !== undefined) known.delete(oldest);
    return fit;
  };
}
