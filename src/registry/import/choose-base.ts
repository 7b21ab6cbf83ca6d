/**
 * The base model of a LoRA file. Who imports may name it; else the trainer's configuration does; else what is in the file decides:
 *
 *   families by its keys, shapes and metadata ─▶ entries of these ─▶ those that it fits ─▶ the one that is proven by weights of
 *   this machine, or the only one
 *
 * Several ids often share one architecture, and nothing in a file tells them apart. Then there is no guess: the error lists them.
 */
import type { ModelEntry } from '../../catalog/define-model.ts';
import { DarkroomError } from '../../errors/darkroom-error.ts';
import { detectFamilies } from '../../loras/file/detect-family.ts';
import { trainingFacts } from '../../loras/file/header/training-facts.ts';
import { loraModules } from '../../loras/file/lora-modules.ts';
import type { DescribedLora } from '../../loras/file/lora-strength.ts';
import { componentFolder } from '../../loras/sources/resolve-lora.ts';
import { checkBase } from '../models/check-base.ts';
import { type ImportParts, importInvalid } from './import-parts.ts';

interface Candidate {
  entry: ModelEntry;
  /** Every module fits weights that are on this machine. */
  isProven: boolean;
}

/**
 * `hints` are ids that the source speaks of, best first. Throws INVALID_REQUEST for a base that there is not, LORA_INVALID,
 * LORA_INCOMPATIBLE, and IMPORT_INVALID that lists the ids which it may be.
 */
export async function chooseBase(
  parts: ImportParts,
  {
    label,
    lora,
    base,
    hints,
  }: { label: string; lora: DescribedLora; base: string | null; hints: readonly string[] },
): Promise<ModelEntry> {
  const named = checkBase(parts.registry, base);
  if (named !== null) {
    await parts.checkFit(named, label, lora);
    return named;
  }
  const candidates = await fitting(parts, label, lora, entriesOf(parts, lora));
  const hinted = candidates.filter(({ entry }) => hints.includes(entry.id));
  const left = hinted.length > 0 ? hinted : narrowed(candidates, lora);
  const proven = left.filter(({ isProven }) => isProven);
  const [only, ...others] = proven.length > 0 ? proven : left;
  if (only !== undefined && others.length === 0) return only.entry;
  throw undecided(label, left);
}

function entriesOf(
  { registry: { catalog } }: ImportParts,
  { tensors, metadata }: DescribedLora,
): ModelEntry[] {
  const { modules } = loraModules(tensors);
  const ids = detectFamilies(modules, metadata).map(({ id }) => id);
  const entries = [...catalog.values()];
  const own = entries.filter(({ lora }) => ids.includes(lora.families[0] ?? ''));
  return own.length > 0 ? own : entries.filter(({ lora }) => lora.families.some((id) => ids.includes(id)));
}

/** Throws what the last of them throws when it fits none. */
async function fitting(
  { checkFit, locate }: ImportParts,
  label: string,
  lora: DescribedLora,
  entries: readonly ModelEntry[],
): Promise<Candidate[]> {
  const candidates: Candidate[] = [];
  let refusal: unknown = null;
  for (const entry of entries) {
    try {
      const { ignored } = await checkFit(entry, label, lora);
      const isHere = componentFolder(entry, entry.lora.targets[0] ?? '', locate) !== null;
      candidates.push({ entry, isProven: isHere && ignored.length === 0 });
    } catch (error) {
      if (!(error instanceof DarkroomError)) throw error;
      refusal = error;
    }
  }
  if (candidates.length === 0 && refusal !== null) throw refusal;
  return candidates;
}

/** Those whose repository the file names, if it names one of theirs. */
function narrowed(candidates: readonly Candidate[], { metadata }: DescribedLora): readonly Candidate[] {
  const { baseFile } = trainingFacts(metadata);
  const named = candidates.filter(({ entry }) => entry.checkpoint.repository === baseFile);
  return named.length > 0 ? named : candidates;
}

function undecided(label: string, candidates: readonly Candidate[]): DarkroomError {
  const ids = candidates.map(({ entry }) => entry.id);
  return importInvalid(
    ids.length === 0
      ? `Nothing in "${label}" says which base model it was made for. Name it: any id of the catalog.`
      : `"${label}" may have been made for any of ${ids.join(', ')}. Name the one that it was trained on.`,
    { bases: ids },
  );
}
