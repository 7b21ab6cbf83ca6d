import { createHash } from 'node:crypto';
import type { ModelEntry } from '../catalog/define-model.ts';
import type { PipelineSpec } from './plan.ts';

/** What the machine that renders adds to an entry: where files are, and how weights are held. */
export interface PipelineSettings {
  /** Folder of a checkpoint on this machine outside the hub cache, or null. */
  locate: (repository: string, bundled: string | undefined) => string | null;
  weightsOf: (model: string) => WeightSettings;
}

/** What the server that makes a plan adds besides. */
export interface PlanSettings extends PipelineSettings {
  /** Whether pictures of a model that can be decoded in tiles are, when the request does not say. */
  decodesInTiles: (model: string) => boolean;
}

/** How the weights of a model are held. */
export interface WeightSettings {
  dtype: PipelineSpec['dtype'];
  offload: PipelineSpec['offload'];
  quantization: 'none' | 'fp8' | 'nf4';
}

/** Everything the engine needs to load the pipeline of an entry. */
export function pipelineSpec(
  entry: ModelEntry,
  hasControlImage: boolean,
  settings: PipelineSettings,
): PipelineSpec {
  const { checkpoint, pipeline } = entry;
  const components = Object.entries(pipeline.components).map(([name, source]) => [
    name,
    source === null
      ? null
      : { ...source, file: source.file ?? null, path: settings.locate(source.repository, undefined) },
  ]);
  return {
    model: entry.id,
    class: (hasControlImage ? pipeline.class_with_control : undefined) ?? pipeline.class,
    module: pipeline.module ?? null,
    repository: checkpoint.repository,
    revision: checkpoint.revision,
    variant: checkpoint.variant ?? null,
    path: settings.locate(checkpoint.repository, checkpoint.bundled),
    components: Object.fromEntries(components),
    scheduler: pipeline.scheduler ?? null,
    ...(pipeline.assembled ? { assembled: true } : {}),
    ...(pipeline.cast_whole.length > 0 ? { cast_whole: pipeline.cast_whole } : {}),
    ...weights(entry.lora, settings.weightsOf(entry.id)),
  };
}

/** The part of a spec that is for the machine which holds the weights. Only denoisers are ever quantised. */
export function weights(
  { targets, experts }: ModelEntry['lora'],
  { dtype, offload, quantization }: WeightSettings,
): Pick<PipelineSpec, 'dtype' | 'offload' | 'quantization'> {
  const components = experts === undefined ? targets.slice(0, 1) : [experts.high, experts.low];
  return {
    dtype,
    offload,
    quantization: quantization === 'none' ? null : { kind: quantization, components },
  };
}

/** Specs never change, and each is asked for its key a few times on its way into the queue. */
const knownKeys = new WeakMap<PipelineSpec, string>();

/** Name of what is resident: equal for two specs that load the same thing, whatever model id asked for it. */
export function pipelineKey(spec: PipelineSpec): string {
  const known = knownKeys.get(spec);
  if (known !== undefined) return known;
  const { model: _model, ...loaded } = spec;
  const key = createHash('sha256').update(canonicalJson(loaded)).digest('hex').slice(0, 24);
  knownKeys.set(spec, key);
  return key;
}

function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
