/**
 * Keeps what a training makes, one after the other, while the engine goes on: the file of an epoch becomes durable, then its row, the
 * place of the training and an event are written in one transaction, then the samples that show it. A stop at any point leaves at
 * worst a file that nobody names, or an epoch whose samples are rendered once more.
 */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { Logger } from 'pino';
import type { Database, Queries } from '../../database/database.ts';
import type { Engine, TrainReport } from '../../engines/engine.ts';
import { DarkroomError } from '../../errors/darkroom-error.ts';
import { callProvenance } from '../../files/encode/call-provenance.ts';
import type { EncodeFrame } from '../../files/encode/encode-frame.ts';
import type { Standing } from '../../jobs/changes/report-job.ts';
import { untilStored } from '../../jobs/changes/until-stored.ts';
import type { Job } from '../../jobs/job.ts';
import type { Jobs } from '../../jobs/open-jobs.ts';
import type { Registry } from '../../registry/open-registry.ts';
import type { EpochPart, EpochRecord } from '../../registry/versions/read-versions.ts';
import { pipelineKey } from '../../render/pipeline-spec.ts';
import type { Call } from '../../render/plan.ts';
import type { StoredTraining } from '../../training/stored-training.ts';
import type { TrainingStore } from '../../training/training-store.ts';
import type { Attempt } from '../attempt.ts';

const mime = 'application/octet-stream';

export type CheckpointReport = Pick<Extract<TrainReport, { type: 'checkpoint' }>, 'step' | 'loss' | 'files'>;
export type SampleReport = Extract<TrainReport, { type: 'frame' }>;

export interface SampleFile {
  step: number;
  /** Place of its prompt in the list of samples. */
  index: number;
  path: string;
  contentType: string;
}

export interface EpochSaver {
  save(checkpoint: CheckpointReport): void;
  saveSample(frame: SampleReport): void;
  /** A sample that is a file already. It stays where it is. */
  saveSampleFile(sample: SampleFile): void;
  /** Steps whose epochs are kept. */
  steps(): number[];
  /** Those of them that have all their samples. */
  doneSteps(): number[];
  /** Resolves when all is kept; throws what kept the first from being. */
  finished(): Promise<void>;
  /** Make the version the current one of the model. */
  publish(): Promise<{ version: string; epochs: number }>;
}

export interface SaverParts {
  engine: Pick<Engine, 'status'>;
  database: Database;
  registry: Pick<Registry, 'blobs' | 'versions'>;
  store: TrainingStore;
  work: Pick<Jobs['work'], 'recordEpoch'>;
  encode: EncodeFrame;
  log: Logger;
  /** Aborts when this process stops. */
  signal: AbortSignal;
}

interface KeptEpoch {
  number: number;
  step: number;
  samples: Set<number>;
  /** Hash of the main file, for what samples say of themselves. */
  sha256: string;
}

interface Saving {
  job: Job<StoredTraining>;
  parts: SaverParts;
  version: string;
  /** By step. */
  kept: Map<number, KeptEpoch>;
}

/** Another process has the job. */
class JobLost extends Error {}

export async function openEpochSaver(
  job: Job<StoredTraining>,
  parts: SaverParts,
  { stop }: Pick<Attempt, 'stop'>,
): Promise<EpochSaver> {
  const { registry } = parts;
  const version = await beginVersion(job, parts);
  const known = (await registry.versions.find(version))?.epochs ?? [];
  const saving: Saving = {
    job,
    parts,
    version,
    kept: new Map(known.map((epoch) => [epoch.step, toKept(epoch)])),
  };
  let failure: { error: unknown } | null = null;
  let chain: Promise<void> = Promise.resolve();

  function then(keep: () => Promise<void>): void {
    chain = chain.then(async () => {
      if (failure !== null || stop.reason === 'lost') return;
      try {
        await keep();
      } catch (error) {
        if (error instanceof JobLost) return stop.stop('lost');
        failure = { error };
        stop.stop('unsaved');
      }
    });
  }

  return {
    save: (checkpoint) =>
      then(async () => {
        if ((await keepEpoch(checkpoint, saving)) === 'cancel') stop.stop('canceled');
      }),
    saveSample: (frame) => then(() => keepSample(frame, saving)),
    saveSampleFile: (sample) => then(() => keepSampleFile(sample, saving)),
    steps: () => [...saving.kept.keys()],
    doneSteps: () => doneSteps(saving),
    finished: async () => {
      await chain;
      if (failure !== null) throw failure.error;
    },
    publish: async () => {
      await inTransaction(parts, (transaction) => registry.versions.publish(transaction, version));
      return { version, epochs: saving.kept.size };
    },
  };
}

const toKept = ({ number, step, samples, files }: EpochRecord): KeptEpoch => ({
  number,
  step,
  sha256: files[0]?.sha256 ?? '',
  samples: new Set(samples.map(({ index }) => index)),
});

function beginVersion(
  { id, task: { model, plan, request } }: Job<StoredTraining>,
  parts: SaverParts,
): Promise<string> {
  return inTransaction(parts, async (transaction) => {
    const begun = await parts.registry.versions.begin(transaction, {
      model,
      origin: 'trained',
      baseKey: pipelineKey(plan.pipeline),
      madeOf: [id],
      training: id,
      request,
      trigger: plan.settings.trigger,
    });
    await parts.store.change(id, { version: begun.id }, transaction);
    return begun.id;
  });
}

