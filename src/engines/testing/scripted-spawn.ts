import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Spawn } from '../../python/child/spawn-python.ts';
import type { EngineCall, EnginePlan } from '../../render/engine-plan.ts';
import type { RenderTask } from '../engine.ts';

const script = fileURLToPath(new URL('./scripted-engine.ts', import.meta.url));

/** Starts the scripted engine where a Python engine would be started, with everything else as it is. */
export const scriptedSpawn =
  (environment: Record<string, string> = {}): Spawn =>
  (_python, _args, options) =>
    spawn(process.execPath, [script], { ...options, env: { ...options.env, ...environment } });

const call = (prompt: string, index: number): EngineCall => ({
  index,
  arguments: { prompt },
  images: {},
  seed: index + 1,
  steps: 2,
  sigmas: null,
  width: 4,
  height: 2,
  output: 'image',
  prompt,
  negative_prompt: null,
  guidance_scale: 1,
  num_frames: 1,
  fps: null,
});

/** A plan whose checkpoint is on this machine, so that nothing is downloaded. */
export const scriptedPlan = (...prompts: string[]): EnginePlan => ({
  pipeline: {
    model: 'scripted',
    class: 'ScriptedPipeline',
    module: null,
    repository: 'tests/scripted',
    revision: 'main',
    variant: null,
    path: '/nowhere',
    components: {},
    scheduler: null,
    dtype: 'auto',
    offload: 'none',
    quantization: null,
  },
  adapters: [],
  calls: prompts.map(call),
});

/** A task for the scripted engine, and what it reported so far. */
export function scriptedTask(
  scratch: string,
  prompts: string[],
  more: Partial<RenderTask> = {},
): RenderTask & { reports: Parameters<RenderTask['onReport']>[0][]; abort: () => void } {
  const reports: Parameters<RenderTask['onReport']>[0][] = [];
  const controller = new AbortController();
  return {
    job: `job_${Math.random().toString(36).slice(2)}`,
    plan: scriptedPlan(...prompts),
    calls: prompts.map((_, index) => index),
    scratch,
    previewEvery: 0,
    signal: controller.signal,
    onReport: (report) => reports.push(report),
    reports,
    abort: () => controller.abort(),
    ...more,
  };
}
