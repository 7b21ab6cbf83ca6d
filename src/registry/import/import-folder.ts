/**
 * The folder of an ai-toolkit job as a model: its configuration is the request, each save an epoch with its previews. A folder
 * whose training goes on can be imported again: what has come since is added, to the same model.
 */
import { createHash } from 'node:crypto';
import path from 'node:path';
import { and, eq, isNull } from 'drizzle-orm';
import type { ModelEntry } from '../../catalog/define-model.ts';
import { models } from '../../database/model-schema.ts';
import { DarkroomError } from '../../errors/darkroom-error.ts';
import { trainingFacts } from '../../loras/file/header/training-facts.ts';
import { redactDeep } from '../../security/redact.ts';
import type { RegistryContext } from '../registry-context.ts';
import { versionsOf } from '../versions/read-versions.ts';
import { chooseBase } from './choose-base.ts';
import { importDataset } from './import-dataset.ts';
import { addImportedEpoch, checkLoraFile, keepLora, triggerIn } from './import-epoch.ts';
import { type ImportParts, type ImportRun, importInvalid } from './import-parts.ts';
import { samplesOf } from './import-samples.ts';
import type { ImportResult, ImportTask } from './import-task.ts';
import { type CheckedSave, readTrainerFolder, type TrainerFolder } from './trainer-folder.ts';

/** Throws IMPORT_INVALID for a folder without a whole save, and what checking the first one throws. */
export async function importFolder(
  task: ImportTask,
  run: ImportRun,
  parts: ImportParts,
  folder: string,
): Promise<ImportResult> {
  const read = await readTrainerFolder(folder, parts.registry.catalog);
  const checked = await checkSaves(read, run, parts);
  const [first] = checked;
  if (first === undefined)
    throw importInvalid(
      `The folder "${path.basename(folder)}" has no whole .safetensors file in it. Name the folder that the trainer wrote for the job, after its first save.`,
    );
  const entry = await chooseBase(parts, {
    label: first.label,
    lora: { ...first.header, peftConfig: null },
    base: task.base,
    hints: read.config?.bases ?? [],
  });
  const known = await knownSteps(parts.registry, task.model);
  const fresh = checked.filter(({ step }) => !known.has(step));
  const total = fresh.length;
  let version = '';
  let samples = 0;
  for (const [index, save] of fresh.entries()) {
    run.signal.throwIfAborted();
    run.onProgress('saving', index, total);
    const files = await keepSave(save, entry, parts);
    const own = await samplesOf(read, save, { task, run, parts });
    samples += own.length;
    const added = await addImportedEpoch(parts, task, factsOf(read, first), {
      entry,
      madeOf: [markOf(read)],
      step: save.step,
      files,
      samples: own,
    });
    version = added.version;
  }
  const images = await importDataset(read, { task, run, parts });
  const current = version === '' ? await currentVersion(parts.registry, task.model) : version;
  return {
    model: task.model,
    version: current,
    epochs: total,
    samples,
    images,
    isFinished: isFinished(read),
  };
}

/** Those that are whole: one that the trainer is just writing is left for another time. */
async function checkSaves(
  { saves }: TrainerFolder,
  run: ImportRun,
  parts: ImportParts,
): Promise<CheckedSave[]> {
  const checked: CheckedSave[] = [];
  for (const save of saves) {
    try {
      const headers = [];
      for (const { path: file } of save.files)
        headers.push(await checkLoraFile(parts, file, path.basename(file)));
      const [header] = headers;
      const label = path.basename(save.files[0]?.path ?? '');
      if (header === undefined) continue;
      const step = save.step ?? lastStep(checked, trainingFacts(header.metadata).step);
      if (step !== null) checked.push({ ...save, step, label, header });
    } catch (error) {
      if (!(error instanceof DarkroomError)) throw error;
      run.warn(`${path.basename(save.files[0]?.path ?? '')} was left out: ${error.message}`);
    }
  }
  return checked;
}

/** The last save has no number in its name; one in the file may be that of the numbered one before it. */
function lastStep(before: readonly CheckedSave[], written: number | null): number {
  const last = before.at(-1)?.step ?? -1;
  return written !== null && written > last ? written : last + 1;
}

async function keepSave(save: CheckedSave, entry: ModelEntry, parts: ImportParts) {
  await parts.checkFit(entry, save.label, { ...save.header, peftConfig: null });
  const files = [];
  for (const { part, path: file } of save.files) files.push({ part, sha256: await keepLora(parts, file) });
  return files;
}

const factsOf = (read: TrainerFolder, { header }: CheckedSave) => ({
  name: read.name,
  source: 'ai-toolkit' as const,
  sourceUrl: read.path,
  trigger: read.config?.trigger ?? triggerIn(header),
  request: { trainer: 'ai-toolkit', config: redactDeep(read.config?.whole ?? null) },
});

/** A training that is begun anew with another configuration is another version. */
const markOf = (read: TrainerFolder): string =>
  createHash('sha256')
    .update(JSON.stringify([read.name, read.config?.whole ?? null]))
    .digest('hex');

/** Without a number of steps in the configuration only the last save tells. */
function isFinished({ saves, config }: TrainerFolder): boolean {
  const last = saves.at(-1);
  return last !== undefined && (last.step === null || (config?.steps != null && last.step >= config.steps));
}

/** Steps of the version that the folder is, if it was imported before. */
async function knownSteps({ database }: RegistryContext, model: string): Promise<Set<number>> {
  const versions = (await versionsOf(database.queries, [model])).get(model) ?? [];
  return new Set(versions[0]?.epochs.map(({ step }) => step));
}

async function currentVersion({ database }: RegistryContext, model: string): Promise<string> {
  const [row] = await database.queries
    .select({ version: models.currentVersion })
    .from(models)
    .where(eq(models.id, model));
  return row?.version ?? '';
}

/** The model that a folder was imported as before, in this project; null when it was not. */
export async function modelOfFolder(
  { database }: RegistryContext,
  { project, folder }: { project: string; folder: string },
): Promise<string | null> {
  const [row] = await database.queries
    .select({ id: models.id })
    .from(models)
    .where(
      and(
        eq(models.project, project),
        eq(models.source, 'ai-toolkit'),
        eq(models.sourceUrl, folder),
        isNull(models.deletedAt),
      ),
    )
    .limit(1);
  return row?.id ?? null;
}
