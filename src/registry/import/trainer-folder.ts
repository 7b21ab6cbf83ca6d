/** What an ai-toolkit job leaves on disk: saves of the LoRA, by step, and previews, by step and prompt. */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Catalog } from '../../catalog/load-catalog.ts';
import type { SafetensorsHeader } from '../../loras/file/header/read-header.ts';
import { readTrainerConfig, type TrainerConfig } from './trainer-config.ts';

export interface TrainerSave {
  /** Null for the last one, which has no number. */
  step: number | null;
  files: { part: 'main' | 'high' | 'low'; path: string }[];
}

/** A save whose files are whole. */
export interface CheckedSave extends TrainerSave {
  step: number;
  /** Name of the first file. */
  label: string;
  /** Of that file. */
  header: SafetensorsHeader;
}

export interface TrainerSample {
  step: number;
  /** Place of its prompt in the list of samples. */
  index: number;
  path: string;
}

export interface TrainerFolder {
  name: string;
  path: string;
  config: TrainerConfig | null;
  /** In the order of their steps, the last one at the end. */
  saves: TrainerSave[];
  samples: TrainerSample[];
}

const saveName = /^(.+?)(?:_(\d{6,12}))?(?:_(high|low)_noise)?\.safetensors$/;
const sampleName = /^\d+__(\d{6,12})_(\d+)\.(?:jpg|jpeg|png|webp)$/i;

/** Files that are none of the trainer's are passed over. Throws IMPORT_INVALID for a configuration that is none. */
export async function readTrainerFolder(folder: string, catalog: Catalog): Promise<TrainerFolder> {
  const config = await readTrainerConfig(path.join(folder, 'config.yaml'), catalog);
  const name = config?.name ?? path.basename(folder);
  return { name, path: folder, config, ...(await trainerFiles(folder)) };
}

/** Those that there are, whole or not. */
export async function trainerFiles(folder: string): Promise<Pick<TrainerFolder, 'saves' | 'samples'>> {
  const samples = path.join(folder, 'samples');
  return {
    saves: savesIn(folder, await filesIn(folder)),
    samples: samplesIn(samples, await filesIn(samples)),
  };
}

/** Links are passed over: they may lead out of the folder. */
async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries
    .flatMap((entry) => (entry.isFile() && !entry.name.startsWith('.') ? [entry.name] : []))
    .sort();
}

function savesIn(folder: string, names: readonly string[]): TrainerSave[] {
  const saves = new Map<number | null, TrainerSave>();
  for (const name of names) {
    const [, , number, side] = saveName.exec(name) ?? [];
    if (!name.endsWith('.safetensors')) continue;
    const step = number === undefined ? null : Number(number);
    const save = saves.get(step) ?? { step, files: [] };
    saves.set(step, save);
    const part = side === 'high' || side === 'low' ? side : 'main';
    if (save.files.every((file) => file.part !== part))
      save.files.push({ part, path: path.join(folder, name) });
  }
  const orderOf = ({ step }: TrainerSave): number => step ?? Number.POSITIVE_INFINITY;
  return [...saves.values()].toSorted((a, b) => orderOf(a) - orderOf(b));
}

function samplesIn(folder: string, names: readonly string[]): TrainerSample[] {
  return names.flatMap((name) => {
    const [, step, index] = sampleName.exec(name) ?? [];
    return step === undefined || index === undefined
      ? []
      : [{ step: Number(step), index: Number(index), path: path.join(folder, name) }];
  });
}
