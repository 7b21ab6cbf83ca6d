import { rm } from 'node:fs/promises';
import type { Engine, JobReport } from '../../engines/engine.ts';
import type { EncodeFrame } from '../../files/encode/encode-frame.ts';
import { jobFileKey } from '../../files/file-key.ts';
import type { FileStore } from '../../files/file-store.ts';
import type { Job, JobOutput } from '../../jobs/job.ts';
import type { Call } from '../../render/plan.ts';
import type { StoredRender } from '../../render/stored-render.ts';
import type { Attempt } from '../attempt.ts';
import { callProvenance } from './call-provenance.ts';

export type FrameReport = Extract<JobReport, { type: 'frame' }>;

/** Encodes and stores finished prompts one at a time, while the engine renders the next. */
export interface OutputSaver {
  save(frame: FrameReport): void;
  /** Resolves when all are stored. Throws the first error. */
  finished(): Promise<void>;
}

export interface SaverParts {
  engine: Pick<Engine, 'status'>;
  files: Pick<FileStore, 'put'>;
  encode: EncodeFrame;
}

export function createOutputSaver(
  job: Job<StoredRender>,
  parts: SaverParts,
  { stop, keep }: Pick<Attempt, 'stop' | 'keep'>,
): OutputSaver {
  let failure: { error: unknown } | null = null;
  let chain: Promise<void> = Promise.resolve();

  async function saveOne(frame: FrameReport): Promise<void> {
    if (failure !== null || stop.reason === 'lost') return;
    try {
      await keep(await encodeAndPut(job, callOf(job, frame), frame, parts));
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

async function encodeAndPut(
  job: Job<StoredRender>,
  call: Call,
  frame: FrameReport,
  parts: SaverParts,
): Promise<JobOutput> {
  const { file, width, height, frames, audio, seconds } = frame;
  const fps = call.output === 'video' ? call.fps : null;
  const encoded = await parts.encode(
    { file, width, height, frames, fps, audio },
    job.task.output,
    callProvenance(job.task, call, parts.engine.status().versions),
  );
  const key = jobFileKey(job.id, `${job.id}_output_${call.index}.${encoded.extension}`);
  const { bytes, sha256 } = await parts.files.put(key, encoded.content, encoded.contentType);
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
    scales: call.scales ?? job.task.loras.map(({ scale }) => scale),
    key,
    bytes,
    sha256,
    seconds,
  };
}

function callOf(job: Job<StoredRender>, frame: FrameReport): Call {
  const call = job.task.plan.calls.find(({ index }) => index === frame.call);
  if (call === undefined)
    throw new Error(`The engine finished call ${frame.call}, which the plan does not have.`);
  return call;
}
