import type { TrainReport } from '../../../engines/engine.ts';
import type { Standing } from '../../../jobs/changes/report-job.ts';
import type { EpochPart } from '../../../registry/versions/read-versions.ts';
import { inTransaction, JobLost, type Saving } from './saving.ts';

const mime = 'application/octet-stream';

export type CheckpointReport = Pick<Extract<TrainReport, { type: 'checkpoint' }>, 'step' | 'loss' | 'files'>;

/** Keep the file of an epoch, its row and its event, and let older ones go where only so many are to stay. */
export async function keepEpoch(
  { step, loss, files }: CheckpointReport,
  { job, parts, version, kept }: Saving,
): Promise<Standing> {
  const { registry, store, work, log } = parts;
  if (hasMadeRoom(step, { job, kept })) return 'running';
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
  const { number, standing, dropped } = await inTransaction(parts, async (transaction) => {
    const epoch = await registry.versions.addEpoch(transaction, {
      version,
      step,
      loss,
      files: put,
      samples: [],
    });
    const isNewest = [...kept.keys()].every((before) => before < step);
    if (isNewest) await store.change(job.id, { step, ...(loss === null ? {} : { loss }) }, transaction);
    const told: Standing = epoch.isNew
      ? await work.recordEpoch(transaction, job.id, { number: epoch.number, step, loss })
      : 'running';
    if (told === 'lost') throw new JobLost();
    const { keep } = job.task.plan;
    const gone = keep === undefined ? [] : await registry.versions.keepNewest(transaction, version, keep);
    return { number: epoch.number, standing: told, dropped: gone };
  });
  for (const gone of dropped) kept.delete(gone);
  kept.set(step, { number, step, sha256, samples: known?.samples ?? new Set() });
  return standing;
}

/** Whether it is of before those that stay: a file that an earlier attempt has left. */
function hasMadeRoom(step: number, { job, kept }: Pick<Saving, 'job' | 'kept'>): boolean {
  const { keep } = job.task.plan;
  return keep !== undefined && kept.size >= keep && step < Math.min(...kept.keys());
}