/** Again and again while the database is away. What is wrong with the change itself is thrown. */
async function inTransaction<T>(
  { database, log, signal }: SaverParts,
  write: (transaction: Queries) => Promise<T>,
): Promise<T> {
  const done = await untilStored(
    () =>
      database.transaction(write).then(
        (value) => ({ value }),
        (error: unknown) => {
          if (error instanceof JobLost || error instanceof DarkroomError) return { error };
          throw error;
        },
      ),
    log,
    signal,
  );
  if ('error' in done) throw done.error;
  return done.value;
}

function doneSteps({ job, kept }: Saving): number[] {
  const { settings, samples } = job.task.plan;
  const isWhole = (epoch: KeptEpoch): boolean =>
    !settings.sample_steps.includes(epoch.step) || epoch.samples.size >= samples.length;
  return [...kept.values()].filter(isWhole).map(({ step }) => step);
}

async function keepEpoch(
  { step, loss, files }: CheckpointReport,
  { job, parts, version, kept }: Saving,
): Promise<Standing> {
  const { registry, store, work, log } = parts;
  const put: { part: EpochPart; sha256: string }[] = [];
  for (const { part, file } of files)
    put.push({ part, sha256: (await registry.blobs.put({ path: file }, mime)).sha256 });
  const sha256 = put[0]?.sha256 ?? '';
  const known = kept.get(step);
  if (known !== undefined && known.sha256 !== sha256) {
    // Epochs never change: what a device computed anew with other bits is no epoch, and its samples are of nothing.
    log.warn({ job: job.id, step }, 'an epoch was made again with other bits; the first one stays');
    kept.set(step, { ...known, samples: new Set(job.task.plan.samples.map(({ index }) => index)) });
    return 'running';
  }
  const { number, standing } = await inTransaction(parts, async (transaction) => {
    const epoch = await registry.versions.addEpoch(transaction, {
      version,
      step,
      loss,
      files: put,
      samples: [],
    });
    await store.change(job.id, { step, ...(loss === null ? {} : { loss }) }, transaction);
    const told: Standing = epoch.isNew
      ? await work.recordEpoch(transaction, job.id, { number: epoch.number, step, loss })
      : 'running';
    if (told === 'lost') throw new JobLost();
    return { number: epoch.number, standing: told };
  });
  kept.set(step, { number, step, sha256, samples: known?.samples ?? new Set() });
  return standing;
}

async function keepSample(frame: SampleReport, saving: Saving): Promise<void> {
  const { call: index, epoch: step = 0, file, width, height } = frame;
  const wanted = missingSample({ step, index }, saving);
  if (wanted !== null) {
    const { content, contentType, extension } = await encodeSample(frame, wanted.call, wanted.epoch, saving);
    const { sha256 } = await saving.parts.registry.blobs.put(content, contentType);
    await addSample({ ...wanted, sha256, width, height, extension }, saving);
  }
  await rm(file, { force: true });
}

async function keepSampleFile(sample: SampleFile, saving: Saving): Promise<void> {
  const wanted = missingSample(sample, saving);
  if (wanted === null) return;
  const { sha256 } = await saving.parts.registry.blobs.put({ path: sample.path }, sample.contentType);
  const { width, height } = wanted.call;
  await addSample(
    { ...wanted, sha256, width, height, extension: path.extname(sample.path).slice(1) },
    saving,
  );
}

interface WantedSample {
  epoch: KeptEpoch;
  call: Call;
}

/** Null for one that is kept already. What the model made before it was trained belongs to no epoch. */
function missingSample(
  { step, index }: Pick<SampleFile, 'step' | 'index'>,
  { job, kept }: Saving,
): WantedSample | null {
  const epoch = kept.get(step);
  const call = job.task.plan.samples.find((sample) => sample.index === index);
  return epoch === undefined || call === undefined || epoch.samples.has(index) ? null : { epoch, call };
}

async function addSample(
  sample: WantedSample & { sha256: string; width: number; height: number; extension: string },
  { job, parts, version }: Saving,
): Promise<void> {
  const { epoch, call, sha256, width, height, extension } = sample;
  const { index } = call;
  await inTransaction(parts, (transaction) =>
    parts.registry.versions.addSample(transaction, {
      version,
      number: epoch.number,
      index,
      asset: {
        project: job.project,
        sha256,
        kind: call.output,
        width,
        height,
        hidden: true,
        name: `${job.task.plan.name}_${String(epoch.step).padStart(9, '0')}_${index}.${extension}`,
        description: call.prompt,
        source: 'sampled',
        job: job.id,
        outputIndex: index,
        author: job.keyId,
      },
    }),
  );
  epoch.samples.add(index);
}

/** As a render with that epoch would be. */
function encodeSample(
  { file, width, height, frames, audio }: SampleReport,
  call: Call,
  { step, sha256 }: KeptEpoch,
  { job, parts }: Pick<Saving, 'job' | 'parts'>,
): ReturnType<EncodeFrame> {
  const { plan, model } = job.task;
  const name = `${model}@${String(step).padStart(6, '0')}`;
  const loras = [{ path: name, sha256, scale: plan.sample_scale }];
  const render = { plan: { pipeline: plan.pipeline, adapters: [], calls: plan.samples }, loras };
  const provenance = callProvenance(render, call, parts.engine.status().versions);
  const fps = call.output === 'video' ? call.fps : null;
  return parts.encode(
    { file, width, height, frames, fps, audio },
    { format: 'png', quality: 100 },
    provenance,
  );
}
