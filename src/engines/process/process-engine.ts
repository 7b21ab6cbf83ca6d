/**
 * The engine of one device: an Engine whose work is done by a Python process.
 *
 *   starting ──ready──▶ ready ◀──job ends── busy
 *                         └────next job──────▲
 *   ready, busy ──the process ends──▶ restarting ──ready──▶ ready        (supervisor.ts)
 *   starting, restarting ──cannot start──▶ unavailable, with a reason; still tried, and ready when it works again
 *
 * It runs one job at a time, a render or a training; jobs wait for it at its slot (pool/device-slot.ts). A job waits for a ready process,
 * then runs on it (job-session.ts).
 * Two jobs in a row that run out of memory replace the process: what it leaked or fragmented goes with it.
 */
import type { Logger } from 'pino';
import type { Config } from '../../config.ts';
import { DarkroomError } from '../../errors/darkroom-error.ts';
import { pipelineOfResident, residentKey } from '../../render/engine-plan.ts';
import type {
  Engine,
  EngineStatus,
  JobEnding,
  PrepareOutcome,
  PrepareTask,
  RenderEnd,
  RenderTask,
  TrainEnd,
  TrainingRun,
  TrainTask,
} from '../engine.ts';
import { type Clock, type EngineTiming, engineTiming, systemClock } from '../engine-timing.ts';
import type { FetchCheckpoints } from '../fetch-checkpoints.ts';
import type { MachineShare } from '../machine-share.ts';
import { createEngineFacts } from './engine-facts.ts';
import type { EngineProcess } from './engine-process.ts';
import { type JobSession, type JobWords, openJobSession, type SessionOptions } from './job-session.ts';
import { type Command, PROTOCOL, type Report } from './protocol.ts';
import { renderWords } from './render-words.ts';
import { createSupervisor, type Supervisor } from './supervisor.ts';
import { trainWords } from './train-words.ts';

export interface ProcessEngineOptions {
  /** `cuda:1`, `cpu`, `auto`. */
  device: string;
  share: MachineShare;
  config: Pick<Config, 'MAX_RESIDENT_MODELS' | 'ADAPTER_CACHE_MB'>;
  /** See `supervisor.ts`. Throws ENGINE_UNAVAILABLE when it cannot even try. */
  launch: (maySpare: boolean) => EngineProcess;
  checkpoints: FetchCheckpoints;
  log: Logger;
  clock?: Clock;
  timing?: EngineTiming;
}

/** Parts of an engine, and the one job that it runs. */
interface Parts {
  supervisor: Supervisor;
  checkpoints: FetchCheckpoints;
  /** A job has been given to it and has not ended. */
  isTaken: boolean;
  active: { job: string; session: Pick<JobSession<never>, 'accept' | 'processEnded'>; key: string } | null;
  outOfMemoryInARow: number;
  clock: Clock;
  timing: EngineTiming;
  log: Logger;
}

/** Start the engine of one device. It can be used at once: a job waits until the process is ready. */
export function createProcessEngine(options: ProcessEngineOptions): Engine {
  const { checkpoints, launch, log, clock = systemClock, timing = engineTiming } = options;
  const facts = createEngineFacts();
  const supervisor = createSupervisor({
    launch,
    clock,
    timing,
    log,
    hello: helloOf(options),
    isBusy: () => parts.active !== null,
    onReport(report) {
      if (report.type === 'log') logLine(report, parts);
      facts.learn(report, parts.active?.key ?? null);
      parts.active?.session.accept(report);
    },
    onEnded(message) {
      facts.gone();
      const isStopped = supervisor.state().state === 'stopped';
      parts.active?.session.processEnded(isStopped ? { kind: 'canceled' } : { kind: 'crashed', message });
    },
  });
  const parts: Parts = {
    supervisor,
    checkpoints,
    isTaken: false,
    active: null,
    outOfMemoryInARow: 0,
    clock,
    timing,
    log,
  };
  const status = (): EngineStatus => {
    const state = supervisor.state();
    const held = facts.all();
    return {
      ...state,
      state: state.state === 'ready' && parts.active !== null ? 'busy' : state.state,
      isLoading: parts.active !== null && !held.resident.includes(parts.active.key),
      ...held,
      resident: [...new Set(held.resident.map(pipelineOfResident))],
    };
  };
  return {
    prepare: (task) => prepare(task, parts),
    render: (task) => run(task, { wordsOf: (key) => renderWords(task, key) }, parts),
    train: (task) => train(task, parts),
    unload: () => unload(parts, status()),
    status,
    ready: () => supervisor.whenReady(new AbortController().signal).then(status),
    stop: () => supervisor.stop(),
  };
}

