/**
 * An engine without Python or weights, for load and kill tests of everything around the engine: it takes its time for each
 * step, then draws a gradient that the seed and the size decide. Equal calls give equal bytes, as with a real engine.
 */
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EngineCall } from '../render/engine-plan.ts';
import { pipelineKey } from '../render/pipeline-spec.ts';
import type { Engine, EngineStatus, RenderOutcome, RenderTask } from './engine.ts';

export interface StandInOptions {
  millisecondsPerStep?: number;
}

export function createStandInEngine({ millisecondsPerStep = 20 }: StandInOptions = {}): Engine {
  let resident: string | null = null;
  let loads = 0;
  let isBusy = false;
  let running: Promise<unknown> = Promise.resolve();
  const stopped = new AbortController();

  async function run(task: RenderTask): Promise<RenderOutcome> {
    const signal = AbortSignal.any([task.signal, stopped.signal]);
    isBusy = true;
    try {
      const key = pipelineKey(task.plan.pipeline);
      if (resident !== key) loads += 1;
      resident = key;
      const seconds = await renderCalls(task, millisecondsPerStep, signal);
      return {
        kind: 'done',
        timings: { load_seconds: 0, adapters_seconds: 0, render_seconds: seconds },
        peakBytes: 0,
      };
    } catch (error) {
      if (signal.aborted) return { kind: 'canceled' };
      const message = error instanceof Error ? error.message : String(error);
      return { kind: 'failed', code: 'RENDER_FAILED', message, retryable: false };
    } finally {
      isBusy = false;
    }
  }

  const status = (): EngineStatus => ({
    state: stopped.signal.aborted ? 'stopped' : isBusy ? 'busy' : 'ready',
    isLoading: false,
    reason: null,
    pid: process.pid,
    versions: { engine: 'stand-in' },
    device: { type: 'cpu', name: 'stand-in', dtype: 'uint8' },
    resident: resident === null ? [] : [resident],
    loads,
    merges: 0,
    restarts: 0,
    memory: null,
  });

  return {
    prepare: async () => ({ kind: 'prepared' }),
    render: async (task) => {
      if (isBusy) throw new Error('An engine renders one job at a time: take a turn at its slot first.');
      const outcome = run(task);
      running = outcome;
      return outcome;
    },
    unload: async () => {},
    train: () => {
      const message = 'The stand-in engine does not train. Start the server with the real one.';
      return {
        outcome: Promise.resolve({ kind: 'failed', code: 'TRAINING_FAILED', message, retryable: false }),
        yield: () => {},
        save: () => {},
      };
    },
    status,
    ready: async () => status(),
    stop: async () => {
      stopped.abort();
      await running;
    },
  };
}

/** Returns the seconds that all calls took. */
async function renderCalls(task: RenderTask, stepMs: number, signal: AbortSignal): Promise<number> {
  const { job, plan, onReport } = task;
  const started = performance.now();
  onReport({ type: 'progress', job, call: null, phase: 'loading', step: 1, total: 1 });
  for (const call of plan.calls.filter(({ index }) => task.calls.includes(index))) {
    const callStarted = performance.now();
    for (let step = 1; step <= call.steps; step += 1) {
      await sleep(stepMs, undefined, { signal });
      onReport({ type: 'progress', job, call: call.index, phase: 'denoising', step, total: call.steps });
    }
    const file = path.join(task.scratch, `frame_${call.index}.rgb`);
    await writeFile(file, gradient(call));
    const { width, height, num_frames: frames, index } = call;
    const seconds = (performance.now() - callStarted) / 1000;
    onReport({ type: 'frame', job, call: index, file, width, height, frames, audio: null, seconds });
  }
  return (performance.now() - started) / 1000;
}

/** Raw RGB, as the engine writes it. */
export function gradient(call: Pick<EngineCall, 'seed' | 'width' | 'height' | 'num_frames'>): Uint8Array {
  const { width, height, num_frames: frames, seed } = call;
  const [red = 0, green = 0, blue = 0] = createHash('sha256').update(String(seed)).digest();
  const pixels = new Uint8Array(width * height * frames * 3);
  for (let index = 0; index < width * height * frames; index += 1) {
    const x = index % width;
    const y = Math.floor(index / width);
    pixels.set([(red + x) & 255, (green + y) & 255, (blue + x + y) & 255], index * 3);
  }
  return pixels;
}
