/** Previews that the trainer made beside its saves, as assets of the epoch. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { DarkroomError } from '../../errors/darkroom-error.ts';
import type { NewAsset } from '../assets/write-assets.ts';
import { createBlobs } from '../blobs.ts';
import type { ImportParts, ImportRun } from './import-parts.ts';
import type { ImportTask } from './import-task.ts';
import type { CheckedSave, TrainerFolder, TrainerSample } from './trainer-folder.ts';

const types: Readonly<Record<string, string>> = {
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.png': 'image/png',
  '.webp': 'image/webp',
};

/** Those of the step of the save, newest first where a prompt was sampled twice; those that cannot be read are warned of. */
export async function samplesOf(
  folder: TrainerFolder,
  save: CheckedSave,
  { task, run, parts }: { task: ImportTask; run: ImportRun; parts: ImportParts },
): Promise<{ index: number; asset: NewAsset }[]> {
  const samples = new Map<number, TrainerSample>();
  for (const sample of folder.samples) if (belongs(sample, save, folder)) samples.set(sample.index, sample);
  const found = [];
  for (const sample of samples.values()) {
    run.signal.throwIfAborted();
    const size = await sizeOf(sample.path, run, parts);
    if (size === null) continue;
    const type = types[path.extname(sample.path).toLowerCase()] ?? 'image/jpeg';
    const { sha256 } = await createBlobs(parts.registry).put({ path: sample.path }, type);
    const prompt = folder.config?.prompts[sample.index] ?? '';
    const asset: NewAsset = {
      project: task.asker.project,
      sha256,
      kind: 'image',
      name: path.basename(sample.path),
      ...size,
      description: prompt,
      source: 'imported',
      hidden: true,
      author: task.asker.keyId,
      metadata: { step: sample.step, index: sample.index, prompt },
    };
    found.push({ index: sample.index, asset });
  }
  return found.toSorted((a, b) => a.index - b.index);
}

/** The last save has no number: its previews are those behind the save before it. */
function belongs(sample: TrainerSample, save: CheckedSave, { saves }: TrainerFolder): boolean {
  const isNumbered = saves.some(({ step }) => step === save.step);
  return isNumbered ? sample.step === save.step : sample.step > (saves.at(-2)?.step ?? -1);
}

/** Null for one that cannot be read. */
async function sizeOf(
  file: string,
  { scratch, warn }: ImportRun,
  { readPicture, limits }: ImportParts,
): Promise<{ width: number; height: number } | null> {
  const folder = path.join(scratch, 'samples');
  await mkdir(folder, { recursive: true });
  const answer = await readPicture({
    file,
    folder,
    maximumPixels: limits.maximumPixels,
    orientation: 'upright',
    transparency: 'kept',
  });
  switch (answer.kind) {
    case 'done':
      return { width: answer.width, height: answer.height };
    case 'refused':
      warn(`The preview ${path.basename(file)} was left out: ${answer.why}.`);
      return null;
    case 'failed':
      if (answer.code !== 'ENOSPC' && answer.code !== 'EDQUOT')
        throw new Error(`The preview ${path.basename(file)} could not be decoded: ${answer.message}`);
      throw new DarkroomError('STORAGE_FULL', 'The disk is full while previews are read. Free some space.');
  }
}
