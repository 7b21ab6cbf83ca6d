import type { ModelEntry } from '../catalog/define-model.ts';
import { DarkroomError } from '../errors/darkroom-error.ts';
import { describeLora } from './file/inspect-lora.ts';
import type { LibraryFile } from './library.ts';
import type { CheckFit } from './sources/resolve-lora.ts';

/**
 * Whether a file of the library fits a model: by its family, and where the base is on this machine by names and widths. False for
 * what is no LoRA.
 */
export async function fitsModel(
  { file, path, facts }: Pick<LibraryFile, 'file' | 'path' | 'facts'>,
  entry: ModelEntry,
  checkFit: CheckFit,
): Promise<boolean> {
  if (facts === null || facts.refused !== null) return false;
  const known = facts.families.length > 0;
  if (known && !facts.families.some(({ id }) => entry.lora.families.includes(id))) return false;
  try {
    await checkFit(entry, path, await describeLora(file));
    return true;
  } catch (error) {
    if (error instanceof DarkroomError) return false;
    throw error;
  }
}
