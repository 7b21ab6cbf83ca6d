/**
 * Keeps what a training makes, one after the other, while the engine goes on: the file of an epoch becomes durable, then its row, the
 * place of the training and an event are written in one transaction, then the samples that show it. A stop at any point leaves at
 * worst a file that nobody names, or an epoch whose samples are rendered once more.
 */
import type { Job } from '../../../jobs/job.ts';
import type { EpochRecord } from '../../../registry/versions/read-versions.ts';
import { pipelineKey } from '../../../render/pipeline-spec.ts';
import type { StoredTraining } from '../../../training/stored-training.ts';
import type { Attempt } from '../../attempt.ts';
import { type CheckpointReport, keepEpoch } from './keep-epoch.ts';
import { keepSample, keepSampleFile, type SampleFile, type SampleReport } from './keep-sample.ts';
import { inTransaction, JobLost, type KeptEpoch, type SaverParts, type Saving } from './saving.ts';

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

function doneSteps({ job, kept }: Saving): number[] {
  const { settings, samples, keep } = job.task.plan;
  const isWhole = (epoch: KeptEpoch): boolean =>
    !settings.sample_steps.includes(epoch.step) || epoch.samples.size >= samples.length;
  const whole = [...kept.values()].filter(isWhole).map(({ step }) => step);
  if (keep === undefined || kept.size < keep) return whole;
  // Those before have made room for them.
  const oldest = Math.min(...kept.keys());
  return [...settings.save_steps.filter((step) => step < oldest), ...whole];
}
