import type { Engine } from '../../engines/engine.ts';
import type { MadeWith } from '../../files/encode/call-provenance.ts';
import { packageVersion } from '../../python/package-root.ts';
import { enginePipeline } from '../../render/engine-plan.ts';
import type { PipelineSpec } from '../../render/plan.ts';
import type { PlanFiles } from './resolve-plan.ts';

/** What pictures of a pipeline are made with on this machine, once its files are there and its engine is ready. */
export async function madeWith(
  spec: PipelineSpec,
  engine: Pick<Engine, 'status'>,
  { catalog, settings, commitsOf }: Pick<PlanFiles, 'catalog' | 'settings' | 'commitsOf'>,
): Promise<MadeWith> {
  const pipeline = enginePipeline(spec, catalog.get(spec.model), settings);
  const { versions, device } = engine.status();
  return {
    versions,
    darkroom: packageVersion(),
    commits: await commitsOf(pipeline),
    device: device === null ? null : { type: device.type, name: device.name },
    dtype: pipeline.dtype === 'auto' ? (device?.dtype ?? null) : pipeline.dtype,
    quantization: pipeline.quantization?.kind ?? null,
  };
}
