import { rm } from 'node:fs/promises';
import type { Engine, JobReport } from '../../engines/engine.ts';
import { callProvenance, type MadeWith } from '../../files/encode/call-provenance.ts';
import type { EncodeFrame } from '../../files/encode/encode-frame.ts';
import { type Provenance, provenanceJson, publicProvenance } from '../../files/encode/provenance.ts';
import { jobFileKey } from '../../files/file-key.ts';
import type { FileStore } from '../../files/file-store.ts';
import type { Job, JobOutput, OutputNote } from '../../jobs/job.ts';
import type { Call } from '../../render/plan.ts';
import { recipeKey } from '../../render/recipe-key.ts';
import type { StoredRender } from '../../render/stored-render.ts';
import type { Attempt } from '../attempt.ts';
import { madeWith } from './made-with.ts';
import type { PlanFiles } from './resolve-plan.ts';

export type FrameReport = Extract<JobReport, { type: 'frame' }>;

/** Encodes and stores finished prompts one at a time, while the engine renders the next. */
export interface OutputSaver {
  save(frame: FrameReport): void;
  /** Resolves when all are stored. Throws the first error. */
  finished(): Promise<void>;
}

export interface SaverParts {
  engine: Pick<Engine, 'status'>;
  planFiles: Pick<PlanFiles, 'catalog' | 'settings' | 'commitsOf'>;
  files: Pick<FileStore, 'put'>;
  encode: EncodeFrame;
}

export function createOutputSaver(
  job: Job<StoredRender>,
  parts: SaverParts,
  { stop, keep }: Pick<Attempt, 'stop' | 'keep'>,
): OutputSaver {
  let failure: { error: unknown } | null = null;
  /** The same for all prompts. */
  let made: Promise<MadeWith> | undefined;
  let chain: Promise<void> = Promise.resolve();

  async function saveOne(frame: FrameReport): Promise<void> {
    if (failure !== null || stop.reason === 'lost') return;
    try {
      const call = callOf(job, frame);
      made ??= madeWith(job.task.plan.pipeline, parts.engine, parts.planFiles);
      const provenance = callProvenance(job.task, call, await made);
      const output = await encodeAndPut(job, call, frame, provenance, parts);
      await keep(output, { ...noteOf(output, provenance), recipeKey: recipeKey(job.task, call) });
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
  provenance: Provenance,
  parts: SaverParts,
): Promise<JobOutput> {
  const { file, width, height, frames, audio, seconds } = frame;
  const fps = call.output === 'video' ? call.fps : null;
  const encoded = await parts.encode(
    { file, width, height, frames, fps, audio },
    job.task.output,
    provenance,
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

/** What is kept beside the output, to find it by and to make it again. */
function noteOf({ kind, frames, fps }: JobOutput, provenance: Provenance): Omit<OutputNote, 'recipeKey'> {
  const video = kind === 'video' && fps !== null ? { num_frames: frames, fps } : {};
  return {
    searched: provenance.prompt,
    loras: provenance.loras.map(({ sha256 }) => sha256),
    recipe: provenanceJson(publicProvenance({ ...provenance, ...video })),
  };
}

function callOf(job: Job<StoredRender>, frame: FrameReport): Call {
  const call = job.task.plan.calls.find(({ index }) => index === frame.call);
  if (call === undefined)
    throw new Error(`The engine finished call ${frame.call}, which the plan does not have.`);
  return call;
}
