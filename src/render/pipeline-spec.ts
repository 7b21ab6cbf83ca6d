import { createHash } from 'node:crypto';
import type { ModelEntry } from '../catalog/define-model.ts';
import { canonicalJson } from './canonical-json.ts';
import { type PipelineSpec, pipelineSpecSchema } from './plan.ts';

/** The pipeline of an entry, as every machine knows it. */
export function pipelineSpec(entry: ModelEntry, hasControlImage: boolean): PipelineSpec {
  const { checkpoint, pipeline } = entry;
  const components = Object.entries(pipeline.components).map(([name, source]) => [
    name,
    source === null ? null : { ...source, file: source.file ?? null },
  ]);
  return {
    model: entry.id,
    class: (hasControlImage ? pipeline.class_with_control : undefined) ?? pipeline.class,
    module: pipeline.module ?? null,
    repository: checkpoint.repository,
    revision: checkpoint.revision,
    variant: checkpoint.variant ?? null,
    components: Object.fromEntries(components),
    scheduler: pipeline.scheduler ?? null,
    ...(pipeline.assembled ? { assembled: true } : {}),
    ...(pipeline.cast_whole.length > 0 ? { cast_whole: pipeline.cast_whole } : {}),
  };
}

/** Specs never change, and each is asked for its key a few times on its way into the queue. */
const knownKeys = new WeakMap<PipelineSpec, string>();

/**
 * Name of a pipeline: equal for two specs that load the same thing, whatever model id asked for it, and the same on every
 * machine. What a machine adds to a spec does not count.
 */
export function pipelineKey(spec: PipelineSpec): string {
  const known = knownKeys.get(spec);
  if (known !== undefined) return known;
  const { model: _model, ...loaded } = pipelineSpecSchema.parse(spec);
  const key = createHash('sha256').update(canonicalJson(loaded)).digest('hex').slice(0, 24);
  knownKeys.set(spec, key);
  return key;
}
