/** One attempt at a job, as its runner sees it: its folder, its signal, and where its events and outputs go. */
import path from 'node:path';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import type { DeviceTurn } from '../engines/pool/device-slot.ts';
import type { Sentence } from '../errors/sentence.ts';
import type { RunningEvent, Standing } from '../jobs/changes/report-job.ts';
import { untilStored } from '../jobs/changes/until-stored.ts';
import type { Job, JobOutput, OutputNote } from '../jobs/job.ts';
import type { Jobs } from '../jobs/open-jobs.ts';
import { redactDeep } from '../security/redact.ts';
import { type AttemptStop, createAttemptStop } from './attempt-stop.ts';

export interface Attempt {
  /** Aborts when the attempt has to end. */
  readonly signal: AbortSignal;
  readonly stop: AttemptStop;
  /** Folder of this attempt only: a later attempt must not find its files. */
  readonly scratch: string;
  readonly turn: DeviceTurn;
  /** Call it when the rest needs no device: the next job gets it while this one stores its outputs. */
  leaveDevice(): void;
  /** Store an event after the earlier ones, in the background. An event that cannot be stored is dropped. */
  tell(event: RunningEvent | Promise<RunningEvent>): void;
  /** Warn the client, now and in the result. */
  warn(message: Sentence): void;
  /** Record the output of a finished unit, and retry for as long as the database is away. Throws when this process stops first. */
  keep(output: JobOutput, note?: OutputNote): Promise<void>;
}

interface AttemptParts {
  jobs: Pick<Jobs, 'work'>;
  config: Pick<Config, 'scratchFolder'>;
  log: Logger;
  /** Aborts when this process stops. */
  signal: AbortSignal;
}

export interface OpenAttempt extends Attempt {
  /** Folder of the job. */
  readonly folder: string;
  warnings(): Sentence[];
  /** Resolves when all events are stored. */
  told(): Promise<void>;
  /** Stop watching for reasons to stop. */
  close(): void;
}

export function openAttempt(
  job: Job,
  parts: AttemptParts,
  { turn, leaveDevice }: Pick<Attempt, 'turn' | 'leaveDevice'>,
): OpenAttempt {
  const { work } = parts.jobs;
  const stop = createAttemptStop();
  const folder = path.join(parts.config.scratchFolder, job.id);
  const warnings: Sentence[] = [];
  let chain: Promise<void> = Promise.resolve();

  function tell(event: RunningEvent | Promise<RunningEvent>): void {
    // Awaited later; until then it must not count as an unhandled rejection.
    if (event instanceof Promise) event.catch(() => {});
    chain = chain
      .then(async () => follow(await work.report(job.id, await event), stop))
      .catch((error: unknown) => parts.log.warn({ err: error }, 'an event could not be stored'));
  }

  return {
    stop,
    turn,
    leaveDevice,
    folder,
    tell,
    signal: stop.signal,
    scratch: path.join(folder, `attempt_${job.attempts}`),
    warn: (text) => {
      const message = redactDeep(text);
      warnings.push(message);
      tell({ type: 'warning', message });
    },
    keep: async (output, note) => {
      const store = (): Promise<Standing> => work.recordOutput(job.id, output, note);
      follow(await untilStored(store, parts.log, parts.signal), stop);
    },
    warnings: () => warnings,
    told: () => chain,
    close: watchForStop(job, parts, stop),
  };
}

/** Every write returns the state of the job: act on it, in case a signal was lost. */
function follow(standing: Standing, stop: AttemptStop): void {
  if (standing === 'cancel') stop.stop('canceled');
  if (standing === 'lost') stop.stop('lost');
}

/** Watch for everything that may stop an attempt early. Returns a function that ends the watch. */
function watchForStop(job: Job, parts: AttemptParts, stop: AttemptStop): () => void {
  const onShutdown = (): void => stop.stop('stopping');
  const unsubscribe = parts.jobs.work.onStop(job.id, (standing) => follow(standing, stop));
  parts.signal.addEventListener('abort', onShutdown, { once: true });
  if (parts.signal.aborted) onShutdown();
  return () => {
    unsubscribe();
    parts.signal.removeEventListener('abort', onShutdown);
  };
}
