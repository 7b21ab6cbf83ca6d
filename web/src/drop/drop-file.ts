import { toProblem } from '../api/problem.ts';
import { addTrainingFiles, isArchive, isTrainingFile } from '../draft/training-draft.ts';
import { createStore } from '../parts/store.ts';
import { toast } from '../parts/toast.tsx';
import { noRecipe, type PictureOrigin, readOrigin, type SheetOrigin } from '../recipe/read-recipe.ts';
import { addLora } from './add-lora.ts';

/** A picture that was dropped, until it is decided what of it goes into the form. */
export const droppedPicture = createStore<{ file: File; origin: PictureOrigin | null } | null>(null);

/** Id of the contact sheet whose picture was dropped, until it is opened. */
export const droppedSheet = createStore<string | null>(null);

/**
 * Several pictures, and archives, are what a training is made of; one file is a LoRA, or a picture whose settings are wanted. Returns
 * whether they went into the training.
 */
export function dropFiles(files: readonly File[], toTraining: boolean): boolean {
  const parts = files.filter(isTrainingFile);
  const isSet = parts.length > 1 || parts.some(isArchive) || (toTraining && parts.length > 0);
  if (isSet) addTrainingFiles(parts);
  for (const file of isSet ? files.filter((one) => !parts.includes(one)) : files) void dropFile(file);
  return isSet;
}

/** Null for a picture that says nothing of how it was made: one can still be made from it. */
async function originOf(file: File): Promise<PictureOrigin | SheetOrigin | null> {
  try {
    return await readOrigin(file);
  } catch (error) {
    if (toProblem(error).code === noRecipe && file.type.startsWith('image/')) return null;
    throw error;
  }
}

/** What becomes of a file depends on what it is; nothing is overwritten by dropping. */
export async function dropFile(file: File): Promise<void> {
  try {
    if (file.name.toLowerCase().endsWith('.safetensors')) await addLora(file);
    else if (file.type.startsWith('image/') || file.type.startsWith('video/')) {
      const origin = await originOf(file);
      if (origin?.kind === 'sheet') droppedSheet.set(origin.id);
      else droppedPicture.set({ file, origin });
    } else toast(`${file.name} is neither a LoRA (.safetensors) nor a picture.`, { look: 'bad' });
  } catch (error) {
    toast(`${file.name}: ${toProblem(error).message}`, { look: 'bad' });
  }
}
