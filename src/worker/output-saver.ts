import { rm } from 'node:fs/promises';
import type { JobReport } from '../engines/engine.ts';
import type { Job, JobOutput } from '../jobs/job.ts';
import { untilStored } from '../jobs/until-stored.ts';
import type { Call } from '../render/plan.ts';
import type { AttemptStop } from './attempt-stop.ts';
import { callProvenance } from './call-provenance.ts';
import { heed } from './job-reporter.ts';
import type { WorkerParts } from './worker-parts.ts';

export type FrameReport = Extract<JobReport, { type: 'frame' }>;

/** Encodes and keeps finished prompts one after the other, while the engine renders the next. */
export interface OutputSaver {
  save(frame: FrameReport): void;
  /** Resolves when all are kept; throws what kept the first from being. */
  finished(): Promise<void>;
}

export function createOutputSaver(job: Job, parts: WorkerParts, stop: AttemptStop): OutputSaver {
  let failure: { error: unknown } | null = null;
  let chain: Promise<void> = Promise.resolve();

  async function saveOne(frame: FrameReport): Promise<void> {
    if (failure !== null || stop.reason === 'lost') return;
    try {
      const output = await keep(job, callOf(job, frame), frame, parts);
      const store = () => parts.jobs.work.recordOutput(job.id, output);
      heed(await untilStored(store, parts.log, parts.signal), stop);
    } catch (error) {
      failure = { error };
      stop.stop('unsaved');
    }
  }

  return {
    save: (frame) => {
      chain = chain.then(() => saveOne(frame));
    },
    finished: async () => {
      await chain;
      if (failure !== null) throw failure.error;
    },
  };
}

async function keep(job: Job, call: Call, frame: FrameReport, parts: WorkerParts): Promise<JobOutput> {
  const { file, width, height, frames, audio, seconds } = frame;
  const fps = call.output === 'video' ? call.fps : null;
  const encoded = await parts.encode(
    { file, width, height, frames, fps, audio },
    job.output,
    callProvenance(job, call, parts.engine.status().versions),
  );
  const key = `${job.id}/${job.id}_output_${call.index}.${encoded.extension}`;
  const { bytes, sha256 } = await parts.artifacts.put(key, encoded.content, encoded.contentType);
  await rm(file, { force: true });
  const { index, output: kind, seed } = call;
  return {
    index,
    kind,
    format: encoded.format,
    width,
    height,
    frames,
    fps,
    seed,
    scales: call.scales ?? job.loras.map(({ scale }) => scale),
    key,
    bytes,
    sha256,
    seconds,
  };
}

function callOf(job: Job, frame: FrameReport): Call {
  const call = job.plan.calls.find(({ index }) => index === frame.call);
  if (call === undefined)
    throw new Error(`The engine finished call ${frame.call}, which the plan does not have.`);
  return call;
}
