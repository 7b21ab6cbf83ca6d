import type { ErrorBody } from '../../errors/darkroom-error.ts';
import type { LoraFacts } from '../../loras/file/inspect-lora.ts';
import type { LibraryFile } from '../../loras/library.ts';
import type { PreviewSettings } from '../../loras/read-preview-settings.ts';
import type { CheckedLora } from '../../loras/sources/resolve-lora.ts';
import { inNative } from './names.ts';
import type { LoraFactsResponse, LoraFitResponse, LoraResponse } from './schemas/lora-schema.ts';

export function loraResponse(found: LibraryFile, fits: boolean | null): LoraResponse {
  const { path, bytes, changedAt, sha256, facts, problem } = found;
  return {
    sha256,
    path,
    name: facts?.name ?? path.split('/').at(-1) ?? path,
    bytes,
    changed_at: changedAt.toISOString(),
    families: facts?.families ?? [],
    forms: facts?.forms ?? [],
    ranks: facts?.ranks ?? [],
    step: facts?.training.step ?? null,
    trigger_words: facts?.triggerWords ?? [],
    fits,
    refused: problem === null ? (facts?.refused ?? null) : inNative(problem),
  };
}

/** What holding a file against models, and looking beside it, gave. */
export interface LoraHeld {
  fit: LoraFitResponse;
  /** Ids of models. */
  fitting: readonly string[];
  preview: PreviewSettings | null;
}

export function loraFactsResponse(
  found: LibraryFile & { sha256: string; facts: LoraFacts },
  { fit, fitting, preview }: LoraHeld,
): LoraFactsResponse {
  const { facts, sha256 } = found;
  const { fits: _, ...described } = loraResponse(found, null);
  const { baseFile, ...training } = facts.training;
  return {
    ...described,
    sha256,
    alphas: facts.alphas ?? [],
    keys: facts.keys,
    dtypes: facts.dtypes,
    modules: facts.modules,
    components: facts.components,
    unknown_keys: facts.unknownKeys,
    frequent_tags: facts.frequentTags,
    training: { ...training, base_file: baseFile },
    metadata: facts.metadata,
    fitting_models: [...fitting],
    preview: preview === null ? null : { ...preview },
    fit,
  };
}

/** What holding a file against a model gave. */
export function fitResponse(model: string, checked: CheckedLora | ErrorBody): LoraFitResponse {
  if ('code' in checked)
    return { model, fits: false, problem: inNative(checked.message), ignored: [], warnings: [] };
  return {
    model,
    fits: true,
    problem: null,
    ignored: checked.ignored.map(({ key, why }) => ({ key, why })),
    warnings: checked.warnings.map(inNative),
  };
}
