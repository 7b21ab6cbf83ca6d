/** The folder of an ai-toolkit job as a source of previews: its configuration, its saves and its samples. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'yaml';
import type { ModelEntry } from '../catalog/define-model.ts';
import type { Catalog } from '../catalog/load-catalog.ts';
import { DarkroomError } from '../errors/darkroom-error.ts';
import { readHeader } from '../loras/file/header/read-header.ts';
import { trainingFacts, triggerWords } from '../loras/file/header/training-facts.ts';
import { readTrainerConfig } from '../registry/import/trainer-config.ts';
import { type TrainerSave, trainerFiles } from '../registry/import/trainer-folder.ts';
import { findModel } from '../render/check-request.ts';
import { type JobEpoch, type JobSource, JobUnreadable } from './job-source.ts';
import { previewRequests } from './preview-requests.ts';
import { type SampleSettings, sampleSettings } from './sample-settings.ts';

interface FolderParts {
  catalog: Catalog;
  hashFile: (file: string) => Promise<string>;
}

const configNames = ['config.yaml', '.job_config.json'] as const;
const largestPicture = 64 * 2 ** 20;

/** `model`: in place of what the configuration says. Throws JobUnreadable with a sentence, and MODEL_NOT_FOUND. */
export async function readJobFolder(
  folder: string,
  model: string | null,
  parts: FolderParts,
): Promise<JobSource> {
  await assertFolder(folder);
  const [settings, ...others] = await configurations(folder);
  if (settings === undefined)
    throw new JobUnreadable(
      `There is neither a config.yaml nor a .job_config.json with a sample block in ${folder}. Name the folder that ai-toolkit wrote for a job.`,
    );
  const entry = await baseOf(folder, model, parts.catalog);
  const files = await trainerFiles(folder);
  const read = await readEpochs(files.saves, parts);
  const { trigger, block, first } = settings;
  const requests = { entry, trigger, picture: (file: string) => pictureAt(folder, file) };
  const usual = previewRequests(block, requests);
  const atFirst = first === null ? usual : previewRequests(first, requests);
  return {
    name: path.basename(folder),
    entry,
    epochs: read.epochs,
    samples: files.samples.map(({ step, index, path: file }) => ({
      step,
      index,
      name: path.basename(file),
      read: () => readFile(file),
    })),
    previews: (step) => (step === 0 ? atFirst : usual),
    others: others.map((one) => one),
    settings,
    tiledDecoding: entry.tiled_decoding === undefined ? null : settings.lowVram,
    lowersBar: lowersBar(settings),
    notes: [...read.notes, ...limitsOf(settings)],
  };
}

async function assertFolder(folder: string): Promise<void> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    const why =
      error.code === 'ENOENT'
        ? 'does not exist'
        : error.code === 'ENOTDIR'
          ? 'is a file'
          : `cannot be read (${error.code})`;
    throw new JobUnreadable(`${folder} ${why}. Name the folder that ai-toolkit wrote for a job.`);
  });
  if (names.length === 0)
    throw new JobUnreadable(
      `${folder} is empty. Name the folder that ai-toolkit wrote for a job, with its samples.`,
    );
}

/** Those with previews, the one that counts first. */
async function configurations(folder: string): Promise<SampleSettings[]> {
  const found: SampleSettings[] = [];
  for (const name of configNames) {
    const text = await readFile(path.join(folder, name), 'utf8').catch(() => null);
    const settings = text === null ? null : sampleSettings(parseConfig(text, path.join(folder, name)));
    if (settings !== null) found.push(settings);
  }
  return found;
}