function helloOf({ device, share, config }: ProcessEngineOptions): Command {
  return {
    type: 'hello',
    protocol: PROTOCOL,
    // torch knows one CPU; ours are numbered to tell their engines apart.
    device: device.startsWith('cpu:') ? 'cpu' : device,
    max_resident: config.MAX_RESIDENT_MODELS,
    adapter_cache_bytes: config.ADAPTER_CACHE_MB * 2 ** 20,
    host_bytes: share.hostBytes,
    threads: share.threads,
  };
}

async function prepare(task: PrepareTask, { checkpoints }: Parts): Promise<PrepareOutcome> {
  try {
    await checkpoints.fetch(task);
    return { kind: 'prepared' };
  } catch (error) {
    return refusal(error, task);
  }
}

type Finished = TrainEnd | RenderEnd;
type Task<Told> = SessionOptions<Told>['task'] & { plan: Pick<RenderTask['plan'], 'pipeline'> };

interface Kind<Told, End> {
  wordsOf: (key: string) => JobWords<Told, End>;
  /** Its command has been sent; more may follow. */
  onStarted?: (send: (command: Command) => void) => void;
}

/** Every way a job can end is an outcome; only a fault of our own rejects. */
async function run<Told, End extends Finished>(
  task: Task<Told>,
  kind: Kind<Told, End>,
  parts: Parts,
): Promise<End | JobEnding> {
  if (parts.isTaken) throw new Error('An engine runs one job at a time: take a turn at its slot first.');
  parts.isTaken = true;
  try {
    const process = await parts.supervisor.whenReady(task.signal);
    task.signal.throwIfAborted();
    return await runOn(process, task, kind, parts);
  } catch (error) {
    return refusal(error, task);
  } finally {
    parts.isTaken = false;
  }
}

/** On a GPU the process goes too: what it has cached and fragmented is the device's again only then. */
async function unload({ supervisor }: Parts, { device, resident }: EngineStatus): Promise<void> {
  if (resident.length === 0) return;
  if (device?.type !== 'cpu') return supervisor.replace('another program is to have the device');
  const process = await supervisor.whenReady(new AbortController().signal);
  process.send({ type: 'unload', key: null });
}

function train(task: TrainTask, parts: Parts): TrainingRun {
  const { job } = task;
  // What is asked for before a process is ready waits for it.
  let asked: Command[] = [];
  let send = (command: Command): void => {
    asked.push(command);
  };
  const onStarted = (toProcess: (command: Command) => void): void => {
    send = toProcess;
    for (const command of asked) send(command);
    asked = [];
  };
  return {
    outcome: run(task, { wordsOf: (key) => trainWords(task, key), onStarted }, parts),
    yield: () => send({ type: 'yield', job }),
    save: () => send({ type: 'save', job }),
  };
}

function refusal(
  error: unknown,
  task: Pick<RenderTask, 'signal'>,
): Extract<JobEnding, { kind: 'failed' | 'canceled' }> {
  if (task.signal.aborted) return { kind: 'canceled' };
  if (!(error instanceof DarkroomError)) throw error;
  if (error.code === 'SHUTTING_DOWN') return { kind: 'canceled' };
  return { kind: 'failed', code: error.code, message: error.sentence, retryable: error.retryable };
}

async function runOn<Told, End extends Finished>(
  process: EngineProcess,
  task: Task<Told>,
  { wordsOf, onStarted }: Kind<Told, End>,
  parts: Parts,
): Promise<End | JobEnding> {
  const { supervisor } = parts;
  const key = residentKey(task.plan.pipeline);
  const options = { ...parts, task, send: process.send, kill: supervisor.replace };
  const session = openJobSession(options, wordsOf(key));
  parts.active = { job: task.job, session, key };
  onStarted?.(process.send);
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

function afterOutcome(
  outcome: Finished | JobEnding,
  task: { plan: Pick<RenderTask['plan'], 'pipeline'> },
  parts: Parts,
): void {
  if (outcome.kind !== 'crashed') parts.supervisor.hasWorked();
  const code = outcome.kind === 'failed' ? outcome.code : null;
  if (code === 'MODEL_FILES_MISSING') parts.checkpoints.forget(task.plan.pipeline);
  parts.outOfMemoryInARow = code === 'OUT_OF_MEMORY' ? parts.outOfMemoryInARow + 1 : 0;
  if (parts.outOfMemoryInARow < 2) return;
  parts.outOfMemoryInARow = 0;
  parts.supervisor.replace('two jobs in a row ran out of memory');
}
