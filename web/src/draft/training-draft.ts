/** A training that is being put together: what was typed is kept in the browser, the pictures for as long as the page is open. */
import { useSyncExternalStore } from 'react';
import * as z from 'zod/mini';
import { createStore, keep, readKept } from '../parts/store.ts';

const trainingDraftSchema = z.object({
  base: z.nullable(z.string()),
  trigger: z.string(),
  name: z.string(),
  /** Null: as the server finds best for the set. */
  steps: z.nullable(z.number()),
  rank: z.nullable(z.number()),
  learningRate: z.nullable(z.number()),
  resolution: z.nullable(z.number()),
  /** What to train on in place of the captions of the set; empty: those. */
  caption: z.string(),
  skipBad: z.boolean(),
});
export type TrainingDraft = z.infer<typeof trainingDraftSchema>;

const emptyDraft: TrainingDraft = {
  base: null,
  trigger: '',
  name: '',
  steps: null,
  rank: null,
  learningRate: null,
  resolution: null,
  caption: '',
  skipBad: false,
};

const keptAs = 'darkroom.training';
const read = trainingDraftSchema.safeParse(readKept(keptAs));
const draft = createStore<TrainingDraft>(read.success ? read.data : emptyDraft);
const files = createStore<readonly File[]>([]);

export const useTrainingDraft = (): TrainingDraft => useSyncExternalStore(draft.subscribe, draft.get);
export const useTrainingFiles = (): readonly File[] => useSyncExternalStore(files.subscribe, files.get);

export function changeTrainingDraft(change: Partial<TrainingDraft>): void {
  draft.set({ ...draft.get(), ...change });
  keep(keptAs, draft.get());
}

/** A file of the same name and size is there already. */
export function addTrainingFiles(added: readonly File[]): void {
  const known = new Set(files.get().map(markOf));
  files.set([...files.get(), ...added.filter((file) => !known.has(markOf(file)))]);
}

export const clearTrainingFiles = (): void => files.set([]);

const markOf = (file: File): string => `${file.webkitRelativePath || file.name}:${file.size}`;

const archives = /\.(zip|tar|tar\.gz|tgz)$/i;

/** Whether a file may be, or hold, a part of a training set. */
export const isTrainingFile = (file: File): boolean =>
  file.type.startsWith('image/') || archives.test(file.name) || /\.(txt|caption)$/i.test(file.name);

/** Whether it holds many. */
export const isArchive = (file: File): boolean => archives.test(file.name);
