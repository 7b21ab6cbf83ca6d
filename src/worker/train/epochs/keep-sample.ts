import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { TrainReport } from '../../../engines/engine.ts';
import { callProvenance } from '../../../files/encode/call-provenance.ts';
import type { EncodeFrame } from '../../../files/encode/encode-frame.ts';
import type { Call } from '../../../render/plan.ts';
import { madeWith } from '../../render/made-with.ts';
import { inTransaction, type KeptEpoch, type Saving } from './saving.ts';

export type SampleReport = Extract<TrainReport, { type: 'frame' }>;

export interface SampleFile {
  step: number;
  /** Place of its prompt in the list of samples. */
  index: number;
  path: string;
  contentType: string;
}

/** Encode a frame that the engine has written, keep it, and remove the frame. */
export async function keepSample(frame: SampleReport, saving: Saving): Promise<void> {
  const { call: index, epoch: step = 0, file, width, height } = frame;
  const wanted = missingSample({ step, index }, saving);
  if (wanted !== null) {
    const { content, contentType, extension } = await encodeSample(frame, wanted.call, wanted.epoch, saving);
    const { sha256 } = await saving.parts.registry.blobs.put(content, contentType);
    await addSample({ ...wanted, sha256, width, height, extension }, saving);
  }
  await rm(file, { force: true });
}

/** Keep a picture that is a file already. It stays where it is. */
export async function keepSampleFile(sample: SampleFile, saving: Saving): Promise<void> {
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

const output = { format: 'png', quality: 100 } as const;

/** As a render with that epoch would be. */
async function encodeSample(
  { file, width, height, frames, audio }: SampleReport,
  call: Call,
  { step, sha256 }: KeptEpoch,
  { job, parts }: Pick<Saving, 'job' | 'parts'>,
): ReturnType<EncodeFrame> {
  const { plan, model } = job.task;
  const name = `${model}@${String(step).padStart(6, '0')}`;
  const loras = [{ path: name, sha256, scale: plan.sample_scale }];
  const render = { plan: { pipeline: plan.pipeline, adapters: [], calls: plan.samples }, loras, output };
  const made = await madeWith(plan.pipeline, parts.engine, parts.planFiles);
  const provenance = callProvenance(render, call, made);
  const fps = call.output === 'video' ? call.fps : null;
  return parts.encode({ file, width, height, frames, fps, audio }, output, provenance);
}
