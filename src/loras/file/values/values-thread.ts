/** The worker thread of `check-values.ts`. */
import { DarkroomError, type ErrorBody } from '../../../errors/darkroom-error.ts';
import { type LoraValues, readValues } from './lora-values.ts';

/** An error loses its class between threads, so its contents are sent. */
export type ThreadAnswer = { values: LoraValues } | { refused: ErrorBody };

export default async function run({ file, label }: { file: string; label: string }): Promise<ThreadAnswer> {
  try {
    return { values: await readValues(file, label) };
  } catch (error) {
    if (error instanceof DarkroomError) return { refused: error.toBody() };
    throw error;
  }
}
