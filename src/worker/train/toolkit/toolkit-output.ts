/** What ai-toolkit has made so far: epochs and samples that are whole. */
import { mkdir, rename, stat } from 'node:fs/promises';
import path from 'node:path';
import { readHeader } from '../../../loras/file/header/read-header.ts';
import { type TrainerSave, trainerFiles } from '../../../registry/import/trainer-folder.ts';
import type { TrainingPlan } from '../../../training/training-plan.ts';
import type { ToolkitFolder } from './toolkit-folder.ts';

export interface MadeEpoch {
  step: number;
  files: TrainerSave['files'];
}

export interface MadeSample {
  step: number;
  index: number;
  path: string;
  contentType: string;
}

export interface ToolkitOutput {
  /** By their steps. The last one has no number in its name, and the step of the end. */
  epochs: MadeEpoch[];
  samples: MadeSample[];
  /** Whether the last one is among them. */
  isFinished: boolean;
}

type Plan = Pick<TrainingPlan, 'settings' | 'samples' | 'toolkit'>;

const types: Readonly<Record<string, string>> = { '.png': 'image/png', '.webp': 'image/webp' };

/** Files are written in place: one counts when its length is the one that its header says. */
export const isWholeFile = (file: string): Promise<boolean> =>
  readHeader(file, path.basename(file)).then(
    () => true,
    () => false,
  );

/** `knownSteps` and `knownSamples` are not looked at again. */
export async function readOutput(
  { output }: Pick<ToolkitFolder, 'output'>,
  { settings }: Plan,
  known: { epochs: ReadonlySet<number>; samples: ReadonlySet<string> },
): Promise<ToolkitOutput> {
  const { saves, samples } = await trainerFiles(output);
  const epochs: MadeEpoch[] = [];
  let isFinished = known.epochs.has(settings.steps);
  for (const { step: numbered, files } of saves) {
    const step = numbered ?? settings.steps;
    if (known.epochs.has(step) || !(await areWhole(files))) continue;
    epochs.push({ step, files });
    isFinished ||= numbered === null;
  }
  const fresh = samples.filter((sample) => !known.samples.has(sampleKey(sample)));
  const whole = await Promise.all(
    fresh.map(async (sample) => ((await isStill(sample.path)) ? [sample] : [])),
  );
  return {
    epochs: epochs.toSorted((a, b) => a.step - b.step),
    samples: whole.flat().map((sample) => ({ ...sample, contentType: typeOf(sample.path) })),
    isFinished,
  };
}

/** One expert of two is half an epoch. */
async function areWhole(files: TrainerSave['files']): Promise<boolean> {
  const isPair = files.some(({ part }) => part !== 'main');
  if (isPair && files.length < 2) return false;
  const whole = await Promise.all(files.map((file) => isWholeFile(file.path)));
  return whole.every(Boolean);
}

export const sampleKey = ({ step, index }: { step: number; index: number }): string => `${step}_${index}`;

const typeOf = (file: string): string => types[path.extname(file).toLowerCase()] ?? 'image/jpeg';

const stillMs = 500;

/** Pictures have no length in them that could be looked at before they are decoded. */
async function isStill(file: string): Promise<boolean> {
  const { mtimeMs, size } = await stat(file).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY, size: 0 }));
  return size > 0 && Date.now() - mtimeMs > stillMs;
}

/** ai-toolkit goes on from the newest file, whatever is in it. */
export async function setTruncatedAside({
  root,
  output,
}: Pick<ToolkitFolder, 'root' | 'output'>): Promise<void> {
  const aside = path.join(root, 'truncated');
  const files = (await trainerFiles(output)).saves.flatMap((save) => save.files);
  for (const { path: file } of files) {
    if (await isWholeFile(file)) continue;
    await mkdir(aside, { recursive: true });
    await rename(file, path.join(aside, path.basename(file)));
  }
}
