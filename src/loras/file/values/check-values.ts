import { stat } from 'node:fs/promises';
import { Piscina } from 'piscina';
import { DarkroomError } from '../../../errors/darkroom-error.ts';
import { rememberUnchanged } from '../hash-file.ts';
import { type LoraValues, readValues } from './lora-values.ts';
import type { ThreadAnswer } from './values-thread.ts';

/** Below this size, reading blocks the event loop for a few milliseconds in all, less than a thread takes to start. */
const smallBytes = 8 * 2 ** 20;
/** Several large files at once would compete for one disk. */
const mostThreads = 2;
const idleMs = 30_000;

/** Throws LORA_INVALID for a file that is no safetensors. `label` is the client's name of it. */
export type ReadValues = (file: string, label: string) => Promise<LoraValues>;

/** Reads the values of LoRA files: large ones in a thread, and each only once until it changes. */
export function createValuesReader(): ReadValues {
  const threads = new Piscina<{ file: string; label: string }, ThreadAnswer>({
    // In a build the file of the thread ends in .js, as this one does.
    filename: new URL(`./values-thread${import.meta.url.slice(-3)}`, import.meta.url).href,
    minThreads: 0,
    maxThreads: mostThreads,
    idleTimeout: idleMs,
  });
  return rememberUnchanged(async (file, label) => {
    const { size } = await stat(file);
    if (size < smallBytes) return readValues(file, label);
    const answer = await threads.run({ file, label });
    if ('values' in answer) return answer.values;
    const { code, message, details = {} } = answer.refused;
    throw new DarkroomError(code, message, { details });
  });
}
