/**
 * A RenderPlan on the machine that renders it: the same, with a path for every file and with how this machine holds weights.
 * It is all that the engine is told, and is stored nowhere.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { ModelEntry } from '../catalog/define-model.ts';
import { pipelineKey } from './pipeline-spec.ts';
import {
  adapterSchema,
  callSchema,
  componentSourceSchema,
  imageArgumentSchema,
  type PipelineSpec,
  pipelineSpecSchema,
} from './plan.ts';

const enginePipelineSchema = z.strictObject({
  ...pipelineSpecSchema.shape,
  /** Local checkpoint folder: bundled, or under CHECKPOINTS_PATH. Null: the hub cache, filled by a download first. */
  path: z.string().nullable(),
  components: z.record(
    z.string(),
    /** `path`: local folder (or file) when it is on this machine outside the hub cache. */
    z.strictObject({ ...componentSourceSchema.shape, path: z.string().nullable() }).nullable(),
  ),
  dtype: z.enum(['auto', 'bfloat16', 'float16', 'float32']),
  /** `auto`: the engine takes the first of the others that fits its device. */
  offload: z.enum(['auto', 'none', 'model', 'sequential']),
  /** Components whose weights are held in fewer bits. */
  quantization: z.strictObject({ kind: z.enum(['fp8', 'nf4']), components: z.array(z.string()) }).nullable(),
});

const { source: _source, ...adapterShape } = adapterSchema.shape;
const engineAdapterSchema = z.strictObject({
  ...adapterShape,
  /** Absolute path of a safetensors file. */
  file: z.string(),
  sha256: z.string(),
});

const { pictures: _pictures, ...imageShape } = imageArgumentSchema.shape;
const engineCallSchema = z.strictObject({
  ...callSchema.shape,
  images: z.record(z.string(), z.strictObject({ ...imageShape, files: z.array(z.string()).min(1) })),
});

/** The checker of pictures. `path`: its folder outside the hub cache. */
export const safetyCheckerSchema = z.strictObject({ repository: z.string(), path: z.string().nullable() });

export const enginePlanSchema = z.strictObject({
  pipeline: enginePipelineSchema,
  adapters: z.array(engineAdapterSchema),
  calls: z.array(engineCallSchema),
  /** Absent: pictures are not checked. */
  safety_checker: safetyCheckerSchema.exactOptional(),
});

export type EnginePipeline = z.infer<typeof enginePipelineSchema>;
export type EngineAdapter = z.infer<typeof engineAdapterSchema>;
export type EngineCall = z.infer<typeof engineCallSchema>;
export type EnginePlan = z.infer<typeof enginePlanSchema>;

/** What a machine adds to a pipeline: where files are, and how weights are held. */
export interface PipelineSettings {
  /** Folder of a checkpoint on this machine outside the hub cache, or null. */
  locate: (repository: string, bundled: string | undefined) => string | null;
  weightsOf: (model: string) => WeightSettings;
  /** Null: it is turned off. */
  safetyChecker: z.infer<typeof safetyCheckerSchema> | null;
}

/** How the weights of a model are held. */
export interface WeightSettings {
  dtype: EnginePipeline['dtype'];
  offload: EnginePipeline['offload'];
  quantization: 'none' | 'fp8' | 'nf4';
}

/**
 * The pipeline on this machine. Only denoisers are ever quantised, and `entry` names them; a machine whose catalog has none for
 * the model holds all weights as they are.
 */
export function enginePipeline(
  spec: PipelineSpec,
  entry: ModelEntry | undefined,
  settings: PipelineSettings,
): EnginePipeline {
  const { dtype, offload, quantization } = settings.weightsOf(spec.model);
  const denoisers = entry === undefined ? [] : denoisersOf(entry);
  const components = Object.entries(spec.components).map(([name, source]) => [
    name,
    source === null ? null : { ...source, path: settings.locate(source.repository, undefined) },
  ]);
  return {
    ...spec,
    path: settings.locate(spec.repository, entry?.checkpoint.bundled),
    components: Object.fromEntries(components),
    dtype,
    offload,
    quantization:
      quantization === 'none' || denoisers.length === 0
        ? null
        : { kind: quantization, components: denoisers },
  };
}

const denoisersOf = ({ lora: { targets, experts } }: ModelEntry): string[] =>
  experts === undefined ? targets.slice(0, 1) : [experts.high, experts.low];

/**
 * What an engine calls the pipeline that it holds. Models may share a pipeline and be set to hold their weights in different
 * ways, so how they are held is part of the name.
 */
export function residentKey(pipeline: EnginePipeline): string {
  const { dtype, offload, quantization } = pipeline;
  const held = createHash('sha256')
    .update(JSON.stringify([dtype, offload, quantization]))
    .digest('hex');
  return `${pipelineKey(pipeline)}.${held.slice(0, 8)}`;
}

/** The `pipelineKey` of what an engine calls so. */
export const pipelineOfResident = (key: string): string => key.split('.', 1)[0] ?? key;
