import type { Engine, PrepareOutcome, RenderOutcome } from '../../engines/engine.ts';
import { DarkroomError } from '../../errors/darkroom-error.ts';
import { type EnginePlan, enginePipeline } from '../../render/engine-plan.ts';
import { memoryShortage } from './memory-shortage.ts';
import { type PlanFiles, type ResolveTask, resolvePlan } from './resolve-plan.ts';

export type PreparedRender =
  | { kind: 'prepared'; plan: EnginePlan }
  | Exclude<PrepareOutcome, { kind: 'prepared' }>;

export interface PrepareParts {
  engine: Pick<Engine, 'prepare' | 'status'>;
  planFiles: PlanFiles;
  /** Memory of this machine that the engine may take. */
  hostBytes: number;
}

/**
 * The plan for the engine, with every file that it names on this machine: nothing is fetched afterwards. The device is free for other
 * jobs meanwhile, and downloads are reported as progress.
 */
export async function prepareRender(
  task: ResolveTask,
  { engine, planFiles, hostBytes }: PrepareParts,
): Promise<PreparedRender> {
  const { pipeline } = task.plan;
  const entry = planFiles.catalog.get(pipeline.model);
  const shortage =
    entry === undefined
      ? null
      : memoryShortage(
          entry,
          enginePipeline(pipeline, entry, planFiles.settings),
          engine.status(),
          hostBytes,
        );
  if (shortage !== null)
    return { kind: 'failed', code: 'MODEL_TOO_LARGE', message: shortage, retryable: false };
  try {
    const plan = await resolvePlan(task, planFiles);
    const outcome = await engine.prepare({ ...task, plan });
    return outcome.kind === 'prepared' ? { kind: 'prepared', plan } : outcome;
  } catch (error) {
    return outcomeOf(error, task.signal);
  }
}

function outcomeOf(
  error: unknown,
  signal: AbortSignal,
): Extract<RenderOutcome, { kind: 'failed' | 'canceled' }> {
  if (signal.aborted) return { kind: 'canceled' };
  if (!(error instanceof DarkroomError)) throw error;
  const { code, sentence: message, retryable } = error;
  return { kind: 'failed', code, message, retryable };
}
