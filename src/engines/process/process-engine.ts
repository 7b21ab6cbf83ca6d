/**
 * The engine on one device: an Engine whose work is done by a Python process.
 *
 *   starting ──ready──▶ ready ◀──job ends── busy
 *                         └────next job──────▲
 *   ready, busy ──the process goes──▶ restarting ──ready──▶ ready        (supervisor.ts)
 *   starting, restarting ──cannot start──▶ unavailable, with a reason; still tried, and ready when it works again
 *
 * A job: fetch what is missing of its checkpoint (beside the device, which goes on with other jobs) ─▶ wait for its turn,
 * first in, first out ─▶ wait for a ready process ─▶ render-session.ts. Two jobs in a row that run out of memory replace
 * the process: what it leaked or fragmented goes with it.
 */
import type { Logger } from 'pino';
import { DarkroomError } from '../../errors/darkroom-error.ts';
import { pipelineKey } from '../../render/pipeline-spec.ts';
import { type Clock, systemClock } from '../clock.ts';
import type { Engine, EngineStatus, PrepareOutcome, RenderOutcome, RenderTask } from '../engine.ts';
import { createEngineFacts } from '../engine-facts.ts';
import { type EngineTiming, engineTiming } from '../engine-timing.ts';
import { createFetchCheckpoints, type FetchCheckpoints } from '../fetch-checkpoints.ts';
import type { EngineProcess } from './engine-process.ts';
import { downloadOf, helloOf, type LaunchOptions, launchEngine } from './launch-engine.ts';
import type { Report } from './protocol.ts';
import { openRenderSession, type RenderSession } from './render-session.ts';
import { Supervisor } from './supervisor.ts';
import { createTurns, type Turns } from './turns.ts';

export interface ProcessEngineOptions extends LaunchOptions {
  clock?: Clock;
  timing?: EngineTiming;
}

/** Parts of an engine, and the one job that it runs. */
interface Parts {
  supervisor: Supervisor;
  turns: Turns;
  checkpoints: FetchCheckpoints;
  active: { job: string; session: RenderSession; key: string } | null;
  outOfMemoryInARow: number;
  clock: Clock;
  timing: EngineTiming;
  log: Logger;
}

/** Start the engine of one device. It is usable at once: jobs wait until the process is ready. */
export function createProcessEngine(options: ProcessEngineOptions): Engine {
  const { config, log, clock = systemClock, timing = engineTiming } = options;
  const facts = createEngineFacts();
  const supervisor = new Supervisor({
    launch: (hooks) => launchEngine(options, hooks),
    hello: helloOf(options),
    clock,
    timing,
    log,
    isBusy: () => parts.active !== null,
    onReport(report) {
      if (report.type === 'log') logLine(report, parts);
      facts.learn(report, parts.active?.key ?? null);
      parts.active?.session.accept(report);
    },
    onGone(message) {
      facts.gone();
      const isStopped = supervisor.state().state === 'stopped';
      parts.active?.session.processGone(isStopped ? { kind: 'canceled' } : { kind: 'crashed', message });
    },
  });
  const parts: Parts = {
    supervisor,
    turns: createTurns(),
    checkpoints: createFetchCheckpoints(downloadOf(options), config.HF_TOKEN),
    active: null,
    outOfMemoryInARow: 0,
    clock,
    timing,
    log,
  };
  const status = (): EngineStatus => {
    const state = supervisor.state();
    return {
      ...state,
      state: state.state === 'ready' && parts.active !== null ? 'busy' : state.state,
      ...facts.all(),
    };
  };
  supervisor.start();
  return {
    prepare: (task) => prepare(task, parts),
    render: (task) => render(task, parts),
    status,
    ready: () => supervisor.whenReady(new AbortController().signal).then(status),
    stop: () => supervisor.stop(),
  };
}

/** Every way a job can end is an outcome; only a fault of our own rejects. */
async function render(task: RenderTask, parts: Parts): Promise<RenderOutcome> {
  try {
    await parts.checkpoints.fetch(task);
    const endTurn = await parts.turns.take(task.signal);
    try {
      const process = await parts.supervisor.whenReady(task.signal);
      task.signal.throwIfAborted();
      return await renderOn(process, task, parts);
    } finally {
      endTurn();
    }
  } catch (error) {
    return refusal(error, task);
  }
}

async function prepare(task: RenderTask, parts: Parts): Promise<PrepareOutcome> {
  try {
    await parts.checkpoints.fetch(task);
    return { kind: 'prepared', plan: task.plan };
  } catch (error) {
    return refusal(error, task);
  }
}

function refusal(error: unknown, task: RenderTask): Extract<RenderOutcome, { kind: 'failed' | 'canceled' }> {
  if (task.signal.aborted) return { kind: 'canceled' };
  if (!(error instanceof DarkroomError)) throw error;
  if (error.code === 'SHUTTING_DOWN') return { kind: 'canceled' };
  return { kind: 'failed', code: error.code, message: error.sentence, retryable: error.retryable };
}

async function renderOn(process: EngineProcess, task: RenderTask, parts: Parts): Promise<RenderOutcome> {
  const { supervisor } = parts;
  const key = pipelineKey(task.plan.pipeline);
  const session = openRenderSession({
    ...parts,
    task,
    key,
    send: process.send,
    kill: (reason) => supervisor.replace(reason),
  });
  parts.active = { job: task.job, session, key };
  const outcome = await session.outcome.finally(() => {
    parts.active = null;
  });
  afterOutcome(outcome, task, parts);
  return outcome;
}

/** What the engine says while a job runs is about that job. */
function logLine({ level, message }: Extract<Report, { type: 'log' }>, { log, active }: Parts): void {
  log[level === 'warning' ? 'warn' : level]({ job: active?.job }, message);
}

function afterOutcome(outcome: RenderOutcome, task: RenderTask, parts: Parts): void {
  if (outcome.kind !== 'crashed') parts.supervisor.prove();
  const code = outcome.kind === 'failed' ? outcome.code : null;
  if (code === 'MODEL_FILES_MISSING') parts.checkpoints.forget(task.plan.pipeline);
  parts.outOfMemoryInARow = code === 'OUT_OF_MEMORY' ? parts.outOfMemoryInARow + 1 : 0;
  if (parts.outOfMemoryInARow < 2) return;
  parts.outOfMemoryInARow = 0;
  parts.supervisor.replace('two jobs in a row ran out of memory');
}
