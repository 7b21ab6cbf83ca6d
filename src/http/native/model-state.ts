import { totalmem } from 'node:os';
import type { ModelEntry } from '../../catalog/define-model.ts';
import type { EnginePoolStatus } from '../../engines/pool/engine-pool.ts';
import type { ModelState } from './schemas/model-state-schema.ts';

/** Estimates may be this much too high; near the limit the engine decides, by the files. */
const certainShare = 0.85;
const gib = 2 ** 30;

export interface StateParts {
  engine: EnginePoolStatus;
  loadedModels: (resident: readonly string[]) => string[];
  /** Whether a repository is on this machine. */
  isHere: (repository: string, bundled: string | undefined) => Promise<boolean>;
}

/** Whether a model can be rendered with here, at once or after a download. */
export async function modelState(entry: ModelEntry, parts: StateParts): Promise<ModelState> {
  const { checkpoint, pipeline } = entry;
  const status = parts.engine.status();
  const isElsewhere = status.state === 'elsewhere';
  const lent = Object.values(pipeline.components).flatMap((source) => source?.repository ?? []);
  const own = pipeline.assembled ? [] : [checkpoint.repository];
  const repositories = [...new Set([...own, ...lent])];
  const here = await Promise.all(
    repositories.map((name) =>
      parts.isHere(name, name === checkpoint.repository ? checkpoint.bundled : undefined),
    ),
  );
  const installed = isElsewhere ? null : here.every(Boolean);
  return {
    installed,
    missing_bytes: installed === null ? null : installed ? 0 : Math.round(entry.memory_gib * gib),
    fits: isElsewhere ? null : fits(entry, status),
    loaded: parts.loadedModels(status.resident).includes(entry.id),
  };
}

/** With offloading a GPU takes its weights from the host, so the larger of the two decides. */
function fits(
  { memory_gib }: ModelEntry,
  { device, memory }: ReturnType<EnginePoolStatus['status']>,
): boolean | null {
  if (device === null || memory === null) return null;
  const need = memory_gib * gib * (device.dtype === 'float32' ? 2 : 1);
  const have = device.type === 'cuda' ? Math.max(memory.total_bytes, totalmem()) : totalmem();
  return need * certainShare <= have;
}
