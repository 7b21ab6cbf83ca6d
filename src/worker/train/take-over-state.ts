/** What a training goes on from when it begins on this machine: its own state, or that of the one that it continues. */
import { copyFile, link, mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { DarkroomError } from '../../errors/darkroom-error.ts';
import type { Job } from '../../jobs/job.ts';
import { trainerFiles } from '../../registry/import/trainer-folder.ts';
import type { StoredTraining } from '../../training/stored-training.ts';
import type { TrainingRow } from '../../training/training-store.ts';
import { isWholeFile } from './toolkit/toolkit-output.ts';

export interface TakeOver {
  job: Pick<Job, 'id' | 'attempts'> & { task: Pick<StoredTraining, 'engine' | 'continues'> };
  row: Pick<TrainingRow, 'step'>;
  /** Folder of a training on this machine. */
  folderOf: (job: string) => string;
  /** The row of the training that it continues. */
  find: (job: string) => Promise<Pick<TrainingRow, 'step'> | null>;
  warn: (message: string) => void;
}

/** Throws TRAINING_FAILED where there is nothing to go on from. */
export async function takeOverState(options: TakeOver): Promise<void> {
  const { job, row, folderOf, find, warn } = options;
  const { continues, engine } = job.task;
  const own = folderOf(job.id);
  const files = engine === 'builtin' ? stateFiles : wholeFiles;
  if ((await files(own, job.id)).length > 0) return;
  if (continues === undefined) {
    if (row.step > 0 && job.attempts > 1)
      warn(
        `The state of the training is not on this machine: it begins again, and ${row.step} steps are done once more. The epochs that are kept stay.`,
      );
    return;
  }
  const [newest] = await files(folderOf(continues), continues);
  const before = await find(continues);
  if (newest === undefined && before?.step === 0) return;
  if (newest === undefined)
    throw new DarkroomError(
      'TRAINING_FAILED',
      `What the training ${continues} has left is not on this machine, so that nothing goes on from it. Extend it where it was trained, or train the model again.`,
    );
  const to =
    engine === 'builtin'
      ? path.join(own, path.basename(newest))
      : path.join(own, job.id, `${job.id}_${String(before?.step ?? 0).padStart(9, '0')}.safetensors`);
  await mkdir(path.dirname(to), { recursive: true });
  await link(newest, to).catch(() => copyFile(newest, to));
}

/** Of Darkroom's own engine, newest first. */
async function stateFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names
    .filter((name) => /^state-\d{9}\.safetensors$/.test(name))
    .toSorted()
    .toReversed()
    .map((name) => path.join(folder, name));
}

/** Of ai-toolkit, newest first. */
async function wholeFiles(folder: string, job: string): Promise<string[]> {
  const { saves } = await trainerFiles(path.join(folder, job));
  const paths = saves.flatMap(({ files }) => files.map((file) => file.path)).toReversed();
  const whole = await Promise.all(paths.map(async (file) => ((await isWholeFile(file)) ? [file] : [])));
  return whole.flat();
}
