import type { Catalog } from '../catalog/load-catalog.ts';
import { pipelineKey, pipelineSpec } from './pipeline-spec.ts';

/** Ids of the models that pipelines in memory can render, from their keys. Several ids may share a pipeline. */
export function createLoadedModels(catalog: Catalog): (resident: readonly string[]) => string[] {
  const keys = [...catalog.values()].map((entry): [string, string[]] => [
    entry.id,
    [false, true].map((hasControlImage) => pipelineKey(pipelineSpec(entry, hasControlImage))),
  ]);
  return (resident) =>
    keys.filter(([, own]) => own.some((key) => resident.includes(key))).map(([model]) => model);
}
