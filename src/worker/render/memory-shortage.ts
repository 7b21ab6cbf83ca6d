import type { ModelEntry } from '../../catalog/define-model.ts';
import type { EngineStatus } from '../../engines/engine.ts';
import type { EnginePipeline } from '../../render/engine-plan.ts';

/** Share of an estimate that is left when the denoiser takes half of its bytes: text encoders and VAEs stay whole. */
const quantizedShare = 0.65;

/** An estimate this much too high would refuse what just fits; what is near the limit is left to the engine, which weighs. */
const certainShare = 0.85;

/**
 * Why a checkpoint that is not on this machine should not be downloaded: by the estimate of its entry it could not be
 * loaded here. Null: it could, or nobody knows. The engine weighs the files themselves before it loads them; this spares the
 * download. `hostBytes` is the memory of the
 * machine that the engine may take.
 */
export function memoryShortage(
  entry: ModelEntry,
  spec: EnginePipeline,
  { device, memory }: Pick<EngineStatus, 'device' | 'memory'>,
  hostBytes: number,
): string | null {
  if (spec.path !== null || spec.offload !== 'auto' || device === null || memory === null) return null;
  const dtype = spec.dtype === 'auto' ? device.dtype : spec.dtype;
  const need =
    entry.memory_gib *
    2 ** 30 *
    (dtype === 'float32' ? 2 : 1) *
    (spec.quantization === null ? 1 : quantizedShare);
  // A GPU takes its weights from the host a layer at a time when it must, so that the larger of the two decides.
  const have = device.type === 'cuda' ? Math.max(memory.total_bytes, hostBytes) : hostBytes;
  if (need * certainShare <= have) return null;
  const lighter =
    dtype === 'float32'
      ? ` DTYPE=${entry.id}=bfloat16 halves it.`
      : ` QUANTIZATION=${entry.id}=fp8 makes it less.`;
  return `${entry.id} needs about ${gib(need)} of memory as ${dtype} weights, and ${gib(have)} can be had here, so ${spec.repository} is not downloaded.${lighter} An OFFLOAD_MODE named for it, such as ${entry.id}=model, tries it all the same.`;
}

const gib = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
