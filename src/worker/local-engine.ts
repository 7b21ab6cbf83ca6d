import type { Engine, RenderOutcome, RenderTask } from '../engines/engine.ts';
import { DarkroomError } from '../errors/darkroom-error.ts';
import { pipelineKey } from '../render/pipeline-spec.ts';
import type { PipelineSpec } from '../render/plan.ts';
import { type LocalParts, localizePlan, localPipeline } from './localize-plan.ts';
import { memoryShortage } from './memory-shortage.ts';

/**
 * An engine that takes plans of any machine and runs them on this one. It names what is in memory by the keys of the plans
 * that it was given, which is what queues are named by, so that jobs find the worker that has their model loaded.
 */
export function createLocalEngine(
  engine: Engine,
  /** `hostBytes`: memory of the machine that this engine may take. */
  parts: LocalParts & { hostBytes: number },
): Engine {
  const askedFor = new Map<string, Set<string>>();

  function remember(localKey: string, key: string): void {
    askedFor.set(localKey, (askedFor.get(localKey) ?? new Set()).add(key));
  }

  function shortageOf(spec: PipelineSpec): string | null {
    const entry = parts.catalog.get(spec.model);
    return entry === undefined ? null : memoryShortage(entry, spec, engine.status(), parts.hostBytes);
  }

  return {
    ...engine,
    status: () => {
      const status = engine.status();
      return { ...status, resident: status.resident.flatMap((key) => [...(askedFor.get(key) ?? [key])]) };
    },
    prepare: async (task) => {
      const shortage = shortageOf(localPipeline(task.plan.pipeline, parts));
      if (shortage !== null)
        return { kind: 'failed', code: 'MODEL_TOO_LARGE', message: shortage, retryable: false };
      const plan = await localizePlan(task, parts).catch((error: unknown) => outcomeOf(error, task));
      return 'kind' in plan ? plan : engine.prepare({ ...task, plan });
    },
    render: async (task) => {
      const plan = await localizePlan(task, parts).catch((error: unknown) => outcomeOf(error, task));
      if ('kind' in plan) return plan;
      remember(pipelineKey(plan.pipeline), pipelineKey(task.plan.pipeline));
      return engine.render({ ...task, plan });
    },
  };
}

function outcomeOf(
  error: unknown,
  task: RenderTask,
): Extract<RenderOutcome, { kind: 'failed' | 'canceled' }> {
  if (task.signal.aborted) return { kind: 'canceled' };
  if (!(error instanceof DarkroomError)) throw error;
  const { code, message, retryable } = error;
  return { kind: 'failed', code, message, retryable };
}