function parseConfig(text: string, file: string): unknown {
  try {
    // JSON is YAML. Aliases could make a small file enormous.
    const parsed: unknown = parse(text, { maxAliasCount: 100 });
    return isRecord(parsed) && !('config' in parsed) && 'process' in parsed ? { config: parsed } : parsed;
  } catch (error) {
    const why = error instanceof Error ? (error.message.split('\n')[0] ?? '') : '';
    throw new JobUnreadable(
      `${file} is no YAML: ${why}. It may be half written; try again when the trainer is done.`,
    );
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

async function baseOf(folder: string, model: string | null, catalog: Catalog): Promise<ModelEntry> {
  if (model !== null) return findModel(catalog, model);
  for (const name of configNames) {
    const config = await readTrainerConfig(path.join(folder, name), catalog).catch((error: unknown) => {
      if (error instanceof DarkroomError) return null;
      throw error;
    });
    const [first, ...more] = config?.bases ?? [];
    if (first !== undefined && more.length === 0) return findModel(catalog, first);
    if (first !== undefined)
      throw new JobUnreadable(
        `The configuration of ${folder} may be for any of ${[first, ...more].join(', ')}. Name the one that it was trained on (--model).`,
      );
  }
  throw new JobUnreadable(
    `The configuration of ${folder} names no base model that is in the catalog. Name one (--model); darkroom models lists them.`,
  );
}

/** One that is half written is left out and noted. */
async function readEpochs(
  saves: readonly TrainerSave[],
  { hashFile }: FolderParts,
): Promise<{ epochs: JobEpoch[]; notes: string[] }> {
  const epochs = new Map<number, JobEpoch>();
  const notes: string[] = [];
  for (const save of saves) {
    try {
      const [main] = save.files;
      if (main === undefined) continue;
      const name = path.basename(main.path);
      const { metadata } = await readHeader(main.path, name);
      const { step: written } = trainingFacts(metadata);
      const step = save.step ?? written;
      if (step === null) {
        notes.push(`${name} says of no step that it is of, and was left out.`);
        continue;
      }
      if (written !== null && save.step !== null && written !== save.step)
        notes.push(`${name} says of itself that it is of step ${written}.`);
      if (epochs.has(step)) continue;
      const files = [];
      for (const file of save.files) files.push({ ...file, sha256: await hashFile(file.path) });
      epochs.set(step, { step, name, files, triggers: triggerWords(metadata) });
    } catch (error) {
      if (!(error instanceof DarkroomError) && !isGone(error)) throw error;
      const name = path.basename(save.files[0]?.path ?? '');
      notes.push(`${name} was left out: ${error instanceof Error ? error.message : 'it cannot be read'}`);
    }
  }
  return { epochs: [...epochs.values()].sort((a, b) => a.step - b.step), notes };
}

const isGone = (error: unknown): boolean => error instanceof Error && 'code' in error;

/** As a data URL. A relative path is one of the folder. */
function pictureAt(folder: string, file: string): string | null {
  const full = path.resolve(folder, file);
  if (!existsSync(full) || statSync(full).size > largestPicture) return null;
  return `data:application/octet-stream;base64,${readFileSync(full).toString('base64')}`;
}

function lowersBar({ isQuantized, hasEma }: SampleSettings): string | null {
  const why = [
    ...(isQuantized ? ['the base was held in fewer bits while it was trained (quantize)'] : []),
    ...(hasEma ? ['previews were made with averaged weights (EMA)'] : []),
  ];
  return why.length === 0 ? null : why.join(', and ');
}

function limitsOf(settings: SampleSettings): string[] {
  const { hasAdapter, hasRefiner, trainingAdapter, trainDtype, saveDtype } = settings;
  return [
    ...(hasAdapter
      ? ['The job trains an adapter, which previews were made with and Darkroom does not have.']
      : []),
    ...(hasRefiner ? ['The job has a refiner, which Darkroom does not have.'] : []),
    ...(trainingAdapter === null
      ? []
      : [`The training adapter ${trainingAdapter} is off in previews, as here.`]),
    ...(trainDtype === null ? [] : [`The job was trained in ${trainDtype}.`]),
    ...(saveDtype === null
      ? []
      : [
          `LoRA files are saved in ${saveDtype}; previews are made from the weights in memory, before they are rounded.`,
        ]),
  ];
}
