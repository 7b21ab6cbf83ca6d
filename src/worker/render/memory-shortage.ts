import type { ModelEntry } from '../../catalog/define-model.ts';
import type { EngineStatus } from '../../engines/engine.ts';
import type { EnginePipeline } from '../../render/engine-plan.ts';

/** Share of an estimate that is left when the denoiser takes half of its bytes: text encoders and VAEs stay whole. */
const quantizedShare = 0.65;

/** The estimate may be this much too high and would refuse what just fits. Near the limit the engine decides, by the files. */
const certainShare = 0.85;

/**
 * Why a checkpoint that is not on this machine should not be downloaded: by the estimate in its entry it could not be loaded here.
 * Null when it could, or when that is unknown. The engine checks the sizes of the files before it loads them; this check saves the
 * download. `hostBytes` is the host memory that the engine may use.
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
  // With offloading a GPU takes its weights from the host layer by layer, so the larger of the two decides.
  const have = device.type === 'cuda' ? Math.max(memory.total_bytes, hostBytes) : hostBytes;
  if (need * certainShare <= have) return null;
  const lighter =
    dtype === 'float32'
      ? ` DTYPE=${entry.id}=bfloat16 halves it.`
      : ` QUANTIZATION=${entry.id}=fp8 makes it less.`;
  return `${entry.id} needs about ${gib(need)} of memory as ${dtype} weights, and ${gib(have)} can be had here, so ${spec.repository} is not downloaded.${lighter} An OFFLOAD_MODE named for it, such as ${entry.id}=model, tries it all the same.`;
}

const gib = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
