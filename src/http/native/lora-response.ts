import type { ErrorBody } from '../../errors/darkroom-error.ts';
import type { LoraFacts } from '../../loras/file/inspect-lora.ts';
import type { LibraryFile } from '../../loras/library.ts';
import type { CheckedLora } from '../../loras/sources/resolve-lora.ts';
import { inNative } from './names.ts';
import type { LoraFactsResponse, LoraFitResponse, LoraResponse } from './schemas/lora-schema.ts';

export function loraResponse(found: LibraryFile): LoraResponse {
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
    refused: problem === null ? (facts?.refused ?? null) : inNative(problem),
  };
}

export function loraFactsResponse(
  found: LibraryFile & { sha256: string; facts: LoraFacts },
  fit: LoraFitResponse,
): LoraFactsResponse {
  const { facts, sha256 } = found;
  const { baseFile, ...training } = facts.training;
  return {
    ...loraResponse(found),
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
