import { stat } from 'node:fs/promises';
import path from 'node:path';
import { importFolder } from './import-folder.ts';
import { importLora } from './import-lora.ts';
import { type ImportParts, type ImportRun, importInvalid } from './import-parts.ts';
import type { ImportResult, ImportTask } from './import-task.ts';

/**
 * Do what a task of import asks for. It may be done again after it was stopped in the middle: what is there already is left as it
 * is. Throws IMPORT_INVALID, LORA_INVALID, LORA_INCOMPATIBLE, LORA_DOWNLOAD_FAILED, LORA_NOT_FOUND, STORAGE_FULL.
 */
export async function runImport(task: ImportTask, run: ImportRun, parts: ImportParts): Promise<ImportResult> {
  if (task.source.kind !== 'path') return importLora(task, run, parts);
  const facts = await stat(task.source.path).catch(() => null);
  if (facts === null)
    throw importInvalid(
      `There is no "${path.basename(task.source.path)}" on the machine that runs imports. Give it the folder, or upload the file.`,
    );
  return facts.isDirectory()
    ? importFolder(task, run, parts, task.source.path)
    : importLora(task, run, parts);
}
